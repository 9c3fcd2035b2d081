"""Couplings: each to a domain of another ladder that exists, and named once."""

from pathlib import Path

from forecaster.errors import LadderError
from forecaster.reference.draft import Draft, Row
from forecaster.reference.files import find_ladder, packaged_ladders, read_text
from forecaster.reference.mistakes import Mistake, Report, suggest
from forecaster.reference.parse import parse


def check_couplings(draft: Draft, report: Report, *, folder: Path) -> None:
    """Report couplings to no other ladder, to a domain that it has not, or named twice.

    The other ladder is read only as far as its head: two ladders may name each other.
    """
    taken: set[tuple[str, str]] = set()
    for coupling in draft.all("couplings"):
        ladder, domain = coupling.get("ladder"), coupling.get("domain")
        if ladder is None:
            continue
        _check_other(coupling, draft, report, folder=folder)
        if domain is not None and (ladder, domain) in taken:
            report.add(coupling.path, f"the coupling to {ladder!r} {domain!r} is written twice")
        taken.add((ladder, str(domain)))


def _check_other(coupling: Row, draft: Draft, report: Report, *, folder: Path) -> None:
    ladder, domain = str(coupling.get("ladder")), coupling.get("domain")
    packaged = ladder in packaged_ladders()
    try:
        head = _head(find_ladder(ladder) if packaged else folder / ladder)
    except LadderError:
        report.add(
            coupling.at("ladder"),
            f"there is no packaged ladder and no ladder file {ladder!r}: "
            f"{suggest(ladder, packaged_ladders())}",
        )
        return
    if head.get("id") == draft.only("ladder").get("id"):
        report.add(coupling.at("ladder"), "a ladder cannot drive itself: name another one")
    domains = head.get("domains")
    known = [str(d) for d in domains] if isinstance(domains, list) else []
    if domain is not None and domain not in known:
        report.add(
            coupling.at("domain"),
            f"the ladder {ladder!r} has no domain {domain!r}: {suggest(domain, known)}",
        )


def _head(file: Path) -> dict[str, object]:
    """Return the head of a ladder file, empty if its text is broken (its own check says so)."""
    parsed = parse(read_text(file))
    head = {} if isinstance(parsed, Mistake) else parsed[0].get("ladder")
    return head if isinstance(head, dict) else {}
