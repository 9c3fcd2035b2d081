"""What was scored, in words that a reader can check: the target, the vintages, the measure."""

from forecaster.reporting.evaluation.panel import Panel
from forecaster.reporting.evaluation.tables import ROLES
from forecaster.reporting.phrases import counted, day, joined, span


def facts(panel: Panel) -> tuple[tuple[str, str], ...]:
    """Return what identifies the backtest, as pairs of label and value."""
    plan = panel.plan
    return (
        ("Panel", f"{panel.name} ({panel.id}), {plan.domain}"),
        ("Plan", plan.id),
        ("Plan digest", plan.digest),
        ("Backtest", panel.backtest_id),
        ("Data digest", panel.data_digest),
        ("Code", panel.code_version),
        ("Origins run", f"{day(plan.first)} to {day(plan.last)}, every {_every(panel)}"),
        ("Origins scored", _scored(panel)),
        ("Horizons", joined([span(h, panel.step) for h in panel.horizons]) or "none"),
        ("Theatres", str(len(panel.outcomes.theatres))),
        ("Rungs", ", ".join(panel.said(rung) for rung in panel.outcomes.rungs)),
        ("Scored forecasts", _counts(panel)),
        ("Published", plan.published),
        ("Seed", str(plan.seed)),
    )


def _every(panel: Panel) -> str:
    steps = panel.plan.every_steps
    return panel.step if steps == 1 else span(steps, panel.step)


def _scored(panel: Panel) -> str:
    origins = {f.origin for f in panel.forecasts if f.origin.date() >= panel.plan.scored_from}
    return f"{counted(len(origins), 'origin')} from {day(panel.plan.scored_from)}"


def _counts(panel: Panel) -> str:
    published = {
        s.horizon_steps: s.n
        for s in panel.scores
        if (s.forecaster, s.score, s.theatre, s.rung) == (panel.plan.published, "rps", "*", "*")
    }
    said = [f"{n:,} at {span(h, panel.step)}" for h, n in sorted(published.items())]
    return joined(said) or "none"


def words(panel: Panel) -> tuple[str, ...]:
    """Return what was forecast and what the terms mean, one point each."""
    step, plan = panel.step, panel.plan
    points = [
        *_target(panel),
        f"Vintage-true: a forecast uses what was known at the end of its origin's day and nothing "
        f"later; an outcome counts as it was known {counted(plan.resolve_after_days, 'day')} after "
        f"its {step} ended.",
    ]
    if panel.share:
        points.append(
            f"Coverage-adjusted: rungs are cut from a theatre's share of a typical national "
            f"{step}, so that news sources that thin out do not look like calm."
        )
    return (*points, *_reading(panel))


def _target(panel: Panel) -> tuple[str, ...]:
    step = panel.step
    after = f"{step} h after the {step} that holds the origin; h is the horizon in {step}s. "
    if panel.judged:
        what = f"Target: the highest judged rung in force at the end of the {after}"
        return (
            what + "It is what people stated, not what was measured; none stated is the lowest.",
            f"Reached is a rung that is in force at the end of a {step} on the way. Families that "
            f"give rates say how likely it is at any moment, which is never less: what begins and "
            f"ends inside a {step} is in their P(reach) and in no outcome, so their slopes come "
            f"out low where rungs are held for less than a {step}.",
        )
    what = f"Target: the rung, cut from {panel.measure}, in the whole {after}"
    return (what + f"The {step} of the origin itself is not a target.",)


def _reading(panel: Panel) -> tuple[str, ...]:
    plan = panel.plan
    return (
        f"Roles: {joined(list(ROLES.values()))}. A reference is always beside; a variant is "
        "weakened on purpose and competes with nobody; the published one is what readers get.",
        "RPS is the ranked probability score over the number of thresholds; it, the log score, "
        "CRPS (of the measure) and Brier are better when lower. Skill is the share of the "
        "reference's RPS that is saved.",
        "The best reference at a horizon is the one with the lowest mean RPS there, chosen after "
        "the fact, which is the hardest comparison.",
        "Intervals of differences are 95 %, by paired block bootstrap over origins, in "
        f"{plan.resamples:,} resamples of blocks of {counted(plan.block_steps, 'origin')}, never "
        "shorter than the horizon.",
        "90 % cover is the share of outcomes inside the nominal 90 % interval of the measure. "
        "Slope is that of the reliability line of P(reach): 1 is calibrated, below 1 too bold. It "
        "is ruled by rungs that are held already or lie far above, of which everybody is sure; "
        "next rung is the slope of the rung next above the present one alone. "
        "Discrimination is the chance that an event had the higher probability than a non-event. "
        "Flip-flop is how much forecasts go back and forth beyond their net movement.",
        "A dash stands where there is no figure: it was not stored, or could not be computed.",
    )
