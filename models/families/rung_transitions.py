"""Rung transitions: purposeful ascent, inadvertent ascent and descent compete in every step.

A multi-state hazard model on the measured rungs, pooled over theatres and regions
(`components.routes` has the formulas, `components.simulate_transitions` the paths). Judged rungs
stand beside it.
"""

from models.components.transition_family import transition_family

FAMILY = transition_family(
    id="rung_transitions",
    name="Rung transitions by three routes",
    pooling="partial",
)
