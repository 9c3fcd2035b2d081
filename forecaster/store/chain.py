"""The hash chain of the results: each row carries the hash of the row before it and its own.

A row's hash is SHA-256 over the previous hash, a line feed, and the row's canonical text: a JSON
list, without spaces, of its columns in the order of `docs/results.md` up to `seed`; instants as
`2025-06-30T00:00:00.000000Z`, numbers in their shortest exact form, missing ones as null. Whoever
edits, removes or adds a row breaks the chain from there on. The first row follows `GENESIS`.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Protocol, cast

import sqlalchemy
from sqlmodel import Session, col, func, select

from forecaster.store.tables.base import as_text
from forecaster.store.tables.results import ChainLinkRow, ResultRow

GENESIS = "0" * 64

type Row = Mapping[str, Any]
"""A row of the results by column."""


class Linked(Protocol):
    """A row of the results in the chain, whether an object of the table or a row as selected."""

    @property
    def prev_hash(self) -> str:
        """The hash that it follows."""

    @property
    def hash(self) -> str:
        """Its own."""


CONTENT = tuple(name for name in ResultRow.model_fields if name not in {"prev_hash", "hash"})
"""The columns that a hash covers, in the order in which it covers them."""

_RESULTS: sqlalchemy.FromClause = ResultRow.__table__  # type: ignore[attr-defined]

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

# The rows of a run share a few instants.
_instant = lru_cache(maxsize=256)(as_text)


def canonical(row: Row) -> str:
    """Return the text of a row that its hash covers."""
    values = [row[name] for name in CONTENT]
    return _encode([_instant(value) if isinstance(value, datetime) else value for value in values])


def hash_of(row: Row, *, previous: str) -> str:
    """Return the hash of a row that follows the hash `previous`."""
    return hashlib.sha256(f"{previous}\n{canonical(row)}".encode()).hexdigest()


def link(rows: Iterable[dict[str, Any]], *, previous: str) -> str:
    """Give every row its two hashes, in order, and return the last one."""
    for row in rows:
        row["prev_hash"] = previous
        row["hash"] = previous = hash_of(row, previous=previous)
    return previous


def in_chain_order[L: Linked](rows: Iterable[L], *, start: str) -> list[L]:
    """Return the rows that follow `start`, each after the one it names as its previous."""
    by_previous = {row.prev_hash: row for row in rows}
    ordered: list[L] = []
    while (row := by_previous.pop(start, None)) is not None:
        ordered.append(row)
        start = row.hash
    return ordered


def head(session: Session) -> str:
    """Return the hash that the next row is to follow."""
    newest = select(ChainLinkRow).order_by(col(ChainLinkRow.id).desc()).limit(1)
    link_row = session.exec(newest).first()
    return GENESIS if link_row is None else link_row.hash


def verify_chain(session: Session) -> tuple[str, ...]:
    """Return what is wrong with the chain, one sentence per run; nothing if it is whole."""
    mistakes: list[str] = []
    previous = GENESIS
    links = session.exec(select(ChainLinkRow).order_by(col(ChainLinkRow.id))).all()
    for link_row in links:
        if link_row.prev_hash != previous:
            mistakes.append(f"run {link_row.run_id} does not follow the run before it")
        # Rows as selected: an object of the table for each costs more than all its hashing.
        asked = sqlalchemy.select(_RESULTS).where(col(ResultRow.run_id) == link_row.run_id)
        mistakes.extend(_mistakes_of_run(link_row, session.execute(asked).all()))
        previous = link_row.hash
    mistakes.extend(_unlinked(session, [link_row.run_id for link_row in links]))
    return tuple(mistakes)


def _mistakes_of_run(link_row: ChainLinkRow, rows: Sequence[sqlalchemy.Row[Any]]) -> list[str]:
    name = f"run {link_row.run_id}"
    for row in rows:
        if row.hash != hash_of(cast(Row, row._mapping), previous=row.prev_hash):
            where = f"{row.theatre}, {row.domain}, {row.horizon_steps}, {row.kind}, {row.rung}"
            return [f"{name}: the row ({where}) was edited after it was issued"]
    ordered = in_chain_order(rows, start=link_row.prev_hash)
    last = ordered[-1].hash if ordered else link_row.prev_hash
    if len(ordered) != len(rows) or len(rows) != link_row.rows or last != link_row.hash:
        return [f"{name}: {link_row.rows} rows were issued, {len(ordered)} of them still follow"]
    return []


def _unlinked(session: Session, linked: Sequence[str]) -> list[str]:
    """Name every run that has rows of results but no place in the chain."""
    counted = session.exec(select(ResultRow.run_id, func.count()).group_by(ResultRow.run_id)).all()
    known = set(linked)
    return [
        f"run {id}: {n} rows were added outside the chain" for id, n in counted if id not in known
    ]
