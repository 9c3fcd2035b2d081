"""Backtests: one id for one plan and data, nothing done twice, nothing edited."""

import hashlib
import math
import subprocess
import sys
from collections.abc import Iterator

import numpy as np
import pytest
from sqlalchemy import Engine, text

from forecaster.errors import NotFoundError, StoreError
from forecaster.store.unit_of_work import UnitOfWork
from tests.builders_store import day, diagnostics, ladder
from tests.builders_store_backtest import came, plan, said, same, score


@pytest.fixture
def work(engine: Engine) -> Iterator[UnitOfWork]:
    with UnitOfWork(engine) as work:
        yield work


def begin(work: UnitOfWork, *, at: float = 0, **changes: object) -> str:
    asked = {"data_digest": "data-1", "prior_set": "set-1", "code_version": "0.1.0"}
    asked |= {"plan": plan(), "ladder": ladder()} | changes
    return work.backtests.begin(asked.pop("plan"), at=day(at), **asked)


def add(work: UnitOfWork, backtest_id: str, *args: object, **changes: object) -> bool:
    state = {name: changes.pop(name) for name in ("state", "reason") if name in changes}
    forecast = said(*args, **changes)
    return work.backtests.add(backtest_id, forecast, code_version="0.1.0", at=day(50), **state)


def fail(work: UnitOfWork, backtest_id: str, week: int, *, reason: str, version: str = "1") -> bool:
    return work.backtests.fail(
        backtest_id,
        forecaster="tension",
        version=version,
        origin=said(week=week).origin,
        reason=reason,
        code_version="0.1.0",
        at=day(50),
    )


def test_the_id_is_the_plan_and_a_digest_of_everything_it_stands_on(work: UnitOfWork):
    digest = hashlib.sha256(b"plan-text-1\ntext-1\ndata-1\nset-1").hexdigest()
    assert begin(work) == f"toy-plan-{digest[:10]}"
    others = {
        begin(work, plan=plan(digest="plan-text-2")),
        begin(work, ladder=ladder(digest="text-2")),
        begin(work, data_digest="data-2"),
        begin(work, prior_set="set-2"),
    }
    assert len(others | {begin(work)}) == 5


def test_what_was_killed_resumes_under_the_same_id(engine: Engine):
    with UnitOfWork(engine) as work:
        first = begin(work)
        add(work, first, week=0)
        work.commit()
        add(work, first, week=1)  # killed before it is committed
    with UnitOfWork(engine) as work:
        assert begin(work, at=9, code_version="0.2.0") == first
        assert work.backtests.done(first) == {"tension": {said(week=0).origin}}
        assert (work.backtests.get(first).began_at, len(work.backtests.list())) == (day(0), 1)


def test_a_fresh_one_stands_beside_and_is_the_one_that_resumes(work: UnitOfWork):
    first = begin(work)
    add(work, first)
    assert begin(work, fresh=True, at=1) == f"{first}-2"
    assert begin(work, fresh=True, at=2) == f"{first}-3"
    assert begin(work, at=3) == f"{first}-3"
    assert work.backtests.done(f"{first}-3") == {}
    assert begin(work, fresh=True, data_digest="data-2").count("-") == first.count("-")


def test_a_backtest_keeps_its_plan_word_for_word(work: UnitOfWork):
    record = work.backtests.get(begin(work, at=3))
    assert (record.plan_id, record.plan_digest) == ("toy-plan", "plan-text-1")
    assert record.plan_text == plan().text
    assert (record.ladder, record.ladder_version, record.ladder_digest) == ("toy", "1", "text-1")
    assert (record.domain, record.data_digest, record.prior_set, record.code_version) == (
        "kinetic",
        "data-1",
        "set-1",
        "0.1.0",
    )
    assert record.began_at == day(3)
    assert work.ladders.get("toy") == ladder()


def test_the_latest_is_the_one_begun_last(work: UnitOfWork):
    assert work.backtests.latest("toy") is None
    newer = begin(work, at=2, data_digest="data-2")
    older = begin(work, at=1)
    assert work.backtests.latest("toy").backtest_id == newer
    assert work.backtests.latest("another") is None
    assert [b.backtest_id for b in work.backtests.list("toy")] == [newer, older]
    assert [b.backtest_id for b in work.backtests.list(limit=1)] == [newer]


@pytest.mark.parametrize("changes", [{"plan": plan(digest="")}, {"data_digest": ""}])
def test_nothing_is_begun_without_digests(work: UnitOfWork, changes: dict[str, object]):
    with pytest.raises(StoreError, match="has no digest: read the plan from its file"):
        begin(work, **changes)


def test_nothing_is_begun_without_a_prior_set(work: UnitOfWork):
    with pytest.raises(StoreError, match="has no prior set: name the one in force"):
        begin(work, prior_set="")


