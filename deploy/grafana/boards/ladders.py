"""The dashboard of one ladder: where its theatres stand, where they may go, what moved."""

from deploy.grafana.model import (
    Json,
    coloured,
    dashboard,
    in_unit,
    matrix,
    panel,
    variable,
    words,
)

_CHANCE = ((None, "transparent"), (0.05, "yellow"), (0.2, "orange"), (0.5, "red"))
_CHANGE = ((None, "blue"), (-0.05, "transparent"), (0.05, "orange"), (0.2, "red"))
_AGE = ((None, "green"), (30.0, "orange"), (54.0, "red"))

_VARIABLES = (
    variable("ladder", "Ladder", "SELECT ladder FROM ladder_now GROUP BY ladder ORDER BY ladder"),
    variable(
        "domain",
        "Domain",
        """SELECT domain FROM ladder_now WHERE ladder = ${ladder:sqlstring}
        GROUP BY domain ORDER BY domain""",
    ),
    variable(
        "theatre",
        "Theatre",
        """SELECT theatre FROM ladder_now WHERE ladder = ${ladder:sqlstring}
        AND domain = ${domain:sqlstring} GROUP BY theatre ORDER BY theatre""",
        several=True,
    ),
    variable(
        "horizon",
        "Horizon (steps)",
        """SELECT h.steps::text FROM (SELECT DISTINCT horizon_steps AS steps FROM results_latest
        WHERE ladder = ${ladder:sqlstring}) h ORDER BY h.steps""",
    ),
    variable(
        "rung",
        "Rung",
        """SELECT rung FROM results_latest WHERE ladder = ${ladder:sqlstring}
        AND domain = ${domain:sqlstring} AND kind = 'reach' GROUP BY rung
        HAVING MIN(probability) < 1 ORDER BY MAX(probability) DESC, rung""",
    ),
)

_HERE = """ladder = ${ladder:sqlstring} AND domain = ${domain:sqlstring}
AND theatre = ANY(ARRAY[${theatre:sqlstring}]::text[])"""

_REACHED = f"""SELECT as_of AS "time", theatre AS metric, probability AS value, ladder_version,
issued_at FROM results_history WHERE {_HERE} AND kind = 'reach' AND state = 'published'
AND rung = ${{rung:sqlstring}} AND horizon_steps = NULLIF(${{horizon:sqlstring}}, '')::int
AND $__timeFilter(as_of)"""


def _age() -> Json:
    return panel(
        "stat",
        "Age of the latest run",
        "SELECT MAX(age_hours) AS hours FROM ladder_now WHERE ladder = ${ladder:sqlstring}",
        meaning="Time since the run that readers see was made.",
        unit="h",
        steps=_AGE,
    )


def _as_of() -> Json:
    return panel(
        "stat",
        "What was known until",
        """SELECT EXTRACT(EPOCH FROM MAX(as_of)) * 1000 AS as_of FROM ladder_now
        WHERE ladder = ${ladder:sqlstring}""",
        meaning="Nothing recorded after this instant entered the latest run.",
        unit="dateTimeAsIso",
    )


def _not_data() -> Json:
    return panel(
        "stat",
        "Theatres whose number is not data",
        f"SELECT COUNT(*) FILTER (WHERE label <> '') AS theatres FROM ladder_now WHERE {_HERE}",
        meaning="Theatres whose present rung is priors', or of too little coverage; the label of "
        "each says why.",
        steps=((None, "green"), (1.0, "orange")),
    )


def _moved() -> Json:
    return panel(
        "stat",
        "Largest change at the nearest horizon",
        f"SELECT MAX(ABS(change_1)) AS change FROM ladder_now WHERE {_HERE}",
        meaning="Of the probability of reaching the next rung, against the published run before.",
        unit="percentunit",
        steps=((None, "green"), (0.05, "orange"), (0.2, "red")),
    )


