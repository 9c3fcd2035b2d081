"""The repository of forecasts: publish or refuse a run's whole answer at once, and read it back."""

from datetime import datetime
from typing import cast

from pydantic import TypeAdapter
from sqlmodel import Session, col, select

from forecaster.clock import Clock
from forecaster.domain.forecast import (
    Cell,
    Fan,
    Forecast,
    IndicatorEffect,
    JudgedRecord,
    Kind,
    Standing,
)
from forecaster.domain.run import Run
from forecaster.errors import RunRefusedError, StoreError
from forecaster.store import chain
from forecaster.store.missing import from_column, to_column
from forecaster.store.runs import RunRepository
from forecaster.store.sql import lock
from forecaster.store.tables.results import ChainLinkRow, ResultRow
from forecaster.store.tables.runs import LatestRow, RunDetailRow, RunRow, StandingRow

_JUDGED = TypeAdapter(tuple[JudgedRecord, ...])
_FANS = TypeAdapter(tuple[Fan, ...])
_EFFECTS = TypeAdapter(tuple[IndicatorEffect, ...])
_HISTORY = TypeAdapter(tuple[tuple[datetime, float], ...])


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
        return Forecast(
            family=run.family,
            family_version=run.family_version,
            cells=tuple(_cell(row) for row in self._rows(run_id)),
            standings=self._standings(run_id),
            judged=_JUDGED.validate_json(detail.judged),
            fans=_FANS.validate_json(detail.fans),
            effects=_EFFECTS.validate_json(detail.effects),
            diagnostics=run.diagnostics,
        )

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
        self._session.add_all(_standing_rows(run, forecast))
        self._session.add(
            RunDetailRow(
                run_id=run.run_id,
                judged=_JUDGED.dump_json(forecast.judged).decode(),
                fans=_FANS.dump_json(forecast.fans).decode(),
                effects=_EFFECTS.dump_json(forecast.effects).decode(),
            )
        )
        self._append_to_chain(run, forecast)
        self._session.flush()
        return True

    def _append_to_chain(self, run: Run, forecast: Forecast) -> None:
        previous = chain.head(self._session)
        rows = [_result_row(run, cell) for cell in forecast.cells]
        last = chain.link(rows, previous=previous)
        if not rows:
            return
        self._session.add_all(rows)
        self._session.add(
            ChainLinkRow(run_id=run.run_id, prev_hash=previous, hash=last, rows=len(rows))
        )

    def _require_same(self, run: Run, forecast: Forecast) -> None:
        held = [chain.canonical(row) for row in self._rows(run.run_id)]
        if held != [chain.canonical(_result_row(run, cell)) for cell in forecast.cells]:
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
                reason = f"superseded by run {run.run_id} of the same as_of"
                self._runs.note_state(
                    run_id, "superseded", reason=reason, actor=actor, at=run.issued_at
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

    def _standings(self, run_id: str) -> tuple[Standing, ...]:
        rows = self._session.exec(
            select(StandingRow)
            .where(StandingRow.run_id == run_id)
            .order_by(col(StandingRow.position))
        )
        return tuple(_standing(row) for row in rows)


def _result_row(run: Run, cell: Cell) -> ResultRow:
    return ResultRow(
        run_id=run.run_id,
        ladder=run.ladder,
        ladder_version=run.ladder_version,
        theatre=cell.theatre,
        domain=cell.domain,
        as_of=run.as_of,
        issued_at=run.issued_at,
        horizon_steps=int(cell.horizon_steps),
        horizon_end=cell.horizon_end,
        kind=cell.kind,
        rung=cell.rung,
        probability=to_column(cell.probability),
        lower=to_column(cell.lower),
        upper=to_column(cell.upper),
        mc_se=to_column(cell.mc_se),
        prior_share=to_column(cell.prior_share),
        state=run.state,
        state_reason=run.state_reason,
        family=run.family,
        family_version=run.family_version,
        prior_set=run.prior_set,
        data_digest=run.data_digest,
        code_version=run.code_version,
        seed=int(run.seed),
        prev_hash="",  # both hashes are given by the chain
        hash="",
    )


def _cell(row: ResultRow) -> Cell:
    return Cell(
        theatre=row.theatre,
        domain=row.domain,
        horizon_steps=row.horizon_steps,
        horizon_end=row.horizon_end,
        kind=cast(Kind, row.kind),
        rung=row.rung,
        probability=from_column(row.probability),
        lower=from_column(row.lower),
        upper=from_column(row.upper),
        mc_se=from_column(row.mc_se),
        prior_share=from_column(row.prior_share),
    )


def _standing_rows(run: Run, forecast: Forecast) -> list[StandingRow]:
    return [
        StandingRow(
            run_id=run.run_id,
            theatre=standing.theatre,
            domain=standing.domain,
            position=position,
            present_rung=standing.present_rung,
            observed_through=standing.observed_through,
            measure=to_column(standing.measure),
            exposure=float(standing.exposure),
            label=standing.label,
            history=_HISTORY.dump_json(standing.history).decode(),
        )
        for position, standing in enumerate(forecast.standings)
    ]


def _standing(row: StandingRow) -> Standing:
    return Standing(
        theatre=row.theatre,
        domain=row.domain,
        present_rung=row.present_rung,
        observed_through=row.observed_through,
        measure=row.measure,
        exposure=row.exposure,
        label=row.label,
        history=_HISTORY.validate_json(row.history),
    )
