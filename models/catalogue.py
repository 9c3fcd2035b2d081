"""All model families there are, found on their shelf, and what each can serve."""

from functools import lru_cache

import models.families
from forecaster.domain.ladder import Ladder
from forecaster.errors import ModelError
from forecaster.shelf import load_shelf
from models.family import Family

DEFAULT_FAMILY = "latent_tension"
"""The family of a ladder whose file names none."""


@lru_cache(maxsize=1)
def families() -> dict[str, Family]:
    """Return every family by id."""
    return load_shelf(models.families, constant="FAMILY", kind=Family)


def require_servable(family: Family, ladder: Ladder) -> None:
    """Do nothing if `family` can update `ladder`, whose panel has been opened if it has one.

    Raises:
        ModelError: the panel has no theatre, or the family does not serve what the ladder has.
    """
    if ladder.panel is not None and not ladder.theatres:
        raise ModelError(
            f"no {ladder.panel.unit} of ladder {ladder.id} is at risk: ingest its drop "
            f"{ladder.panel.source}, or choose another --as-of"
        )
    kinds = sorted({t.measure.kind for t in ladder.theatres if t.measure is not None})
    if not kinds and family.build is None:
        raise ModelError(
            f"family {family.id} answers for measured rungs only, and ladder {ladder.id} has "
            f"none: choose another by --family ({DEFAULT_FAMILY})"
        )
    unserved = [kind for kind in kinds if kind not in family.measures]
    if unserved:
        able = ", ".join(f.id for f in families().values() if unserved[0] in f.measures)
        raise ModelError(
            f"family {family.id} serves no measure of kind {unserved[0]}, which ladder "
            f"{ladder.id} has: choose another by --family ({able})"
        )


def require_answer(family: Family, ladder: Ladder, domain: str = "") -> None:
    """Do nothing if `family` can be asked about one domain of `ladder`, the measured one if empty.

    Raises:
        ModelError: it cannot: see `require_servable`, or it has nothing to say of judged rungs.
    """
    if family.build is not None or not ladder.wholly_judged(domain):
        require_servable(family, ladder)
    elif family.judged is None:
        able = ", ".join(f.id for f in families().values() if f.build is None and f.judged)
        raise ModelError(
            f"family {family.id} answers for measured rungs only, and domain {domain!r} of ladder "
            f"{ladder.id} is judged: take it out of the plan (references that can: {able})"
        )