def test_forecasts_come_back_as_they_were_in_order_of_origin(work: UnitOfWork):
    id = begin(work)
    for week in (2, 0, 1):
        assert add(work, id, week=week)
        assert add(work, id, "climatology", week, diagnostics=None)
    found = work.backtests.forecasts(id)
    assert [(f.origin, f.forecaster) for f in found] == sorted(
        (f.origin, f.forecaster) for f in found
    )
    for week, forecast in enumerate(work.backtests.forecasts(id, "tension")):
        assert same(forecast, said(week=week))
    assert same(found[0], said("climatology", 0, diagnostics=None))
    assert work.backtests.forecasts(id, "nobody") == ()


def test_a_second_forecast_from_an_origin_leaves_the_first(work: UnitOfWork):
    id = begin(work)
    assert add(work, id, seconds=1.0)
    assert not add(work, id, seconds=2.0)
    assert not fail(work, id, 0, reason="too late")
    (forecast,) = work.backtests.forecasts(id)
    assert forecast.seconds == 1.0


def test_versions_of_a_forecaster_never_mix(work: UnitOfWork):
    id = begin(work)
    add(work, id, week=0)
    add(work, id, "climatology", 0, version="7")
    for again in (0, 1):
        with pytest.raises(StoreError, match=r"version 1 and got version 2.*--fresh"):
            add(work, id, week=again, version="2")
    with pytest.raises(StoreError, match="--fresh"):
        fail(work, id, 1, reason="no data", version="2")
    assert work.backtests.versions(id) == {"tension": "1", "climatology": "7"}
    assert add(work, begin(work, fresh=True, at=1), week=0, version="2")


def test_what_failed_its_diagnostics_is_kept_apart(work: UnitOfWork):
    id = begin(work)
    bad = diagnostics(passed=False)
    with pytest.raises(StoreError, match="failed its diagnostics"):
        add(work, id, diagnostics=bad)
    with pytest.raises(StoreError, match="refused without a reason"):
        add(work, id, diagnostics=bad, state="refused")
    assert work.backtests.done(id) == {}
    add(work, id, diagnostics=bad, state="refused", reason=bad.reason)
    add(work, id, week=1)
    assert [f.origin for f in work.backtests.forecasts(id)] == [said(week=1).origin]
    refused, _ = work.backtests.forecasts(id, refused=True)
    assert same(refused, said(diagnostics=bad))


def test_the_log_tells_how_every_origin_fared(work: UnitOfWork):
    id = begin(work)
    fail(work, id, 2, reason="no theatre has data\x00")
    reason = "R-hat 1.2 is above 1.01"
    bad = diagnostics(passed=False)
    add(work, id, week=1, diagnostics=bad, state="refused", reason=reason)
    add(work, id, "climatology", 0, diagnostics=None)
    assert [(r.forecaster, r.state, r.reason) for r in work.backtests.log(id)] == [
        ("climatology", "done", ""),
        ("tension", "refused", reason),
        ("tension", "failed", "no theatre has data\\x00"),
    ]
    assert [r.diagnostics for r in work.backtests.log(id)] == [None, bad, None]
    assert work.backtests.log(id)[1].seed == said(week=1).seed
    assert {name: len(origins) for name, origins in work.backtests.done(id).items()} == {
        "climatology": 1,
        "tension": 2,
    }
    assert len(work.backtests.forecasts(id, refused=True)) == 2


def test_a_failure_needs_a_reason(work: UnitOfWork):
    id = begin(work)
    with pytest.raises(StoreError, match="failed without a reason"):
        fail(work, id, 0, reason=" ")


def test_a_number_that_is_not_one_survives(work: UnitOfWork):
    id = begin(work)
    gate = diagnostics()
    odd = type(gate)(
        **{n: getattr(gate, n) for n in gate.__dataclass_fields__}
        | {
            "min_bfmi": math.nan,
            "max_rhat": np.float64("inf"),
            "passed": np.True_,
        }
    )
    add(work, id, diagnostics=odd)
    for found in (
        work.backtests.forecasts(id)[0].diagnostics,
        work.backtests.log(id)[0].diagnostics,
    ):
        assert math.isnan(found.min_bfmi)
        assert found.max_rhat == math.inf


def test_outcomes_are_stored_once(work: UnitOfWork):
    id = begin(work)
    with pytest.raises(NotFoundError, match="has no outcomes yet: run its plan"):
        work.backtests.outcomes(id)
    for at in (1, 2):
        work.backtests.put_outcomes(id, came(), at=day(at))
    assert same(work.backtests.outcomes(id), came())
    other = came()
    other.rung[0, 0] = 1
    with pytest.raises(StoreError, match="holds other outcomes"):
        work.backtests.put_outcomes(id, other, at=day(3))


