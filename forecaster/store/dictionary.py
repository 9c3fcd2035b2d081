"""The dictionary of the results table: every column, its type, its unit and its meaning.

`python -m forecaster.store.dictionary` prints `docs/results.md`; a test keeps the two equal.
"""

import sys
from typing import NamedTuple

from sqlalchemy import BigInteger, Column, Float, Integer
from sqlalchemy.types import TypeEngine

from forecaster.store.tables.base import METADATA, UtcDateTime

_ROW = {
    "run_id": ("", "The run that issued the row."),
    "ladder": ("", "Id of the ladder, such as `nato-russia`."),
    "ladder_version": ("", "Version of the ladder; scores and changes never mix versions."),
    "theatre": ("", "Id of the theatre, as the ladder names it."),
    "domain": ("", "Id of the domain, as the ladder names it; its rungs form one track."),
    "as_of": ("UTC", "What was known: nothing recorded later entered the run."),
    "issued_at": ("UTC", "When the run was made."),
    "horizon_steps": ("steps", "How many of the ladder's steps ahead the row speaks of."),
    "horizon_end": ("UTC", "The end of the step that the row speaks of."),
    "kind": (
        "",
        "`at`: probability that the theatre stands on `rung` at the horizon. `reach`: probability "
        "that the highest rung up to the horizon is `rung` or higher. `fall`: probability that the "
        "lowest rung up to the horizon is below the present rung, which `rung` names. Up to the "
        "horizon means from the step that holds `as_of` on. A measured rung is that of a whole "
        "step, and a judged one counts if it is in force at any moment, for however short a time.",
    ),
    "rung": ("", "Id of the rung. `at` over all rungs of a theatre and domain sums to one."),
    "probability": ("0 to 1", "The probability. Null only in refused rows."),
    "lower": ("0 to 1", "Lower end of its 90 % interval over the posterior of the parameters."),
    "upper": ("0 to 1", "Upper end of that interval."),
    "mc_se": ("0 to 1", "Monte Carlo standard error of `probability`; null if not measured."),
    "prior_share": ("0 to 1", "How much is prior (1) rather than data (0); null if not measured."),
    "state": (
        "",
        "`published`; `refused`: the diagnostics or the data failed; `superseded`: a later run of "
        "the same `as_of` corrects it; `withdrawn`: no longer stood by. The table keeps the state "
        "at issue, the views show the present one.",
    ),
    "state_reason": ("", "Why the row is in that state; empty for a published one."),
    "family": ("", "Id of the model family that gave the probability."),
    "family_version": ("", "Version of the model family."),
    "prior_set": ("", "Name of the set of priors in force: `set-` and a digest of them."),
    "data_digest": (
        "",
        "Digest of all that the run was told: readings, judgements, neighbours and grades.",
    ),
    "code_version": ("", "Version of the code that ran."),
    "seed": ("", "Seed of the random numbers: the same inputs and seed give the same row."),
    "prev_hash": ("", "Hash of the row before this one; 64 zeros before the first row of all."),
    "hash": (
        "",
        "SHA-256, in hexadecimal, of `prev_hash`, a line feed, and this row as a JSON list of its "
        "columns up to `seed`, in this order, as issued, without spaces.",
    ),
}

