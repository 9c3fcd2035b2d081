"""Ids are unique within their table."""

from forecaster.reference.draft import Draft, Row
from forecaster.reference.mistakes import Report

_TABLES = ("rungs", "regions", "theatres", "indicators", "priors", "levers", "drops")


def check_ids(draft: Draft, report: Report) -> None:
    """Report every id that a row above has taken."""
    for table in _TABLES:
        taken: set[str] = set()
        for row in draft.all(table):
            id = row.get("id")
            if id in taken:
                report.add(
                    row.at("id"), f"the id {id!r} is used twice in {table}: give this one its own"
                )
            if id is not None:
                taken.add(id)


def by_id(rows: tuple[Row, ...]) -> dict[str, Row]:
    """Return the rows that have an id, by it; the first where one is repeated."""
    found: dict[str, Row] = {}
    for row in rows:
        if row.get("id") is not None:
            found.setdefault(row.values["id"], row)
    return found
