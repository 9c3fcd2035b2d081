"""Reference: what happened in the last 26 steps happens again."""

from models.components.climatology import climatology
from models.family import Family

FAMILY = Family(
    id="climatology_26",
    version="1",
    name="Climatology, last 26 steps",
    build=None,
    simulate=climatology(26),
    measures=("share", "value", "level"),
)
