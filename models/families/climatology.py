"""Reference: what ever happened since the ladder's start happens again, equally likely."""

from models.components.climatology import climatology
from models.components.judged_tables import climatology_table
from models.family import Family

FAMILY = Family(
    id="climatology",
    version="2",
    name="Climatology, all past steps",
    build=None,
    simulate=climatology(None),
    measures=("share", "value", "level"),
    judged=climatology_table,
)
