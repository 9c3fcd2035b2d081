"""Reference: a trailing window happens again, its length chosen on the past."""

from models.components.climatology import climatology
from models.family import Family

WINDOWS = (8, 12, 16, 26, 52, 104, 240, None)
"""Trailing steps that are tried, all past steps the last."""

FAMILY = Family(
    id="climatology_tuned",
    version="1",
    name="Climatology, window chosen on the past",
    build=None,
    simulate=climatology(*WINDOWS),
    measures=("share", "value", "level"),
)
