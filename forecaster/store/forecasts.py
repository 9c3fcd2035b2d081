"""The repository of forecasts: publish or refuse a run's whole answer at once, and read it back."""

from collections.abc import Sequence

from sqlalchemy import insert
from sqlmodel import Session, col, select

from forecaster.clock import Clock
from forecaster.domain.forecast import Forecast
from forecaster.domain.run import Run
from forecaster.errors import RunRefusedError, StoreError
from forecaster.store import chain
from forecaster.store.forecast_rows import (
    detail_row,
    result_row,
    standing_rows,
    to_forecast,
    update_row,
)
from forecaster.store.runs import RunRepository
from forecaster.store.sql import lock
from forecaster.store.tables.fits import RunUpdateRow
from forecaster.store.tables.results import ChainLinkRow, ResultRow
from forecaster.store.tables.runs import LatestRow, RunDetailRow, RunRow, StandingRow

# It names no run: who reads of the old one may not see the new one.
_SUPERSEDED = "superseded by a later run of the same as_of"


class ForecastRepository:
    """Forecasts, append-only: rows are written once, chained, and never edited."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock
        self._runs = RunRepository(session)

    def publish(self, run: Run, forecast: Forecast, *, actor: str = "forecaster") -> None:
        """Store a run with its forecast, and show it to the ladder's readers.

        The latest pointer moves to the run unless it shows a newer `as_of` already, so a run made
        for a past day never hides today's. An earlier published run of the same ladder and `as_of`
        becomes superseded. Publishing the same run again does nothing.

        Raises:
            RunRefusedError: the run is not in state `published`, or failed its diagnostics.
            StoreError: another run has this id, or two cells are about the same thing.
        """
        if run.state != "published" or not run.diagnostics.passed:
            raise RunRefusedError(
                f"run {run.run_id} is {run.state} and cannot be published "
                f"({run.diagnostics.reason or 'no reason given'}): store it as refused"
            )
        if self._store(run, forecast):
            self._supersede(run, actor=actor)
            self._move_pointer(run, actor=actor)

    def refuse(self, run: Run, forecast: Forecast) -> None:
        """Store a run and its forecast as refused: on record, and never shown as the latest.

        Raises:
            StoreError: the run is not in state `refused`, gives no reason, or has another's id.
        """
        if run.state != "refused" or not run.state_reason.strip():
            raise StoreError(
                f"run {run.run_id} is {run.state} ({run.state_reason or 'no reason given'}): "
                "to be stored as refused it needs that state and a reason"
            )
        self._store(run, forecast)

    def read(self, run_id: str) -> Forecast:
        """Return what a run said, its cells in the order in which they were issued.

        Raises:
            NotFoundError: there is no such run.
            StoreError: the run has no forecast stored with it.
        """
        run = self._runs.get(run_id)
        detail = self._session.get(RunDetailRow, run_id)
        if detail is None:
            raise StoreError(f"run {run_id} is stored without a forecast: run it again")
        update = self._session.get(RunUpdateRow, run_id)
        return to_forecast(run, self._rows(run_id), self._standings(run_id), detail, update)

    def verify_chain(self) -> tuple[str, ...]:
        """Return what is wrong with the chain of results, nothing if nobody edited it."""
        return chain.verify_chain(self._session)

    def _store(self, run: Run, forecast: Forecast) -> bool:
        """Store everything a run said; False if it is stored already."""
        lock(self._session, ChainLinkRow)
        self._runs.add(run)
        if self._session.get(RunDetailRow, run.run_id) is not None:
            self._require_same(run, forecast)
            return False
        self._session.add_all(standing_rows(run, forecast))
        self._session.add(detail_row(run, forecast))
        if forecast.updating is not None:
            self._session.add(update_row(run, forecast.updating))
        self._append_to_chain(run, forecast)
        self._session.flush()
        return True

    def _append_to_chain(self, run: Run, forecast: Forecast) -> None:
        previous = chain.head(self._session)
        rows = [result_row(run, cell) for cell in forecast.cells]
        last = chain.link(rows, previous=previous)
        if not rows:
            return
        self._session.execute(insert(ResultRow), rows)
        self._session.add(
            ChainLinkRow(run_id=run.run_id, prev_hash=previous, hash=last, rows=len(rows))
        )

    def _require_same(self, run: Run, forecast: Forecast) -> None:
        held = [chain.canonical(row.model_dump()) for row in self._rows(run.run_id)]
        if held != [chain.canonical(result_row(run, cell)) for cell in forecast.cells]:
            raise StoreError(
                f"run {run.run_id} is stored with other probabilities, and no row is ever edited: "
                "publish the correction as a run of its own"
            )

    def _supersede(self, run: Run, *, actor: str) -> None:
        same_day = select(RunRow.run_id).where(
            RunRow.ladder == run.ladder, RunRow.as_of == run.as_of, RunRow.run_id != run.run_id
        )
        for run_id in self._session.exec(same_day).all():
            if self._runs.get(run_id).state == "published":
                self._runs.note_state(
                    run_id, "superseded", reason=_SUPERSEDED, actor=actor, at=run.issued_at
                )

    def _move_pointer(self, run: Run, *, actor: str) -> None:
        pointer = self._session.get(LatestRow, run.ladder)
        if pointer is None:
            pointer = LatestRow(
                ladder=run.ladder, run_id=run.run_id, moved_at=self._clock(), actor=actor
            )
        elif self._runs.get(pointer.run_id).as_of > run.as_of:
            return
        pointer.run_id, pointer.moved_at, pointer.actor = run.run_id, self._clock(), actor
        self._session.add(pointer)
        self._session.flush()

    def _rows(self, run_id: str) -> list[ResultRow]:
        rows = self._session.exec(select(ResultRow).where(ResultRow.run_id == run_id)).all()
        place = self._session.exec(
            select(ChainLinkRow).where(ChainLinkRow.run_id == run_id)
        ).first()
        return [] if place is None else chain.in_chain_order(rows, start=place.prev_hash)

    def _standings(self, run_id: str) -> Sequence[StandingRow]:
        asked = select(StandingRow).where(StandingRow.run_id == run_id)
        return self._session.exec(asked.order_by(col(StandingRow.position))).all()