def test_scores_made_last_are_those_shown_and_the_earlier_stay(work: UnitOfWork):
    id = begin(work)
    assert work.backtests.scores(id) == ()
    first = (score(), score(math.nan, score="reliability_slope", lower=None, upper=None))
    assert work.backtests.put_scores(id, first, at=day(1))
    assert not work.backtests.put_scores(id, first[::-1], at=day(2))  # the same again
    slope, rps = sorted(work.backtests.scores(id), key=lambda s: s.score)
    assert (slope.score, slope.lower, math.isnan(slope.value)) == ("reliability_slope", None, True)
    assert rps == score()
    assert work.backtests.put_scores(id, (score(0.1),), at=day(3))
    assert work.backtests.scores(id) == (score(0.1),)
    assert _count(work, "backtest_scores") == 3


def _count(work: UnitOfWork, table: str) -> int:
    return work._session.connection().execute(text(f"SELECT COUNT(*) FROM {table}")).scalar_one()


def test_scores_by_what_they_are_about_in_one_order(work: UnitOfWork):
    id = begin(work)
    scores = tuple(
        score(forecaster=forecaster, theatre=theatre, horizon_steps=steps, reference=reference)
        for forecaster in ("_a", "Tension", "tension")
        for theatre in ("*", "Ärger", "north")
        for steps in (1, 13)
        for reference in ("", "climatology")
    )
    work.backtests.put_scores(id, scores, at=day(1))
    found = work.backtests.scores(id, forecaster="tension", horizon_steps=13, reference="")
    assert [s.theatre for s in found] == ["*", "north", "Ärger"]
    assert work.backtests.scores(id, score="log") == ()
    names = [s.forecaster for s in work.backtests.scores(id, theatre="*", rung="*")]
    assert names == sorted(names)
    assert len(names) == 12


def test_scores_are_never_edited(work: UnitOfWork):
    id = begin(work)
    work.backtests.put_scores(id, (score(),), at=day(1))
    for at in (0, 1):
        with pytest.raises(StoreError, match="not before"):
            work.backtests.put_scores(id, (score(0.5),), at=day(at))


def test_two_scores_about_the_same_thing_are_refused(work: UnitOfWork):
    with pytest.raises(StoreError, match="breaks one of its rules"):
        work.backtests.put_scores(begin(work), (score(0.1), score(0.2)), at=day(1))


def test_the_public_view_shows_the_newest_scores_with_their_plan(work: UnitOfWork):
    id = begin(work)
    other = begin(work, data_digest="data-2", at=1)
    work.backtests.put_scores(id, (score(0.4), score(0.5, score="log")), at=day(1))
    work.backtests.put_scores(id, (score(0.2),), at=day(3))
    work.backtests.put_scores(other, (score(0.3),), at=day(2))
    sql = "SELECT * FROM scores_backtest ORDER BY value"
    one, two = work._session.connection().execute(text(sql)).mappings()
    assert (one["backtest_id"], one["plan_id"], one["plan_digest"]) == (
        id,
        "toy-plan",
        "plan-text-1",
    )
    assert (one["ladder"], one["domain"], one["forecaster"]) == ("toy", "kinetic", "tension")
    assert (one["score"], one["n"], one["value"], one["lower"]) == ("rps", 52, 0.2, 0.1)
    assert (two["backtest_id"], two["value"]) == (other, 0.3)


@pytest.mark.parametrize(
    "ask",
    [
        lambda b: b.get("nowhere"),
        lambda b: b.done("nowhere"),
        lambda b: b.forecasts("nowhere"),
        lambda b: b.add("nowhere", said(), code_version="1", at=day(0)),
        lambda b: b.put_outcomes("nowhere", came(), at=day(0)),
        lambda b: b.put_scores("nowhere", (score(),), at=day(0)),
        lambda b: b.scores("nowhere"),
    ],
)
def test_an_unknown_backtest_is_answered_with_those_there_are(work: UnitOfWork, ask: object):
    id = begin(work)
    with pytest.raises(NotFoundError, match=f"no backtest is called 'nowhere'.*{id}"):
        ask(work.backtests)


def test_storing_a_forecast_does_without_pandas(sqlite_url: str):
    code = f"""
import sys
from forecaster.store.session import make_engine
from forecaster.store.unit_of_work import UnitOfWork
from tests.builders_store import day, ladder
from tests.builders_store_backtest import plan, said
with UnitOfWork(make_engine({sqlite_url!r})) as work:
    id = work.backtests.begin(
        plan(),
        ladder=ladder(),
        data_digest="data-1",
        prior_set="set-1",
        code_version="1",
        at=day(0),
    )
    work.backtests.add(id, said(), code_version="1", at=day(0))
    assert len(work.backtests.forecasts(id)) == 1
sys.exit("pandas" in sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], check=True)
