"""A fit of latent tension beside a reference, made without sampling."""

from forecaster.domain.fit import Fit, MemberFit
from forecaster.domain.forecast import Diagnostics
from models.catalogue import families
from models.inputs import Inputs
from tests.builders_models import make_draws

VERDICT = Diagnostics(True, "", 1.0, 900.0, 900.0, 0, 200, 0.9)
DRAWS = 200


def make_fit(inputs: Inputs, *, family: str = "latent_tension", draws: int = DRAWS) -> Fit:
    """Return a mixture of the family and climatology, its draws plausible but not a posterior."""
    sampled, reference = families()[family], families()["climatology_12"]
    weights = tuple(0.75 for _ in inputs.ladder.horizons)
    rest = tuple(0.25 for _ in inputs.ladder.horizons)
    posterior = make_draws(inputs, draws=draws)
    return Fit(
        as_of=inputs.calendar.as_of,
        chains=2,
        members=(
            MemberFit(
                family=sampled.id,
                version=sampled.version,
                weights=weights,
                draws={n: v for n, v in posterior.items() if n in sampled.needs},
                effects=(),
                verdict=VERDICT,
            ),
            MemberFit(reference.id, reference.version, rest, {}, (), VERDICT),
        ),
    )