_VIEWS = {
    "results_latest": "The rows of the run that each ladder's readers see now: this table's "
    "columns, with the present state; then how its posterior came about: `method` (`refit`: "
    "sampled; `reweight`: the draws of an earlier fit, weighed by what came since), and the run "
    "(`fit_run`, null if it is hidden from who asks) and moment (`fit_as_of`) of the fit that its "
    "draws are of.",
    "results_history": "The same of the rows of every run.",
    "ladder_now": "One row per theatre and domain of each ladder's latest run: present rung "
    "(`present_rung`), the next rung above it (`next_rung`), and for the three nearest horizons "
    "(`horizon_1` … in steps) the probability of reaching it (`reach_1` …) and its change since "
    "the published run with the newest earlier `as_of` (`change_1` …). Freshness: `as_of`, "
    "`issued_at`, `observed_through`, `age_hours` since issue, and `label`, which says why a "
    "number is not data.",
    "scores": "How each forecast did once it was resolved, beside what a reference scored that was "
    "made as of the same moment; lower is better. Rules: `rps` and `log` of the rungs at the "
    "horizon, and `brier_reach_<rung>`, for which `resolved_rung` is the highest on the way there.",
    "scores_backtest": "What every forecaster of a backtest scored, as it was scored last. Which "
    "backtest: `backtest_id`, its frozen plan (`plan_id`, `plan_digest`), `ladder`, "
    "`ladder_version`, `domain`, `data_digest`, `began_at`; `made_at` says when it was scored. "
    "Which figure: `forecaster`, `score`, `theatre` and `rung` (`*` for all of them together), "
    "`horizon_steps`, and `reference`, whom a skill or difference is against, else empty. The "
    "figure: `value` (null if it is not defined), how many forecasts it is made of (`n`), and its "
    "bootstrap interval (`lower`, `upper`, null if it has none).",
    "run_log": "Every run with its present state, and how its posterior came about: `method`, "
    "`fit_run`, `fit_as_of` as above; for draws weighed anew the shape of the weights' tail "
    "(`k_hat`, below 0.7) and the effective share of the draws (`relative_size`); for a refit the "
    "share of cells in which the fit before, weighed anew, agrees with it (`agreement`) and the "
    "largest difference (`largest_difference`).",
    "run_diagnostics": "Every run with what its sampling was judged by: `passed` and `reason` (the "
    "gate), `max_rhat`, `min_ess_bulk`, `min_ess_tail`, `divergences`, `draws`, `min_bfmi`, "
    "`worst` (the quantity that did worst); `wall_seconds`, and `method`, `k_hat`, "
    "`relative_size` as in `run_log`.",
    "standings_history": "Where each theatre and domain stood as of each run: `present_rung` with "
    "its place on the track (`rung_position`, 0 is the lowest) and name (`rung_name`), "
    "`observed_through`, `measure`, `exposure`, and `label`, which says why a number is not data.",
    "sources_now": "One row per source that was ever asked or has readings: how it stood when it "
    "was asked last (`state`, `reason`, `checked_at`; `never asked` if all of its readings are the "
    "packaged sample's), `checked_hours` since then; the newest reading (`observed_through`) and "
    "its age in `observed_hours`; how many `series` it has; the rows of its last answer "
    "(`rows_received`, `rows_new`, `rows_rejected`, and the fewest expected, `rows_expected`); and "
    "how many rows of it were ever put aside (`rejects`).",
    "source_log": "Every time that a source was asked, and how it stood then.",
    "reject_log": "Rows that could not become readings, counted (`n`) by `source` and `reason`, "
    "with the first and last time (`first_at`, `last_at`); the rows themselves are not shown.",
    "job_log": "Every slot of every job: `job` with its subject after a colon, when it was due "
    "(`slot`), `state`, who ran it (`owner`), `claimed_at`, `finished_at`, how many seconds it "
    "waited (`wait_seconds`) and ran (`run_seconds`, null while it runs), and `detail` in words.",
    "readings_named": "Every reading with the id of its source and series, and its batch's digest.",
}


class Entry(NamedTuple):
    """One column of a public table."""

    column: str
    type: str
    unit: str
    meaning: str


def results() -> tuple[Entry, ...]:
    """Return the dictionary of the results table, in the order of its columns.

    Raises:
        KeyError: a column of the table has no meaning here.
    """
    columns = METADATA.tables["results"].columns
    return tuple(Entry(column.name, _type(column), *_ROW[column.name]) for column in columns)


def render() -> str:
    """Return the dictionary as Markdown: the content of `docs/results.md`."""
    lines = [
        "# The results table",
        "",
        "A public contract: columns are added, never renamed or removed, and no row is ever edited",
        "or deleted. One row is one probability, unique by `run_id`, `theatre`, `domain`,",
        "`horizon_steps`, `kind` and `rung`. On SQLite, instants are text such as",
        "`2025-06-30T00:00:00.000000Z`.",
        "",
        "This file is written by `python -m forecaster.store.dictionary`.",
        "",
        "| column | type | unit | meaning |",
        "|---|---|---|---|",
        *(f"| `{e.column}` | {e.type} | {e.unit} | {e.meaning} |" for e in results()),
        "",
        "## Views",
        "",
        "On PostgreSQL, a role that is let in by `forecaster migrate --reader` sees in them what",
        "its clearance shows: ladders, runs and sources that are marked closer are left out, as",
        "the API leaves them out for a person. [operations.md](operations.md) has the rule. On",
        "SQLite, and for the database's owner, nothing is left out.",
        "",
        "| view | what it shows |",
        "|---|---|",
        *(f"| `{name}` | {meaning} |" for name, meaning in _VIEWS.items()),
    ]
    return "\n".join(lines) + "\n"


def _type(column: "Column[object]") -> str:
    nullable = ", or null" if column.nullable else ""
    return _name(column.type) + nullable


def _name(type_: "TypeEngine[object]") -> str:
    if isinstance(type_, UtcDateTime):
        return "instant"
    if isinstance(type_, Float):
        return "number"
    return "integer" if isinstance(type_, BigInteger | Integer) else "text"


if __name__ == "__main__":
    sys.stdout.write(render())
