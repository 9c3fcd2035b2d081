"""What every act asks first: does the ladder exist, for this person?"""

from collections.abc import Mapping

from forecaster.api.service import Service
from forecaster.domain.ladder import Ladder
from forecaster.errors import NotFoundError
from forecaster.store.markings import Visibility


def visible_ladders(service: Service, seen: Visibility) -> Mapping[str, Ladder]:
    """Return the ladders that are kept and that the person may see, by id."""
    kept = service.ports.ladders()
    return {id: ladder for id, ladder in kept.items() if seen.sees(("ladder", id))}


def visible_ladder(service: Service, seen: Visibility, id: str) -> Ladder:
    """Return a ladder.

    Raises:
        NotFoundError: none is kept under that id, or it must not be seen: both read alike.
    """
    ladders = visible_ladders(service, seen)
    if id not in ladders:
        raise NotFoundError(
            f"no ladder {id!r} is kept; there are: {', '.join(sorted(ladders)) or 'none'}"
        )
    return ladders[id]
