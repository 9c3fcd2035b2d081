"""Rungs: an unbroken order in each domain, thresholds that rise, criteria that can be settled."""

from itertools import pairwise

from forecaster.reference.draft import Draft, Row
from forecaster.reference.mistakes import Report, suggest


def check_rungs(draft: Draft, report: Report) -> None:
    """Report rungs that are out of order, cannot be settled, or name what does not exist."""
    domains = draft.only("ladder").get("domains") or ()
    for rung in draft.all("rungs"):
        _check_names(rung, domains, draft.ids("regions"), report)
        _check_resolution(rung, report)
    for domain in domains:
        track = [rung for rung in draft.all("rungs") if rung.get("domain") == domain]
        if track and all(rung.get("order") is not None for rung in track):
            track.sort(key=lambda rung: int(rung.values["order"]))
            _check_order(track, domain, report)
            _check_lowest(track[0], report)
            _check_thresholds(track, report)
            _check_judged_above_measured(track, report)


def _check_names(
    rung: Row, domains: tuple[str, ...], regions: tuple[str, ...], report: Report
) -> None:
    domain = rung.get("domain")
    if domain is not None and domains and domain not in domains:
        report.add(
            rung.at("domain"),
            f"{domain!r} is not one of the ladder's domains: {suggest(domain, domains)}",
        )
    for index, region in enumerate(rung.get("regions") or ()):
        if regions and region not in regions:
            report.add(
                rung.at("regions", index), f"no region is called {region!r}: "
                f"{suggest(region, regions)}",
            )  # fmt: skip


def _check_resolution(rung: Row, report: Report) -> None:
    name = rung.get("id") or "this rung"
    if rung.get("resolution") == "judged":
        for key, remedy in (
            ("criteria", "say what must have happened"),
            ("resolved_by", "say who settles it"),
            ("resolve_within_days", "say within how many days it is settled"),
        ):
            if rung.get(key) is None:
                report.add(rung.at(key), f"the judged rung {name!r} has no {key!r}: {remedy}")
        if rung.get("threshold") is not None:
            report.add(
                rung.at("threshold"),
                f"the judged rung {name!r} has a threshold, which only measured ones can: "
                f"take it out",
            )
    above = rung.get("order") not in (0, None)
    if rung.get("resolution") == "measured" and above and rung.get("threshold") is None:
        report.add(
            rung.at("threshold"),
            f"the measured rung {name!r} has no 'threshold': say from where it holds",
        )


def _check_order(track: list[Row], domain: str, report: Report) -> None:
    for expected, rung in enumerate(track):
        if rung.values["order"] != expected:
            report.add(
                rung.at("order"),
                f"the orders of domain {domain!r} must be 0 to {len(track) - 1} without gaps or "
                f"repeats, got {rung.values['order']} where {expected} is due",
            )
            return  # those above are only shifted by this one


def _check_lowest(lowest: Row, report: Report) -> None:
    for key, reason in (
        ("threshold", "it holds below the next one's"),
        ("regions", "it exists everywhere"),
    ):
        if lowest.get(key) is not None:
            report.add(
                lowest.at(key), f"the lowest rung of a domain has no {key!r}, because {reason}: "
                f"take it out",
            )  # fmt: skip


def _check_thresholds(track: list[Row], report: Report) -> None:
    cut = [rung for rung in track[1:] if rung.get("resolution") == "measured"]
    cut = [rung for rung in cut if rung.get("threshold") is not None]
    for lower, upper in pairwise(cut):
        if upper.values["threshold"] <= lower.values["threshold"]:
            report.add(
                upper.at("threshold"),
                f"thresholds must rise with the order: {upper.get('id')!r} has "
                f"{upper.values['threshold']:g}, but {lower.get('id')!r} below it has "
                f"{lower.values['threshold']:g}",
            )


def _check_judged_above_measured(track: list[Row], report: Report) -> None:
    judged = ""
    for rung in track:
        if rung.get("resolution") == "judged":
            judged = str(rung.get("id"))
        elif rung.get("resolution") == "measured" and judged:
            report.add(
                rung.at("resolution"),
                f"the measured rung {rung.get('id')!r} stands above the judged rung {judged!r}: "
                f"put all judged rungs on top, or in a domain of their own",
            )
