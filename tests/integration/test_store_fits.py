"""Fits: kept with their run, found again by their use, and gone with a run that is withdrawn."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest
from sqlalchemy import Engine, text

from forecaster.domain.fit import Fit, MemberFit, StoredFit
from forecaster.domain.forecast import Updating
from forecaster.errors import StoreError
from forecaster.store.fit_payload import decode_fit, encode_fit
from forecaster.store.fits import KEPT
from forecaster.store.unit_of_work import UnitOfWork
from tests.builders_store import day, diagnostics, forecast, ladder, run


def fit(as_of: datetime) -> Fit:
    rng = np.random.default_rng(1)
    sampled = MemberFit(
        "latent_tension",
        "4",
        (0.6, 0.7),
        {"phi": rng.normal(size=(5, 2)), "noise": rng.normal(size=5)},
        ("aid",),
        replace(diagnostics(), max_rhat=float(np.float64(1.004))),
    )
    shares = {("coast", "kinetic", 4, "reach", "fire"): 0.25}
    return Fit(
        as_of, 4, (sampled, MemberFit("ewma", "1", (0.4, 0.3), {}, (), diagnostics())), shares
    )


def stored(run_id: str, as_of: datetime, **changes: object) -> StoredFit:
    made = StoredFit(
        run_id, "toy", "1", ladder().digest, "stack", "set-1", "sha256:x", 7, fit(as_of)
    )
    return replace(made, **changes)


def publish(uow: UnitOfWork, number: int, **changes: object) -> None:
    run_id = f"run-{number}"
    uow.forecasts.publish(run(run_id, as_of=day(number), issued_at=day(number)), forecast())
    uow.fits.add(stored(run_id, day(number), **changes))


def latest(uow: UnitOfWork, as_of: datetime, **changes: object) -> str | None:
    asked = {"ladder_digest": ladder().digest, "asked": "stack", "prior_set": "set-1", "seed": 7}
    return uow.fits.latest("toy", as_of=as_of, **{**asked, **changes})


@pytest.fixture
def uow(engine: Engine) -> Iterator[UnitOfWork]:
    with UnitOfWork(engine) as work:
        work.ladders.ensure(ladder(), day(0))
        yield work


def same(one: Fit, other: Fit) -> None:
    assert replace(one, members=()) == replace(other, members=())
    for a, b in zip(one.members, other.members, strict=True):
        assert replace(a, draws={}) == replace(b, draws={})
        assert a.draws.keys() == b.draws.keys()
        for name in a.draws:
            np.testing.assert_array_equal(a.draws[name], b.draws[name])


def test_a_fit_comes_back_as_it_was(uow: UnitOfWork) -> None:
    publish(uow, 1)
    found = uow.fits.get("run-1")
    same(found.fit, fit(day(1)))
    assert replace(found, fit=None) == replace(stored("run-1", day(1)), fit=None)
    assert uow.fits.get("run-9") is None


def test_bytes_of_something_else_are_refused() -> None:
    with pytest.raises(StoreError, match="cannot be read"):
        decode_fit(b"no payload")
    same(decode_fit(encode_fit(fit(day(3)))), fit(day(3)))


def test_the_newest_fit_up_to_the_moment_is_found(uow: UnitOfWork) -> None:
    for number in (1, 8, 15):
        publish(uow, number)
    assert latest(uow, day(10)) == "run-8"
    assert latest(uow, day(15)) == "run-15"
    assert latest(uow, day(0.5)) is None


@pytest.mark.parametrize(
    "other", [{"asked": "ewma"}, {"prior_set": "set-2"}, {"seed": 8}, {"ladder_digest": "text-2"}]
)
def test_a_fit_made_of_anything_else_is_not_found(uow: UnitOfWork, other: dict[str, str]) -> None:
    publish(uow, 1)
    assert latest(uow, day(2), **other) is None


def test_a_withdrawn_run_takes_its_fit_out_of_use(uow: UnitOfWork) -> None:
    for number in (1, 8):
        publish(uow, number)
    uow.runs.withdraw("run-8", reason="wrong prior", actor="an analyst", at=day(9))
    assert latest(uow, day(10)) == "run-1"


def test_only_the_newest_fits_are_kept(uow: UnitOfWork, engine: Engine) -> None:
    for number in range(1, KEPT + 3):
        publish(uow, number)
    uow.commit()
    with engine.connect() as connection:
        kept = connection.execute(text("SELECT run_id FROM fits ORDER BY as_of")).scalars().all()
    assert kept == [f"run-{n}" for n in range(3, KEPT + 3)]


def test_the_views_say_how_a_posterior_came_about(uow: UnitOfWork, engine: Engine) -> None:
    way = Updating("reweight", "run-1", day(1), k_hat=0.3, relative_size=0.7)
    uow.forecasts.publish(run("run-1", as_of=day(1)), forecast())
    uow.forecasts.publish(run("run-2", as_of=day(2)), replace(forecast(), updating=way))
    assert uow.forecasts.read("run-2").updating == way
    assert uow.forecasts.read("run-1").updating is None
    uow.commit()
    with engine.connect() as connection:
        shown = connection.execute(
            text("SELECT run_id, method, fit_run, k_hat FROM run_log ORDER BY run_id")
        ).all()
        rows = connection.execute(text("SELECT DISTINCT method, fit_run FROM results_latest")).all()
    assert shown == [("run-1", "refit", "run-1", None), ("run-2", "reweight", "run-1", 0.3)]
    assert rows == [("reweight", "run-1")]
