"""Priors of the three routes: the ladder's own where it exposes them, else these.

The defaults are wide. A ladder that is published should expose its own, in the words of its
analysts; `forecaster priors list` shows those of a ladder.
"""

from forecaster.domain.prior import Distribution, Prior, PriorSet


def _prior(id: str, question: str, distribution: Distribution, **parameters: float) -> Prior:
    return Prior(id, question, distribution, tuple(parameters.items()))


_ANY = (
    _prior(
        "ascend.spread",
        "How much readier than typical can one theatre be to climb? (0.3: about a third)",
        "half_normal", sd=0.3,
    ),
    _prior(
        "descend.spread",
        "How much readier than typical can one theatre be to come down? (0.3: about a third)",
        "half_normal", sd=0.3,
    ),
    _prior(
        "tolerance.spread",
        "How much does readiness to climb on depend on the rung that was reached? (0.5: by half)",
        "half_normal", sd=0.5,
    ),
    _prior(
        "ease.spread",
        "How much does readiness to come down depend on the rung that was reached? (0.5: by half)",
        "half_normal", sd=0.5,
    ),
    _prior(
        "accident.share",
        "Of 100 ascents in quiet times, how many would nobody have meant? (about 20)",
        "beta", alpha=2.0, beta=8.0,
    ),
    _prior(
        "incident.spread",
        "How much more easily than typical can incidents carry one theatre upward?",
        "half_normal", sd=0.3,
    ),
    _prior(
        "incident.hold",
        "How much longer does a theatre stay where it is for each doubling of recent incidents?",
        "normal", mean=0.0, sd=0.3,
    ),
    _prior(
        "jump.single",
        "Of 100 moves, how many go just one rung? (about 90)",
        "beta", alpha=9.0, beta=1.0,
    ),
)  # fmt: skip

_MEASURED = (
    _prior(
        "ascend.rate",
        "Recent steps put a theatre exactly on the line of the next rung: how often does it cross, "
        "against half of the time? (1: just so)",
        "log_normal", median=1.0, sigma=0.5,
    ),
    _prior(
        "descend.rate",
        "Recent steps put a theatre exactly on the line of its own rung: how often does it fall "
        "below, against half of the time? (1: just so)",
        "log_normal", median=1.0, sigma=0.5,
    ),
    _prior(
        "incident.push",
        "How many ascents per step does one fresh incident add for a theatre on the line?",
        "half_normal", sd=0.1,
    ),
    _prior(
        "line.slope",
        "How much does it matter how far a theatre stands from the line? (1: as noise alone says)",
        "log_normal", median=1.0, sigma=0.3,
    ),
    _prior(
        "swing.median",
        "By what part does a typical step differ from what recent steps lead one to expect?",
        "log_normal", median=0.25, sigma=0.5,
    ),
    _prior(
        "swing.spread",
        "How much steadier or wilder than typical can a theatre be? (0.3: about a third)",
        "half_normal", sd=0.3,
    ),
    _prior(
        "level.mean",
        "What is the usual measure of an average theatre, on the log scale?",
        "normal", mean=1.5, sd=1.5,
    ),
    _prior(
        "level.spread",
        "How far do theatres' usual measures lie apart, on the log scale?",
        "half_normal", sd=1.0,
    ),
)  # fmt: skip

_LEVELS = (
    _prior(
        "ascend.rate",
        "Of 1,000 quiet steps of one theatre, in how many does it climb? (about 5)",
        "log_normal", median=0.005, sigma=1.0,
    ),
    _prior(
        "descend.rate",
        "How many times per step would a theatre above the lowest rung come down? (2: it stays on "
        "in one step of seven)",
        "log_normal", median=2.0, sigma=0.7,
    ),
    _prior(
        "ascend.spread",
        "How much readier than typical can one theatre be to climb? (1: by a factor of 2.7)",
        "half_normal", sd=1.0,
    ),
    _prior(
        "incident.push",
        "How many ascents per step does one fresh incident bring? (0.1: one in ten)",
        "half_normal", sd=0.1,
    ),
    _prior(
        "incident.spread",
        "How much more easily than typical can incidents carry one theatre upward?",
        "half_normal", sd=0.5,
    ),
    _prior(
        "jump.single",
        "Of 100 moves, how many go just one rung? (anything goes)",
        "beta", alpha=1.0, beta=1.0,
    ),
)  # fmt: skip


def route_prior(priors: PriorSet, id: str, *, level: bool) -> Prior:
    """Return the ladder's prior called `id`, or this module's default if it exposes none.

    Args:
        priors: in force for the ladder.
        id: one of those above.
        level: whether rungs are levels observed directly.
    """
    found: dict[str, Prior] = {p.id: p for p in (*_ANY, *(_LEVELS if level else _MEASURED))}
    found |= {v.prior.id: v.prior for v in priors.versions}
    return found[id]
