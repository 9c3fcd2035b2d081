"""Rung transitions without pooling, for comparison only: each theatre learns from itself alone."""

from models.components.transition_family import transition_family

FAMILY = transition_family(
    id="rung_transitions_unpooled",
    name="Rung transitions, no pooling (comparison)",
    pooling="none",
)