def _standing() -> Json:
    reach = {f"reach_{n}": coloured("percentunit", _CHANCE) for n in (1, 2, 3)}
    change = {f"change_{n}": coloured("percentunit", _CHANGE) for n in (1, 2, 3)}
    return panel(
        "table",
        "Where each theatre stands",
        f"""SELECT theatre, present_rung, next_rung, horizon_1, reach_1, change_1, horizon_2,
        reach_2, change_2, horizon_3, reach_3, change_3, observed_through, exposure, label
        FROM ladder_now WHERE {_HERE} ORDER BY reach_1 DESC NULLS LAST, theatre""",
        meaning="Present rung, and the probability of reaching the next one within each of the "
        "three nearest horizons (in steps of the ladder), with its change since the run before.",
        columns={**reach, **change, "exposure": in_unit("percentunit")},
    )


def _rungs() -> Json:
    return panel(
        "table",
        "P(reach) of every rung at the chosen horizon",
        f"""SELECT theatre, rung, probability FROM results_latest WHERE {_HERE}
        AND kind = 'reach' AND horizon_steps = NULLIF(${{horizon:sqlstring}}, '')::int
        ORDER BY theatre, probability DESC, rung""",
        meaning="The probability that the highest rung up to the horizon is this one or higher.",
        unit="percentunit",
        steps=_CHANCE,
        custom={"cellOptions": {"type": "color-background", "mode": "basic"}},
        transformations=(matrix("theatre", "rung", "probability"),),
    )


def _intervals() -> Json:
    return panel(
        "table",
        "P(reach) of the chosen rung, with its interval",
        f"""SELECT theatre, horizon_steps, probability, lower, upper, prior_share, state, family
        FROM results_latest WHERE {_HERE} AND kind = 'reach' AND rung = ${{rung:sqlstring}}
        ORDER BY theatre, horizon_steps""",
        meaning="The 90 % interval is over the posterior of the parameters; prior_share says how "
        "much of the number is prior (1) rather than data (0), empty if it was not measured.",
        columns={
            **{name: in_unit("percentunit") for name in ("probability", "lower", "upper")},
            "prior_share": coloured("percentunit", ((None, "transparent"), (0.5, "orange"))),
            "state": words({"published": "green", "refused": "red", "withdrawn": "red"}),
        },
    )


def _history() -> Json:
    return panel(
        "timeseries",
        "P(reach) of the chosen rung over runs",
        f"""SELECT h."time", h.metric, h.value FROM ({_REACHED}) h ORDER BY h."time", h.metric""",
        meaning="Every published run at what it knew (as_of), at the chosen horizon. Widen the "
        "time range if runs are of older days.",
        unit="percentunit",
        custom={"showPoints": "always", "spanNulls": True},
    )


def _changes() -> Json:
    return panel(
        "timeseries",
        "Change of P(reach) since the run before",
        f"""SELECT h."time", h.metric, h.value - LAG(h.value) OVER (
        PARTITION BY h.metric, h.ladder_version ORDER BY h."time", h.issued_at) AS value
        FROM ({_REACHED}) h ORDER BY h."time", h.metric""",
        meaning="As above, one published run less the one before it. Versions of a ladder are "
        "never subtracted from each other.",
        unit="percentunit",
        custom={"drawStyle": "bars", "fillOpacity": 60},
    )


def _past_rungs() -> Json:
    return panel(
        "timeseries",
        "Present rung over runs",
        f"""SELECT as_of AS "time", theatre AS metric, rung_position AS value
        FROM standings_history WHERE {_HERE} AND state = 'published' AND $__timeFilter(as_of)
        ORDER BY as_of, theatre""",
        meaning="The place of the present rung on the ladder, 0 being the lowest.",
        unit="none",
        custom={"lineInterpolation": "stepAfter", "showPoints": "always"},
    )


def board() -> Json:
    """Return the dashboard of ladders."""
    return dashboard(
        "forecaster-ladders",
        "Ladders",
        meaning="Where the theatres of a ladder stand, where they may go, and what moved.",
        since="now-1y",
        variables=_VARIABLES,
        rows=(
            (4, ((6, _age()), (6, _as_of()), (6, _not_data()), (6, _moved()))),
            (9, ((24, _standing()),)),
            (9, ((12, _rungs()), (12, _intervals()))),
            (9, ((12, _history()), (12, _changes()))),
            (8, ((24, _past_rungs()),)),
        ),
    )
