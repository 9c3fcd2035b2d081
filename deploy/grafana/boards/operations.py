"""The dashboard of operations: what jobs did, how long they took, and how runs were sampled."""

from deploy.grafana.model import Json, coloured, dashboard, in_unit, panel, variable, words

_STATES = {
    "done": "green",
    "skipped": "text",
    "queued": "blue",
    "running": "blue",
    "refused": "orange",
    "failed": "red",
    "dead": "dark-red",
}

_VARIABLES = (
    variable(
        "job",
        "Job",
        "SELECT split_part(job, ':', 1) AS kind FROM job_log GROUP BY kind ORDER BY kind",
        several=True,
    ),
    variable(
        "ladder",
        "Ladder",
        "SELECT ladder FROM run_log GROUP BY ladder ORDER BY ladder",
        several=True,
    ),
)

_SLOTS = "split_part(job, ':', 1) = ANY(ARRAY[${job:sqlstring}]::text[]) AND $__timeFilter(slot)"
_RUNS = "ladder = ANY(ARRAY[${ladder:sqlstring}]::text[]) AND $__timeFilter(issued_at)"


def _dead() -> Json:
    return panel(
        "stat",
        "Slots given up",
        "SELECT COUNT(*) FILTER (WHERE state = 'dead') AS slots FROM job_log",
        meaning="Slots that failed until nobody tries them any more: look at their detail, mend "
        "the cause, and run them again.",
        steps=((None, "green"), (1.0, "red")),
    )


def _failed() -> Json:
    return panel(
        "stat",
        "Slots failed in the time range",
        f"SELECT COUNT(*) FILTER (WHERE state = 'failed') AS slots FROM job_log WHERE {_SLOTS}",
        meaning="A failed slot is tried again by the scheduler.",
        steps=((None, "green"), (1.0, "orange"), (10.0, "red")),
    )


def _running() -> Json:
    return panel(
        "stat",
        "Longest running now",
        """SELECT COALESCE(MAX(EXTRACT(EPOCH FROM now() - claimed_at))
        FILTER (WHERE state = 'running'), 0) AS seconds FROM job_log""",
        meaning="A slot whose process died counts until another scheduler takes it over.",
        unit="s",
        steps=((None, "green"), (1800.0, "orange"), (7200.0, "red")),
    )


def _refused() -> Json:
    return panel(
        "stat",
        "Runs refused in the time range",
        f"""SELECT AVG(CASE WHEN passed THEN 0.0 ELSE 1.0 END) AS share
        FROM run_diagnostics WHERE {_RUNS}""",
        meaning="Share of runs whose sampling did not pass its checks, so that readers saw the one "
        "before.",
        unit="percentunit",
        steps=((None, "green"), (0.05, "orange"), (0.2, "red")),
    )


def _by_state() -> Json:
    return panel(
        "timeseries",
        "Slots a day by state",
        f"""SELECT $__timeGroupAlias(slot, '1d'), state AS metric, COUNT(*) AS value FROM job_log
        WHERE {_SLOTS} GROUP BY 1, 2 ORDER BY 1, 2""",
        meaning="By when a slot was due.",
        custom={"drawStyle": "bars", "fillOpacity": 60, "stacking": {"mode": "normal"}},
    )


def _durations() -> Json:
    return panel(
        "timeseries",
        "How long jobs ran",
        f"""SELECT slot AS "time", job AS metric, run_seconds AS value FROM job_log
        WHERE {_SLOTS} AND run_seconds IS NOT NULL ORDER BY slot, job""",
        meaning="From claim to end.",
        unit="s",
        custom={"drawStyle": "points", "pointSize": 6},
    )


def _waits() -> Json:
    return panel(
        "timeseries",
        "How late jobs began",
        f"""SELECT slot AS "time", job AS metric, wait_seconds AS value FROM job_log
        WHERE {_SLOTS} ORDER BY slot, job""",
        meaning="From when a slot was due until it was claimed; large after an outage.",
        unit="s",
        custom={"drawStyle": "points", "pointSize": 6},
    )


def _ledger() -> Json:
    return panel(
        "table",
        "Ledger of jobs",
        f"""SELECT job, slot, state, claimed_at, finished_at, wait_seconds, run_seconds, owner,
        detail FROM job_log WHERE {_SLOTS} ORDER BY slot DESC, job LIMIT 500""",
        meaning="The newest 500 slots of the time range.",
        columns={
            "state": words(_STATES),
            "wait_seconds": in_unit("s"),
            "run_seconds": in_unit("s"),
        },
    )


def _wall() -> Json:
    return panel(
        "timeseries",
        "Wall seconds of runs",
        f"""SELECT issued_at AS "time", ladder || ', ' || method AS metric, wall_seconds AS value
        FROM run_diagnostics WHERE {_RUNS} ORDER BY issued_at, metric""",
        meaning="A refit samples; a reweighting weighs the draws of an earlier fit, and is quick.",
        unit="s",
        custom={"drawStyle": "points", "pointSize": 6},
    )


def _tails() -> Json:
    return panel(
        "timeseries",
        "Pareto k-hat of weighed draws",
        f"""SELECT issued_at AS "time", ladder AS metric, k_hat AS value FROM run_diagnostics
        WHERE {_RUNS} AND k_hat IS NOT NULL ORDER BY issued_at, ladder""",
        meaning="The shape of the weights' tail. From 0.7 on the draws will not do, and a fit is "
        "made anew.",
        unit="none",
        steps=((None, "green"), (0.5, "yellow"), (0.7, "red")),
        custom={"thresholdsStyle": {"mode": "line"}, "showPoints": "always"},
    )


def _gate() -> Json:
    return panel(
        "table",
        "Runs, and what the gate judged",
        f"""SELECT issued_at, ladder, run_id, as_of, state, method, wall_seconds, passed, reason,
        max_rhat, min_ess_bulk, min_ess_tail, divergences, draws, min_bfmi, worst, k_hat,
        relative_size FROM run_diagnostics WHERE {_RUNS} ORDER BY issued_at DESC LIMIT 500""",
        meaning="The newest 500 runs of the time range. A run whose checks fail is stored and "
        "never published.",
        columns={
            "state": words({"published": "green", "refused": "red", "withdrawn": "red"}),
            "wall_seconds": in_unit("s"),
            "relative_size": in_unit("percentunit"),
            "k_hat": coloured("none", ((None, "transparent"), (0.5, "yellow"), (0.7, "red"))),
            "divergences": coloured("none", ((None, "transparent"), (1.0, "orange"))),
        },
    )


def board() -> Json:
    """Return the dashboard of operations."""
    return dashboard(
        "forecaster-operations",
        "Operations",
        meaning="What jobs did, how long they took, and how runs were sampled.",
        since="now-30d",
        variables=_VARIABLES,
        rows=(
            (4, ((6, _dead()), (6, _failed()), (6, _running()), (6, _refused()))),
            (8, ((8, _by_state()), (8, _durations()), (8, _waits()))),
            (10, ((24, _ledger()),)),
            (8, ((12, _wall()), (12, _tails()))),
            (10, ((24, _gate()),)),
        ),
    )
