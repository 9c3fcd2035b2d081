"""The dashboard of scores: how good forecasts were, in backtests and once they were resolved."""

from deploy.grafana.model import Json, coloured, dashboard, matrix, panel, variable

_SKILL = ((None, "red"), (-0.02, "transparent"), (0.02, "green"))

_VARIABLES = (
    variable(
        "ladder",
        "Ladder",
        "SELECT ladder FROM scores_backtest UNION SELECT ladder FROM scores ORDER BY ladder",
    ),
    variable(
        "backtest",
        "Backtest",
        """SELECT backtest_id FROM scores_backtest WHERE ladder = ${ladder:sqlstring}
        GROUP BY backtest_id ORDER BY MAX(made_at) DESC, backtest_id""",
    ),
    variable(
        "score",
        "Score",
        """SELECT score FROM scores_backtest WHERE backtest_id = ${backtest:sqlstring}
        AND reference = '' GROUP BY score ORDER BY score <> 'rps', score""",
    ),
    variable(
        "horizon",
        "Horizon (steps)",
        """SELECT h.steps::text FROM (SELECT DISTINCT horizon_steps AS steps FROM scores_backtest
        WHERE backtest_id = ${backtest:sqlstring}) h ORDER BY h.steps""",
    ),
    variable(
        "theatre",
        "Theatre",
        """SELECT theatre FROM scores_backtest WHERE backtest_id = ${backtest:sqlstring}
        AND theatre <> '*' UNION SELECT theatre FROM scores WHERE ladder = ${ladder:sqlstring}
        ORDER BY theatre""",
        several=True,
    ),
)

_FIGURE = """backtest_id = ${backtest:sqlstring} AND score = ${score:sqlstring}
AND reference = '' AND rung = '*'"""

_LIVE = """ladder = ${ladder:sqlstring} AND theatre = ANY(ARRAY[${theatre:sqlstring}]::text[])
AND $__timeFilter(resolved_at)"""


def _backtests() -> Json:
    return panel(
        "table",
        "Backtests of the ladder",
        """SELECT backtest_id, plan_id, plan_digest, ladder_version, domain, data_digest, began_at,
        made_at, COUNT(DISTINCT forecaster) AS forecasters, MAX(n) AS forecasts
        FROM scores_backtest WHERE ladder = ${ladder:sqlstring}
        GROUP BY backtest_id, plan_id, plan_digest, ladder_version, domain, data_digest, began_at,
        made_at ORDER BY made_at DESC""",
        meaning="The digest of a plan was frozen before anything was scored.",
    )


def _by_forecaster() -> Json:
    return panel(
        "bargauge",
        "Chosen score by forecaster",
        f"""SELECT forecaster, value FROM scores_backtest WHERE {_FIGURE} AND theatre = '*'
        AND horizon_steps = NULLIF(${{horizon:sqlstring}}, '')::int ORDER BY value, forecaster""",
        meaning="All theatres together, at the chosen horizon. RPS, log, Brier and CRPS: lower is "
        "better.",
        unit="none",
    )


def _intervals() -> Json:
    return panel(
        "table",
        "Chosen score by forecaster and horizon, with its interval",
        f"""SELECT forecaster, horizon_steps, value, lower, upper, n FROM scores_backtest
        WHERE {_FIGURE} AND theatre = '*' ORDER BY horizon_steps, value, forecaster""",
        meaning="Paired block-bootstrap interval; n is how many forecasts the figure is made of.",
        unit="none",
    )


def _by_theatre() -> Json:
    return panel(
        "table",
        "Chosen score by forecaster and theatre",
        f"""SELECT forecaster, theatre, value FROM scores_backtest WHERE {_FIGURE}
        AND theatre = ANY(ARRAY[${{theatre:sqlstring}}]::text[])
        AND horizon_steps = NULLIF(${{horizon:sqlstring}}, '')::int
        ORDER BY theatre, forecaster""",
        meaning="At the chosen horizon.",
        unit="none",
        transformations=(matrix("forecaster", "theatre", "value"),),
    )


def _skill() -> Json:
    return panel(
        "table",
        "RPS skill against each reference",
        """SELECT forecaster, reference, value, lower, upper, n FROM scores_backtest
        WHERE backtest_id = ${backtest:sqlstring} AND score = 'rps_skill' AND theatre = '*'
        AND rung = '*' AND horizon_steps = NULLIF(${horizon:sqlstring}, '')::int
        ORDER BY value DESC, forecaster, reference""",
        meaning="Above zero is better than the reference; an interval across zero says neither.",
        unit="none",
        columns={"value": coloured("percentunit", _SKILL)},
    )


def _resolved() -> Json:
    return panel(
        "stat",
        "Published forecasts resolved",
        f"""SELECT COUNT(*) AS n FROM (SELECT 1 FROM scores WHERE {_LIVE}
        GROUP BY run_id, theatre, domain, horizon_steps) s""",
        meaning="Forecasts of published runs whose outcome came within the time range.",
    )


def _over_time() -> Json:
    return panel(
        "timeseries",
        "Published forecasts beside their reference, over time",
        f"""SELECT $__timeGroupAlias(resolved_at, '1w'), rule || ' of ' || family AS metric,
        AVG(score) AS value FROM scores WHERE {_LIVE} GROUP BY 1, 2
        UNION ALL
        SELECT $__timeGroupAlias(resolved_at, '1w'), rule || ' of ' || reference AS metric,
        AVG(reference_score) AS value FROM scores WHERE {_LIVE} AND reference <> ''
        GROUP BY 1, 2 ORDER BY 1, 2""",
        meaning="Mean of a week, by when the outcome was known.",
        unit="none",
        custom={"showPoints": "always"},
    )


def _live() -> Json:
    return panel(
        "table",
        "Published forecasts by theatre and horizon",
        f"""SELECT theatre, domain, horizon_steps, rule, reference, COUNT(*) AS n,
        AVG(score) AS score, AVG(reference_score) AS reference_score,
        1 - AVG(score) / NULLIF(AVG(reference_score), 0) AS skill
        FROM scores WHERE {_LIVE} GROUP BY theatre, domain, horizon_steps, rule, reference
        ORDER BY theatre, domain, horizon_steps, rule, reference""",
        meaning="Means over the time range; skill is against the reference named beside it.",
        unit="none",
        columns={"skill": coloured("percentunit", _SKILL)},
    )


def board() -> Json:
    """Return the dashboard of scores."""
    return dashboard(
        "forecaster-scores",
        "Scores",
        meaning="How good forecasts were: in backtests, and once published ones were resolved.",
        since="now-1y",
        variables=_VARIABLES,
        rows=(
            (6, ((24, _backtests()),)),
            (10, ((10, _by_forecaster()), (14, _intervals()))),
            (10, ((14, _by_theatre()), (10, _skill()))),
            (9, ((4, _resolved()), (20, _over_time()))),
            (9, ((24, _live()),)),
        ),
    )
