"""How the numbers were made: enough to make them again, with each term opened once."""

from collections.abc import Sequence

from forecaster.domain.forecast import MemberWeight, Updating
from forecaster.domain.run import Run
from forecaster.reporting.phrases import counted, moment
from forecaster.reporting.words import Vocabulary

AGREES = 0.99
"""Share of cells in which draws weighed anew must agree with a full fit."""


def lines(
    run: Run,
    vocabulary: Vocabulary,
    *,
    code_version: str,
    members: Sequence[MemberWeight] = (),
    updating: Updating | None = None,
) -> tuple[tuple[str, str], ...]:
    """Return (label, value) pairs; `code_version` is that of the report, not of the run."""
    gate = run.diagnostics
    return (
        ("Likelihood words", _scale(vocabulary)),
        ("Intervals", "90 %: how far the probability itself is uncertain, given the model."),
        ("Climb", "Probability that the theatre touches the next rung up by the date given."),
        ("Fall", "Probability that the theatre touches a lower rung by the date given."),
        ("Run", f"{run.run_id}, {run.state}, made {moment(run.issued_at)}"),
        ("Model", f"{run.family} {run.family_version}, seed {run.seed}"),
        *_mixed(members),
        *_came_about(updating),
        ("Sampler checks", f"{'passed' if gate.passed else 'failed'}. {gate.reason}".strip()),
        ("Chains agree (R-hat, at most 1.01)", f"{gate.max_rhat:.3f}"),
        (
            "Effective draws (at least 400), middle and tail",
            f"{gate.min_ess_bulk:,.0f} and {gate.min_ess_tail:,.0f} of {gate.draws:,}",
        ),
        ("Divergent draws (none is best)", counted(gate.divergences, "draw")),
        ("Energy (E-BFMI, at least 0.3)", f"{gate.min_bfmi:.2f}"),
        ("Prior set", run.prior_set),
        ("Ladder", f"{run.ladder} {run.ladder_version}, digest {run.ladder_digest}"),
        ("Readings", f"digest {run.data_digest}"),
        ("Code", f"run {run.code_version}, report {code_version}"),
    )


def _mixed(members: Sequence[MemberWeight]) -> tuple[tuple[str, str], ...]:
    """Name the families that were mixed, with their weights by horizon; nothing if one spoke."""
    if not members:
        return ()
    horizons = list(dict.fromkeys(m.horizon_steps for m in members))
    told = []
    for family, version in dict.fromkeys((m.family, m.version) for m in members):
        own = {m.horizon_steps: m.weight for m in members if m.family == family}
        told.append(f"{family} {version}: " + ", ".join(f"{own[h]:.0%}" for h in horizons))
    ahead = ", ".join(map(str, horizons))
    return (("Families mixed", f"weights at {ahead} steps ahead. " + "; ".join(told)),)


def _came_about(updating: Updating | None) -> tuple[tuple[str, str], ...]:
    """Say whether the posterior was sampled for this run or is that of an earlier fit, weighed."""
    if updating is None:
        return ()
    if updating.method == "refit":
        why = f", because earlier draws would not do ({updating.reason})" if updating.reason else ""
        return (("Posterior", f"fitted for this run{why}."), *_agreed(updating))
    fit = f"the fit of run {updating.fit_run}" if updating.fit_run else "an earlier fit"
    told = f"{fit}, as of {moment(updating.fit_as_of)}"
    told += ", its draws weighed by what came since"
    if updating.k_hat is not None and updating.relative_size is not None:
        told += (
            f". Pareto k {updating.k_hat:.2f} (below 0.7), "
            f"{updating.relative_size:.0%} of the draws count (above 10 %)"
        )
    return (("Posterior", f"{told}."),)


def _agreed(updating: Updating) -> tuple[tuple[str, str], ...]:
    """Say how well the fit before, weighed, would have answered; nothing if there was none."""
    if updating.agreement is None or updating.largest_difference is None:
        return ()
    verdict = "" if updating.agreement >= AGREES else "; below the 99 % that is wanted"
    told = (
        f"{100 * updating.agreement:.1f} % of cells within 0.01 or three Monte Carlo errors of "
        f"this fit, the largest difference {updating.largest_difference:.3f}{verdict}."
    )
    return (("Fit before, weighed", told),)


def _scale(vocabulary: Vocabulary) -> str:
    bands = ", ".join(f"{band.term} {band.low}–{band.high} %" for band in vocabulary.bands)
    return (
        f"{vocabulary.name}: {bands}. Below 1 % and above 99 % the number stands alone. "
        "The word goes with the number as printed."
    )
