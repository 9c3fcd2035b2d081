"""The head of a ladder: horizons that rise, domains that have something to forecast."""

from forecaster.reference.draft import Draft
from forecaster.reference.mistakes import Report


def check_head(draft: Draft, report: Report) -> None:
    """Report horizons out of order, and domains in which nothing can be climbed."""
    head = draft.only("ladder")
    horizons = head.get("horizons") or ()
    for index in range(1, len(horizons)):
        if horizons[index] <= horizons[index - 1]:
            report.add(
                head.at("horizons", index),
                f"'horizons' must rise, got {horizons[index]} after {horizons[index - 1]}: "
                f"put them in order",
            )
    for index, domain in enumerate(head.get("domains") or ()):
        rungs = sum(rung.get("domain") == domain for rung in draft.all("rungs"))
        if rungs < 2:
            report.add(
                head.at("domains", index),
                f"the domain {domain!r} has {rungs} rungs: give it at least two, "
                f"the lowest and one to climb to",
            )
