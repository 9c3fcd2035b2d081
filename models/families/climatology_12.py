"""Reference: what happened in the last 12 steps happens again."""

from models.components.climatology import climatology
from models.family import Family

FAMILY = Family(
    id="climatology_12",
    version="1",
    name="Climatology, last 12 steps",
    build=None,
    simulate=climatology(12),
    measures=("share", "value", "level"),
)
