"""Rung transitions with complete pooling, for comparison only: all theatres are taken as alike."""

from models.components.transition_family import transition_family

FAMILY = transition_family(
    id="rung_transitions_complete",
    name="Rung transitions, complete pooling (comparison)",
    pooling="complete",
)
