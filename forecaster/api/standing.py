"""How what is served stands: every ladder that is kept, fresh and complete or not."""

from forecaster.api.service import Service
from forecaster.domain.freshness import Served, served


def standing(service: Service) -> tuple[Served, ...]:
    """Return how every kept ladder stands, whoever asks; a panel's theatres come from its data."""
    found = []
    with service.reading() as work:
        for id, ladder in service.ports.ladders().items():
            run = work.runs.latest(id)
            said = frozenset() if run is None else work.pointers.theatres(run.run_id)
            wanted = () if ladder.panel else tuple(place.id for place in ladder.theatres)
            found.append(served(id, run, wanted=wanted, found=said, now=service.clock()))
    return tuple(found)
