"""All model families there are, found on their shelf."""

from functools import lru_cache

import models.families
from forecaster.shelf import load_shelf
from models.family import Family


@lru_cache(maxsize=1)
def families() -> dict[str, Family]:
    """Return every family by id."""
    return load_shelf(models.families, constant="FAMILY", kind=Family)
