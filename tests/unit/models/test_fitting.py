"""One fit: sampled once if it is sound, once more and in smaller steps if draws diverged."""

from types import SimpleNamespace

import numpy as np
import pytest

from models import fitting
from models.sampling import Posterior, SamplingOptions

OPTIONS = SamplingOptions(seed=1, tune=100, draws=200)
FAMILY = SimpleNamespace(published=("x",))


def posterior(*, diverging: int = 0, shift: float = 0.0) -> Posterior:
    rng = np.random.default_rng(1)
    values = rng.normal(size=(4, 1000)) + shift * np.arange(4)[:, None]
    flags = np.zeros((4, 1000), bool)
    flags[0, :diverging] = True
    return Posterior({"x": values}, flags, rng.normal(size=(4, 1000)))


@pytest.mark.parametrize(
    ("first", "targets"),
    [
        (posterior(), [0.9]),
        (posterior(shift=1.0), [0.9, 0.9]),
        (posterior(diverging=50), [0.9, fitting.SMALL_STEPS]),
    ],
)
def test_what_fails_is_sampled_once_more(
    first: Posterior, targets: list[float], monkeypatch: pytest.MonkeyPatch
):
    asked: list[SamplingOptions] = []

    def sampled(_compiled: object, options: SamplingOptions, _progress: object) -> Posterior:
        asked.append(options)
        return first if len(asked) == 1 else posterior()

    monkeypatch.setattr(fitting, "sample", sampled)
    monkeypatch.setattr(fitting, "compile_model", lambda model: model)
    _, verdict = fitting.fit(FAMILY, None, OPTIONS)  # type: ignore[arg-type]
    assert [options.target_accept for options in asked] == targets
    assert [options.draws for options in asked] == [200, 400][: len(targets)]
    assert verdict.passed
