"""Priors: sound distributions, about things that exist, and none missing that a model asks for."""

from forecaster.domain.ladder import Coupling
from forecaster.domain.prior import PARAMETERS
from forecaster.reference.draft import Draft, Row
from forecaster.reference.mistakes import Report, suggest

MEASURED_PRIORS: dict[str, str] = {
    "level.mean": "logarithm of the measure of an average theatre",
    "level.spread": "how far theatres' usual levels lie apart, on the log scale",
    "persistence": "share of a deviation that is still there one step later",
    "volatility.median": "typical change of the log measure from one step to the next",
    "volatility.spread": "how much theatres differ in that",
    "noise.median": "typical error of one step's log measure",
    "noise.spread": "how much theatres differ in that",
    "common.loading": "how strongly theatres move together",
    "effect.spread": "how much an indicator's effect differs between theatres",
}
"""Priors that a ladder with measured theatres must have, and what each is about."""

CONCURRENT_PRIORS: dict[str, str] = {
    "passing.spread": "how much the effect of a concurrent indicator differs between theatres",
}
"""Priors that a ladder with concurrent indicators must have besides."""

JUDGED_PRIORS: dict[str, str] = {
    "enter.spread": "how much theatres differ in the rate of entering a judged rung",
}
"""Priors that a ladder with judged rungs must have, besides those of each rung."""


REACTION_PRIORS: dict[str, str] = {
    "reaction.persistence": "share of a controlled indicator's distance from its usual level that "
    "is left at its next value (`beta`)",
    "reaction.<indicator>": "answer of a controlled indicator, in its standard deviations, to a "
    "rise of the measure by 10 % (`normal`)",
    "coupling.rate.<ladder>.<domain>": "change of the logarithm of rates of entering judged rungs "
    "when the other ladder's theatres stand one rung higher (`normal`)",
    "coupling.tension.<ladder>.<domain>": "change of the log measure per step for the same "
    "(`normal`)",
}
"""Priors that the family `action_reaction` reads if a ladder has them, and what each is about."""


def check_priors(draft: Draft, report: Report) -> None:
    """Report unsound priors, priors about nothing, and priors that are missing."""
    for prior in draft.all("priors"):
        _check_distribution(prior, report)
        _check_subject(prior, draft, report)
    present = draft.ids("priors")
    for id, subject in needed_priors(draft).items():
        if id not in present:
            report.add(("priors", id), f"the prior {id!r} ({subject}) is missing: add [[priors]]")


def needed_priors(draft: Draft) -> dict[str, str]:
    """Return the ids of the priors that this ladder needs, each with what it is about."""
    needed: dict[str, str] = {}
    measures = [t.values["measure"] for t in draft.all("theatres") if "measure" in t.values]
    if any(measure.get("kind") in ("share", "value") for measure in measures):
        needed |= MEASURED_PRIORS
        for row in draft.all("indicators"):
            if row.get("series") and row.get("id"):
                needed[f"effect.{row.values['id']}"] = f"effect of the indicator {row.get('id')!r}"
                if row.get("concurrent"):
                    needed |= CONCURRENT_PRIORS
    for rung in draft.all("rungs"):
        name, domain = rung.get("id"), rung.get("domain")
        if rung.get("resolution") == "judged" and rung.get("order") and name and domain:
            needed |= JUDGED_PRIORS
            needed[f"enter.{domain}.{name}"] = f"rate per step of coming to {name!r}"
            needed[f"leave.{domain}.{name}"] = f"chance per step of coming down from {name!r}"
    return needed


def _check_distribution(prior: Row, report: Report) -> None:
    distribution, given = prior.get("distribution"), prior.get("parameters")
    if distribution is None or given is None:
        return
    names = PARAMETERS[distribution]
    values = dict(given)
    for name in values:
        if name not in names:
            report.add(
                prior.at("parameters", name),
                f"{distribution} has no parameter {name!r}: {suggest(name, names)}",
            )
    for name in names:
        if name not in values:
            report.add(
                prior.at("parameters", name),
                f"{distribution} needs the parameter {name!r}: add it",
            )
        elif name != "mean" and values[name] <= 0:
            report.add(
                prior.at("parameters", name),
                f"{name!r} of {distribution} must be greater than 0, got {values[name]:g}",
            )


def _check_subject(prior: Row, draft: Draft, report: Report) -> None:
    id = prior.get("id")
    if id is None or id in MEASURED_PRIORS or id in JUDGED_PRIORS:
        return
    route = id.split(".")[0]
    if route == "effect":
        known = [f"effect.{indicator}" for indicator in draft.ids("indicators")]
    elif route in ("enter", "leave"):
        rungs = [rung for rung in draft.all("rungs") if rung.get("resolution") != "measured"]
        known = [f"{route}.{r.get('domain')}.{r.get('id')}" for r in rungs if r.get("order") != 0]
    elif route == "reaction":
        ids = draft.ids("indicators")
        known = ["reaction.persistence", *(f"reaction.{indicator}" for indicator in ids)]
    elif route == "coupling":
        ids = tuple(_coupled(row) for row in draft.all("couplings"))
        known = [f"coupling.{what}.{id}" for id in ids for what in ("rate", "tension")]
    else:
        return  # a model family may ask for priors of its own
    if id not in known:
        report.add(prior.at("id"), f"the prior {id!r} is about nothing here: {suggest(id, known)}")


def _coupled(row: Row) -> str:
    """Return the id that `Coupling.id` will have."""
    return Coupling(str(row.get("ladder")), str(row.get("domain"))).id
