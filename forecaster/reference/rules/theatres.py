"""Theatres: each in a region, measured alike, with something to forecast."""

from forecaster.reference.draft import Draft, Row
from forecaster.reference.mistakes import Report, suggest
from forecaster.reference.states import state_regions


def check_theatres(draft: Draft, report: Report) -> None:
    """Report theatres without a region, a sound measure, or any rung to climb to."""
    panel = draft.all("panel")
    if not draft.all("theatres") and not panel:
        report.add(
            ("theatres",), "the file has no [[theatres]] and no [panel]: list at least one theatre"
        )
    for theatre in draft.all("theatres"):
        _check_region(theatre, draft, report)
        _check_climbable(theatre, draft, report)
        if isinstance(theatre.get("measure"), Row):
            _check_measure(theatre.values["measure"], draft, report)
    _check_alike(draft, report)
    for row in panel:
        _check_region(row, draft, report)
        _check_panel_source(row, draft, report)
        _check_panel_regions(row, draft, report)


def _check_region(row: Row, draft: Draft, report: Report) -> None:
    region, regions = row.get("region"), draft.ids("regions")
    if region is not None and regions and region not in regions:
        report.add(row.at("region"), f"no region is called {region!r}: {suggest(region, regions)}")


def _check_measure(measure: Row, draft: Draft, report: Report) -> None:
    share = measure.get("kind") == "share"
    if share and measure.get("denominator") is None:
        report.add(
            measure.at("denominator"),
            "a measure of kind share has no 'denominator': name the series of the whole, "
            'or write "*" for those of all theatres',
        )
    for key in ("denominator", "window_steps"):
        if measure.get("kind") is not None and not share and measure.get(key) is not None:
            report.add(measure.at(key), f"only a measure of kind share has {key!r}: take it out")
    if share:
        for rung in draft.all("rungs"):
            if rung.get("threshold") is not None and rung.values["threshold"] <= 0:
                report.add(
                    rung.at("threshold"),
                    f"a share cannot be cut at {rung.values['threshold']:g}: use a percentage "
                    f"above 0",
                )


def _check_alike(draft: Draft, report: Report) -> None:
    measures = [t.values["measure"] for t in draft.all("theatres") if "measure" in t.values]
    for measure in measures[1:]:
        first, other = measures[0].get("kind"), measure.get("kind")
        if first is not None and other is not None and first != other:
            report.add(
                measure.at("kind"),
                f"this measure is a {other} and the first theatre's a {first}: the same "
                f"thresholds cut both, so make them alike",
            )
    measured = [r for r in draft.all("rungs") if r.get("resolution") == "measured"]
    # A lone measured rung is the lowest one, which holds where nothing else is seen.
    if len(measured) > 1 and not measures and not draft.all("panel"):
        report.add(
            measured[1].at("resolution"),
            "there are measured rungs, but no theatre has a measure: add [theatres.measure] "
            "below a theatre",
        )


def _check_climbable(theatre: Row, draft: Draft, report: Report) -> None:
    def exists(rung: Row) -> bool:
        in_region = not rung.get("regions") or theatre.get("region") in rung.values["regions"]
        settled = rung.get("resolution") == "judged" or "measure" in theatre.values
        return rung.get("order") != 0 and in_region and settled

    rungs = draft.all("rungs")
    if theatre.get("region") in draft.ids("regions") and rungs and not any(map(exists, rungs)):
        report.add(
            theatre.path,
            f"the theatre {theatre.get('id')!r} has no rung to climb to: give it a measure, "
            f"or let a judged rung exist in its region",
        )


def _check_panel_source(panel: Row, draft: Draft, report: Report) -> None:
    source, drops = panel.get("source"), {d.get("id"): d for d in draft.all("drops")}
    if source is None:
        return
    if source not in drops:
        known = [str(id) for id in drops if id]
        report.add(panel.at("source"), f"no drop is called {source!r}: {suggest(source, known)}")
    elif drops[source].get("series_column") is None:
        report.add(
            panel.at("source"),
            f"the drop {source!r} has no 'series_column': a panel finds its theatres there",
        )


def _check_panel_regions(panel: Row, draft: Draft, report: Report) -> None:
    if panel.get("naming") != "cow-pair":
        return
    for region in state_regions():
        if region.id not in draft.ids("regions"):
            report.add(
                panel.at("naming"),
                f"pairs of states may lie in {region.id!r}, which no [[regions]] describes: "
                f"add one with that id",
            )
