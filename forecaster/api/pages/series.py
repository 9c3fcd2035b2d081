"""Series: the newest periods of one, and how past ones were revised."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from fastapi import APIRouter, Query, Request, Response

from forecaster.api.access import Seen
from forecaster.api.pages.frame import page
from forecaster.api.pages.sources import name_of, notes_of
from forecaster.api.service import Surroundings
from forecaster.errors import NotFoundError
from forecaster.store.history import Vintage

router = APIRouter(include_in_schema=False)

_PERIODS = 16
_REVISED = 12


@dataclass(frozen=True, slots=True)
class Period:
    """One period of a series with everything that was ever said of it, the first word first."""

    vintages: tuple[Vintage, ...]

    @property
    def last(self) -> Vintage:
        """Return what is said of it now."""
        return self.vintages[-1]


@router.get("/series")
def series(
    request: Request, service: Surroundings, seen: Seen, name: str = Query(max_length=500)
) -> Response:
    """Show the newest periods of one series, and how past ones were revised."""
    with service.reading() as work:
        source = work.history.source_of(name)
        if source is None or not seen.sees(("source", source)):
            raise NotFoundError(f"no series {name!r}: see the list of sources")
        newest = _periods(work.history.vintages(name, periods=_PERIODS))
        revised = _periods(work.history.revised(name, periods=_REVISED))
        notes = notes_of(service, work, seen)
    values = {
        "name": name,
        "source": source,
        "source_name": name_of(source, notes),
        "newest": newest,
        "revised": revised,
    }
    marking = seen.marking(("source", source))
    return page(request, "series.html.j2", seen.principal, values, marking=marking)


def _periods(vintages: Sequence[Vintage]) -> list[Period]:
    """Return vintages by the period that they speak of, in their order."""
    return [
        Period(tuple(found)) for _, found in groupby(vintages, key=lambda each: each.observed_at)
    ]
