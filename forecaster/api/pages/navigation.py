"""The way around: what the pages are called, where they are, and which one is being read.

A page that comes later takes its place in one of these lists: alerts with the overview, the prior
desk with the priors, what-if and the change ledger with the changes of a ladder.
"""

from dataclasses import dataclass
from urllib.parse import quote

from forecaster.domain.account import Principal, Role


@dataclass(frozen=True, slots=True)
class Place:
    """A link of the navigation. `current` is what `aria-current` says: `page`, `true` or none."""

    href: str
    name: str
    current: str = ""


@dataclass(frozen=True, slots=True)
class _Known:
    href: str
    name: str
    role: Role = "viewer"


_MAIN = (
    _Known("/", "Overview"),
    _Known("/reports", "Reports"),
    _Known("/evaluation", "Evaluation"),
    _Known("/sources", "Sources"),
    _Known("/quarantine", "Quarantine"),
    _Known("/runs", "Runs"),
    _Known("/jobs", "Jobs"),
    _Known("/admin", "Administration", "admin"),
)
_LADDER = (
    _Known("", "Ladder table"),
    _Known("/changes", "Changes"),
    _Known("/indicators", "Indicators"),
    _Known("/sources", "Sources"),
    _Known("/priors", "Priors"),
    _Known("/judgements", "Judgements"),
)
_ADMIN = (
    _Known("/admin", "Accounts"),
    _Known("/admin/keys", "Keys"),
    _Known("/admin/markings", "Markings"),
    _Known("/admin/audit", "Audit log"),
)


def main_places(principal: Principal, path: str) -> tuple[Place, ...]:
    """Return the links that every page has, for what somebody may open."""
    inside_ladder = path.startswith("/ladders/")
    return tuple(
        _place(known.href, known.name, path, inside=known.href == "/" and inside_ladder)
        for known in _MAIN
        if principal.may(known.role)
    )


def ladder_places(ladder: str, path: str) -> tuple[Place, ...]:
    """Return the links between the pages of one ladder."""
    root = ladder_address(ladder)
    places = [_place(f"{root}{known.href}", known.name, path) for known in _LADDER]
    theatre = path.startswith(f"{root}/theatres/")
    first = Place(root, _LADDER[0].name, "true" if theatre else "page" if path == root else "")
    return (first, *places[1:])


def admin_places(path: str) -> tuple[Place, ...]:
    """Return the links between the pages of the administration."""
    first = Place(_ADMIN[0].href, _ADMIN[0].name, "page" if path == _ADMIN[0].href else "")
    return (first, *(_place(known.href, known.name, path) for known in _ADMIN[1:]))


def ladder_address(ladder: str, *further: str) -> str:
    """Return the address of a ladder's page; ids are escaped, whatever they hold."""
    return "/".join(["/ladders", *(quote(part, safe="") for part in (ladder, *further))])


def _place(href: str, name: str, path: str, *, inside: bool = False) -> Place:
    if path == href:
        return Place(href, name, "page")
    below = href != "/" and path.startswith(f"{href}/")
    return Place(href, name, "true" if below or inside else "")
