"""The family of rung transitions, with theatres pooled in one way or another."""

from functools import partial

from models.components.carry_transitions import carry_transitions
from models.components.generate_transitions import generate_transitions
from models.components.simulate_transitions import simulate_transitions
from models.components.theatre_pooling import Pooling
from models.components.transition_model import transition_model
from models.family import Family

THEATRE = ("ascent", "proneness", "descent", "log_swing")
"""Variables that each theatre has its own value of."""

SHARED = (
    "tolerance",
    "ease",
    "quiet",
    "push",
    "hold",
    "slope_up",
    "slope_down",
    "blend",
    "jump_up",
    "jump_down",
    "level_mean",
    "level_spread",
    "effect",
    "enter",
    "leave",
)
"""Variables that all theatres share, and those of judged cells."""


def transition_family(*, id: str, name: str, pooling: Pooling) -> Family:
    """Return the plug-in of rung transitions with one way of pooling theatres."""
    drawn_from = [f"{v}_{part}" for v in THEATRE for part in ("region", "centre", "spread")]
    return Family(
        id=id,
        version="1",
        name=name,
        build=partial(transition_model, pooling=pooling),
        simulate=simulate_transitions,
        needs=(*THEATRE, *SHARED, *drawn_from, "enter_spread"),
        published=(*THEATRE, *SHARED),
        carry=carry_transitions,
        generate=generate_transitions,
        measures=("share", "value", "level"),
    )
