"""The repository of runs: what each was made of, and what became of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import cast

from sqlmodel import Session, col, func, select

from forecaster.domain.run import Run, RunState
from forecaster.errors import NotFoundError, StoreError
from forecaster.store.diagnostics import from_columns, to_columns
from forecaster.store.tables.beliefs import LadderRow
from forecaster.store.tables.runs import LatestRow, RunRow, RunStateRow

_RUN = tuple(name for name in Run.__dataclass_fields__ if name != "diagnostics")


class RunRepository:
    """Runs, append-only. A run that is read back shows its present state and the reason for it."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, run: Run) -> None:
        """Store a run; storing the same run again does nothing.

        Raises:
            StoreError: another run has this id, or the run's ladder was never stored.
        """
        row = to_row(run)
        held = self._session.get(RunRow, run.run_id)
        if held is None:
            self._require_ladder(run)
            self._session.add(row)
            self._session.flush()
        elif held.model_dump() != row.model_dump():
            raise StoreError(f"another run is stored as {run.run_id}: give this one its own id")

    def get(self, run_id: str) -> Run:
        """Return a run.

        Raises:
            NotFoundError: there is none of that id; the message lists the newest ones.
        """
        row = self._session.get(RunRow, run_id)
        if row is None:
            newest = ", ".join(run.run_id for run in self.list(limit=5)) or "none"
            raise NotFoundError(f"no run is called {run_id!r}; the newest are: {newest}")
        return self._present([row])[0]

    def latest(self, ladder_id: str, before: datetime | None = None) -> Run | None:
        """Return the published run that readers of a ladder see, None if there is none.

        With `before`: the published run with the newest `as_of` earlier than that instant.
        A run that was withdrawn or superseded is passed over.
        """
        pointer = self._session.get(LatestRow, ladder_id)
        if before is None and pointer is not None:
            run = self.get(pointer.run_id)
            if run.state == "published":
                return run
        asked = (
            select(RunRow)
            .where(RunRow.ladder == ladder_id, RunRow.state == "published")
            .where(col(RunRow.run_id).not_in(select(RunStateRow.run_id)))
            .order_by(col(RunRow.as_of).desc(), col(RunRow.issued_at).desc())
        )
        if before is not None:
            asked = asked.where(RunRow.as_of < before)
        row = self._session.exec(asked.limit(1)).first()
        return None if row is None else self._present([row])[0]

    def list(self, ladder_id: str | None = None, limit: int = 50) -> tuple[Run, ...]:
        """Return runs of every state, the one issued last first."""
        asked = select(RunRow).order_by(col(RunRow.issued_at).desc(), col(RunRow.run_id))
        if ladder_id is not None:
            asked = asked.where(RunRow.ladder == ladder_id)
        return self._present(self._session.exec(asked.limit(limit)).all())

    def newest_since(self, ladder_id: str, since: datetime) -> Run | None:
        """Return the run of any state with the newest `as_of`; of several, the one issued last.

        Only what was issued at `since` or later counts; None if nothing was.
        """
        asked = (
            select(RunRow)
            .where(RunRow.ladder == ladder_id, RunRow.issued_at >= since)
            .order_by(col(RunRow.as_of).desc(), col(RunRow.issued_at).desc(), col(RunRow.run_id))
        )
        row = self._session.exec(asked.limit(1)).first()
        return None if row is None else self._present([row])[0]

    def withdraw(self, run_id: str, *, reason: str, actor: str, at: datetime) -> None:
        """Note that a run is no longer stood by, and why; its rows stay as they were issued.

        Raises:
            NotFoundError: there is no such run.
            StoreError: no reason is given, or the run was never published.
        """
        if not reason.strip() or not actor.strip():
            raise StoreError(f"withdrawing run {run_id} needs a reason and a name: give both")
        if (state := self.get(run_id).state) not in {"published", "superseded"}:
            raise StoreError(f"run {run_id} is {state}, so there is nothing to withdraw")
        self.note_state(run_id, "withdrawn", reason=reason, actor=actor, at=at)

    def note_state(
        self, run_id: str, state: RunState, *, reason: str, actor: str, at: datetime
    ) -> None:
        """Append what became of a run."""
        self._session.add(
            RunStateRow(
                run_id=run_id, state=state, state_reason=reason, recorded_at=at, actor=actor
            )
        )
        self._session.flush()

    def _require_ladder(self, run: Run) -> None:
        key = (run.ladder, run.ladder_version, run.ladder_digest)
        if self._session.get(LadderRow, key) is None:
            raise StoreError(
                f"run {run.run_id} names ladder {run.ladder} {run.ladder_version}, "
                "which is not stored: store the ladder first"
            )

    def _present(self, rows: Sequence[RunRow]) -> tuple[Run, ...]:
        """Return runs with the state that was noted last, where one was."""
        newest = (
            select(func.max(RunStateRow.id))
            .where(col(RunStateRow.run_id).in_([row.run_id for row in rows]))
            .group_by(RunStateRow.run_id)
        )
        noted = self._session.exec(select(RunStateRow).where(col(RunStateRow.id).in_(newest)))
        states = {row.run_id: row for row in noted}
        runs = (from_row(row) for row in rows)
        return tuple(_as_noted(run, states.get(run.run_id)) for run in runs)


def _as_noted(run: Run, noted: RunStateRow | None) -> Run:
    if noted is None:
        return run
    return replace(run, state=cast(RunState, noted.state), state_reason=noted.state_reason)


def to_row(run: Run) -> RunRow:
    """Return the row of a run."""
    values = {name: getattr(run, name) for name in _RUN} | to_columns(run.diagnostics)
    values["seed"] = int(values["seed"])
    values["wall_seconds"] = float(values["wall_seconds"])
    return RunRow(**values)


def from_row(row: RunRow) -> Run:
    """Return the run of a row, in the state in which it was issued."""
    return Run(**{name: getattr(row, name) for name in _RUN}, diagnostics=from_columns(row))
