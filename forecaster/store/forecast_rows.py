"""What a run says as rows, and rows as what a run said."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any, cast

from pydantic import TypeAdapter

from forecaster.domain.forecast import (
    Cell,
    Fan,
    Forecast,
    IndicatorEffect,
    JudgedRecord,
    Kind,
    MemberWeight,
    Method,
    Standing,
    Updating,
)
from forecaster.domain.run import Run
from forecaster.store.missing import from_column, to_column
from forecaster.store.tables.fits import RunUpdateRow
from forecaster.store.tables.results import ResultRow
from forecaster.store.tables.runs import RunDetailRow, StandingRow

_JUDGED = TypeAdapter(tuple[JudgedRecord, ...])
_FANS = TypeAdapter(tuple[Fan, ...])
_EFFECTS = TypeAdapter(tuple[IndicatorEffect, ...])
_MEMBERS = TypeAdapter(tuple[MemberWeight, ...])
_HISTORY = TypeAdapter(tuple[tuple[datetime, float], ...])


def result_row(run: Run, cell: Cell) -> dict[str, Any]:
    """Return the row of a cell by column, not yet chained.

    Not as an object of the table: a thousand of those cost more than all else that is written.
    """
    return {
        "run_id": run.run_id,
        "ladder": run.ladder,
        "ladder_version": run.ladder_version,
        "theatre": cell.theatre,
        "domain": cell.domain,
        "as_of": run.as_of,
        "issued_at": run.issued_at,
        "horizon_steps": int(cell.horizon_steps),
        "horizon_end": cell.horizon_end,
        "kind": cell.kind,
        "rung": cell.rung,
        "probability": to_column(cell.probability),
        "lower": to_column(cell.lower),
        "upper": to_column(cell.upper),
        "mc_se": to_column(cell.mc_se),
        "prior_share": to_column(cell.prior_share),
        "state": run.state,
        "state_reason": run.state_reason,
        "family": run.family,
        "family_version": run.family_version,
        "prior_set": run.prior_set,
        "data_digest": run.data_digest,
        "code_version": run.code_version,
        "seed": int(run.seed),
        "prev_hash": "",  # both hashes are given by the chain
        "hash": "",
    }


def detail_row(run: Run, forecast: Forecast) -> RunDetailRow:
    """Return what the report shows beside the results."""
    return RunDetailRow(
        run_id=run.run_id,
        judged=_JUDGED.dump_json(forecast.judged).decode(),
        fans=_FANS.dump_json(forecast.fans).decode(),
        effects=_EFFECTS.dump_json(forecast.effects).decode(),
        members=_MEMBERS.dump_json(forecast.members).decode(),
    )


def to_forecast(
    run: Run,
    results: Iterable[ResultRow],
    standings: Iterable[StandingRow],
    detail: RunDetailRow,
    update: RunUpdateRow | None,
) -> Forecast:
    """Return the forecast that these rows hold, in their order."""
    return Forecast(
        family=run.family,
        family_version=run.family_version,
        cells=tuple(_cell(row) for row in results),
        standings=tuple(_standing(row) for row in standings),
        judged=_JUDGED.validate_json(detail.judged),
        fans=_FANS.validate_json(detail.fans),
        effects=_EFFECTS.validate_json(detail.effects),
        diagnostics=run.diagnostics,
        members=_MEMBERS.validate_json(detail.members),
        updating=None if update is None else _updating(update),
    )


def update_row(run: Run, updating: Updating) -> RunUpdateRow:
    """Return how the run's posterior came about."""
    return RunUpdateRow(run_id=run.run_id, **asdict(updating))


def _updating(row: RunUpdateRow) -> Updating:
    return Updating(
        method=cast(Method, row.method),
        fit_run=row.fit_run,
        fit_as_of=row.fit_as_of,
        reason=row.reason,
        k_hat=row.k_hat,
        relative_size=row.relative_size,
        agreement=row.agreement,
        largest_difference=row.largest_difference,
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


def standing_rows(run: Run, forecast: Forecast) -> list[StandingRow]:
    """Return a row per standing, numbered in their order."""
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
