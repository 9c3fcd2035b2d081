"""Indicators, levers and drops: what is watched, what moves it, and where it is read from."""

from forecaster.domain.grade import UNGRADED, reliability_ratio
from forecaster.reference.draft import Draft, Row
from forecaster.reference.mistakes import Report, suggest


def check_watched(draft: Draft, report: Report) -> None:
    """Report indicators for no theatre, levers that move nothing, drops that name nothing.

    Hint at drops without a grade, where an indicator may be read from them.
    """
    for indicator in draft.all("indicators"):
        _check_indicator(indicator, draft, report)
    for lever in draft.all("levers"):
        known = draft.ids("indicators")
        for index, id in enumerate(lever.get("moves") or ()):
            if id not in known:
                report.add(
                    lever.at("moves", index),
                    f"the lever {lever.get('id')!r} moves {id!r}, which is no indicator: "
                    f"{suggest(id, known)}",
                )
    for drop in draft.all("drops"):
        _check_drop(drop, report)
        _hint_at_grade(drop, draft, report)


_TAKEN = {"spread": "effect.spread", "persistence": "reaction.persistence"}
"""Ids that an indicator cannot have, with the prior that has the name already."""


def _check_indicator(indicator: Row, draft: Draft, report: Report) -> None:
    if indicator.get("id") in _TAKEN:
        id = indicator.values["id"]
        report.add(
            indicator.at("id"),
            f"an indicator cannot be called {id!r}, because the prior {_TAKEN[id]!r} is taken: "
            f"give it another id",
        )
    _check_concurrent(indicator, draft, report)
    if draft.all("panel"):
        return  # a panel's theatres are known only once its data is read
    theatres = draft.ids("theatres")
    for theatre, _ in indicator.get("series") or ():
        if theatre != "*" and theatre not in theatres:
            report.add(
                indicator.at("series", theatre),
                f"the indicator {indicator.get('id')!r} has series for {theatre!r}, which is no "
                f"theatre: {suggest(theatre, [*theatres, '*'])}",
            )


def _check_concurrent(indicator: Row, draft: Draft, report: Report) -> None:
    if not indicator.get("concurrent"):
        return
    id = indicator.get("id")
    if "lag_steps" in indicator.values:
        report.add(
            indicator.at("lag_steps"),
            f"the indicator {id!r} is concurrent and has a lag: take one of the two out",
        )
    for lever in draft.all("levers"):
        moved = lever.get("moves") or ()
        if id in moved:
            report.add(
                lever.at("moves", moved.index(id)),
                f"the lever {lever.get('id')!r} moves {id!r}, which is concurrent and so moves "
                "nothing that lasts: take it out",
            )


def _check_drop(drop: Row, report: Report) -> None:
    name, named = drop.get("id"), [k for k in ("series", "series_column") if k in drop.values]
    if not named:
        report.add(
            drop.at("series"),
            f"the drop {name!r} has no series: give 'series', an id for all its values, "
            f"or 'series_column'",
        )
    if len(named) == 2:
        report.add(
            drop.at("series_column"),
            f"the drop {name!r} has both 'series' and 'series_column': keep one",
        )
    form = drop.get("format")
    if form == "sql" and drop.get("query") is None:
        report.add(drop.at("query"), f"the drop {name!r} reads sql and has no 'query': add it")
    for key, owner in (("query", "sql"), ("sheet", "xlsx")):
        if form is not None and form != owner and drop.get(key) is not None:
            report.add(drop.at(key), f"{key!r} is for drops of format {owner}: take it out")
    least, most = drop.get("minimum"), drop.get("maximum")
    if least is not None and most is not None and least > most:
        report.add(
            drop.at("minimum"), f"'minimum' {least:g} is above 'maximum' {most:g}: swap them"
        )


def _hint_at_grade(drop: Row, draft: Draft, report: Report) -> None:
    if "grade" in drop.values or not _may_feed_an_indicator(drop, draft):
        return
    report.hint(
        drop.at("grade"),
        f"the drop {drop.get('id')!r} states no grade and counts as {UNGRADED}, which leaves "
        f"{reliability_ratio(UNGRADED):.0%} of the variance of an indicator read from it as "
        f'signal: state one, such as grade = "B2"',
    )


def _may_feed_an_indicator(drop: Row, draft: Draft) -> bool:
    """Whether an indicator names the drop's series; of one that holds many, whether any may."""
    read = {
        id
        for indicator in draft.all("indicators")
        for _, series in indicator.get("series") or ()
        for id in series
    }
    if "series" in drop.values:
        return drop.values["series"] in read
    units = draft.only("panel").get("source")
    return bool(read) and drop.get("id") != units
