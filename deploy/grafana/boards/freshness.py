"""The dashboard of freshness: what the sources last said, and how old the latest runs are."""

from deploy.grafana.model import Json, coloured, dashboard, in_unit, panel, variable, words

_STATES = {
    "fresh": "green",
    "unchanged": "green",
    "never asked": "blue",
    "late": "yellow",
    "short": "orange",
    "stale": "orange",
    "empty": "red",
    "failed": "red",
    "no source": "red",
}
_DAYS = ((None, "green"), (10.0, "yellow"), (40.0, "orange"), (120.0, "red"))
_HOURS = ((None, "green"), (30.0, "orange"), (54.0, "red"))

_SOURCE = variable(
    "source", "Source", "SELECT source FROM sources_now ORDER BY source", several=True
)
_CHOSEN = "source = ANY(ARRAY[${source:sqlstring}]::text[])"


def _unwell() -> Json:
    return panel(
        "stat",
        "Sources that are not well",
        f"""SELECT COUNT(*) FILTER (WHERE state NOT IN ('fresh', 'unchanged', 'never asked'))
        AS sources FROM sources_now WHERE {_CHOSEN}""",
        meaning="Late, short, stale, empty or failed when they were asked last. What is missing "
        "widens the answer; nothing is filled in.",
        steps=((None, "green"), (1.0, "orange"), (3.0, "red")),
    )


def _last_asked() -> Json:
    return panel(
        "stat",
        "Since any source was asked",
        "SELECT MIN(checked_hours) AS hours FROM sources_now",
        meaning="If this grows beyond a day, the scheduler is not running. Empty if no source was "
        "ever asked.",
        unit="h",
        steps=_HOURS,
    )


def _runs_age() -> Json:
    return panel(
        "stat",
        "Oldest of the latest runs",
        "SELECT MAX(age_hours) AS hours FROM ladder_now",
        meaning="Time since the latest run of the ladder that has waited longest for one.",
        unit="h",
        steps=_HOURS,
    )


def _put_aside() -> Json:
    return panel(
        "stat",
        "Rows put aside",
        f"SELECT COALESCE(SUM(rejects), 0) AS rejects FROM sources_now WHERE {_CHOSEN}",
        meaning="Rows that could not become readings, ever; the reasons stand below.",
        steps=((None, "green"), (1.0, "yellow")),
    )


def _runs() -> Json:
    return panel(
        "table",
        "Latest run of every ladder",
        """SELECT ladder, ladder_version, run_id, state, as_of, issued_at,
        MAX(age_hours) AS age_hours, MIN(observed_through) AS observed_through
        FROM ladder_now GROUP BY ladder, ladder_version, run_id, state, as_of, issued_at
        ORDER BY ladder""",
        meaning="observed_through: how far the readings of its least observed theatre went.",
        columns={
            "age_hours": coloured("h", _HOURS),
            "state": words({"published": "green", "withdrawn": "red", "superseded": "orange"}),
        },
    )


def _sources() -> Json:
    return panel(
        "table",
        "How every source stands",
        f"""SELECT source, state, reason, checked_at, checked_hours, observed_through,
        observed_hours / 24 AS observed_days, series, rows_received, rows_new, rows_rejected,
        rows_expected, rejects FROM sources_now WHERE {_CHOSEN} ORDER BY source""",
        meaning="What a source answered when it was asked last, and its newest reading.",
        columns={
            "state": words(_STATES),
            "checked_hours": in_unit("h"),
            "observed_days": in_unit("d"),
        },
    )


def _ages() -> Json:
    return panel(
        "bargauge",
        "Age of each source's newest reading",
        f"""SELECT source, observed_hours / 24 AS days FROM sources_now
        WHERE {_CHOSEN} AND observed_hours IS NOT NULL ORDER BY days DESC, source""",
        meaning="In days. What is old for a daily source is young for a yearly one: the state says "
        "whether something is due.",
        unit="d",
        steps=_DAYS,
    )


def _reasons() -> Json:
    return panel(
        "table",
        "Why rows were put aside",
        f"""SELECT source, reason, n, first_at, last_at FROM reject_log WHERE {_CHOSEN}
        ORDER BY last_at DESC, source, reason""",
        meaning="The rows themselves are kept in the database, and shown to analysts alone.",
    )


def _new_rows() -> Json:
    return panel(
        "timeseries",
        "New rows a day",
        f"""SELECT $__timeGroupAlias(checked_at, '1d'), source AS metric, SUM(rows_new) AS value
        FROM source_log WHERE {_CHOSEN} AND $__timeFilter(checked_at)
        GROUP BY 1, 2 ORDER BY 1, 2""",
        meaning="Readings that the store had not known, by the day on which the source was asked.",
        custom={"drawStyle": "bars", "fillOpacity": 60, "stacking": {"mode": "normal"}},
    )


def _rejected_rows() -> Json:
    return panel(
        "timeseries",
        "Rejected rows a day",
        f"""SELECT $__timeGroupAlias(checked_at, '1d'), source AS metric,
        SUM(rows_rejected) AS value FROM source_log
        WHERE {_CHOSEN} AND $__timeFilter(checked_at) GROUP BY 1, 2 ORDER BY 1, 2""",
        meaning="A rise says that a publisher changed the form of its answer.",
        custom={"drawStyle": "bars", "fillOpacity": 60, "stacking": {"mode": "normal"}},
    )


def board() -> Json:
    """Return the dashboard of freshness."""
    return dashboard(
        "forecaster-freshness",
        "Freshness",
        meaning="What the sources last said, and how old the latest runs are.",
        since="now-90d",
        variables=(_SOURCE,),
        rows=(
            (4, ((6, _unwell()), (6, _last_asked()), (6, _runs_age()), (6, _put_aside()))),
            (6, ((24, _runs()),)),
            (10, ((24, _sources()),)),
            (10, ((12, _ages()), (12, _reasons()))),
            (8, ((12, _new_rows()), (12, _rejected_rows()))),
        ),
    )
