"""The main figures for programs: one row per panel, forecaster and horizon; keys never change."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from forecaster.errors import ReportError
from forecaster.reporting.evaluation.panel import Panel
from forecaster.scoring.evaluation import evaluation_rows

type Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Part:
    """What one panel has in the file: where its figures come from, and the figures."""

    panel: str
    made_of: Mapping[str, str]
    rows: tuple[Row, ...]


def part(panel: Panel) -> Part:
    """Return a panel's rows, in the plan's order, then by horizon; a missing figure is null."""
    made_of = {
        "panel": panel.id,
        "plan": panel.plan.id,
        "plan_digest": panel.plan.digest,
        "backtest": panel.backtest_id,
        "data_digest": panel.data_digest,
        "code_version": panel.code_version,
    }
    rows = evaluation_rows(panel.plan, panel.scores, judged=panel.judged)
    return Part(panel.id, made_of, tuple(rows))


def evaluation_json(parts: Sequence[Part], *, before: str = "") -> str:
    """Return the file: `parts`, and what `before` holds of other panels, by panel.

    Raises:
        ReportError: `before` is not such a file.
    """
    panels, rows = _kept(before, {p.panel for p in parts})
    panels += [dict(p.made_of) for p in parts]
    rows += [row for p in parts for row in p.rows]
    whole = {
        "panels": sorted(panels, key=lambda entry: str(entry["panel"])),
        "rows": sorted(rows, key=lambda row: str(row["panel"])),
    }
    return json.dumps(whole, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _kept(before: str, replaced: set[str]) -> tuple[list[Row], list[Row]]:
    if not before.strip():
        return [], []
    try:
        held = json.loads(before)
        return tuple(  # type: ignore[return-value]
            [entry for entry in held[key] if entry["panel"] not in replaced]
            for key in ("panels", "rows")
        )
    except (ValueError, KeyError, TypeError) as error:
        raise ReportError(
            f"evaluation.json cannot be read ({error!r}): delete it and write every panel again"
        ) from None
