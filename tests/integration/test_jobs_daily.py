"""The daily cycle from an empty store to a page, with a model that answers at once."""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from forecaster.clock import end_of_day
from forecaster.domain.prior import Prior
from forecaster.errors import ModelError, ReportError
from forecaster.reference.load import load_ladder
from forecaster.reference.sample_readings import sample_last_day, sample_readings
from forecaster.store.unit_of_work import UnitOfWork
from jobs import exports, publication
from jobs.catalogue import all_jobs
from jobs.context import Context
from jobs.job import Outcome, Slot
from jobs.moment import choose
from jobs.runner import run_slot
from tests.fakes_jobs import QuickModel, make_context

LADDER = "nato-russia"


@pytest.fixture
def context(tmp_path: Path) -> Iterator[Context]:
    made = make_context(tmp_path)
    yield made
    made.engine().dispose()


def run(context: Context, day: date, *, job: str = "daily") -> Outcome:
    slot = Slot(due=context.clock(), as_of=end_of_day(day), subject=LADDER)
    return run_slot(context, all_jobs()[job], slot)


def test_an_empty_store_is_given_the_sample_and_ends_with_a_page(context: Context) -> None:
    outcome = run(context, sample_last_day())
    assert outcome.state == "done"
    (page,) = outcome.files
    assert page == context.settings.data_dir / "reports" / LADDER / f"{sample_last_day()}.html"
    assert "<html" in page.read_text(encoding="utf-8")
    with UnitOfWork(context.engine(), read_only=True) as work:
        stored = work.readings.count()
        assert work.runs.latest(LADDER).run_id == outcome.run_id  # type: ignore[union-attr]
    assert stored == sum(len(part) for part in sample_readings())


def test_a_second_run_adds_no_reading_and_supersedes_the_first(context: Context) -> None:
    first = run(context, sample_last_day())
    second = run(context, sample_last_day())
    with UnitOfWork(context.engine(), read_only=True) as work:
        assert work.readings.count() == sum(len(part) for part in sample_readings())
        assert work.runs.get(first.run_id).state == "superseded"
        assert work.runs.get(second.run_id).state == "published"
        assert work.runs.get(first.run_id).data_digest == work.runs.get(second.run_id).data_digest


def test_no_reading_recorded_later_reaches_a_run_as_of_an_earlier_day(tmp_path: Path) -> None:
    model = QuickModel()
    context = make_context(tmp_path, model=model)
    run(context, sample_last_day())
    day = date(2024, 8, 6)
    run(context, day)
    (_, now, _), (as_of, then, _) = model.told
    limit = np.datetime64(as_of.replace(tzinfo=None), "us")
    assert as_of == end_of_day(day)
    assert len(then)
    assert len(then) < len(now)
    assert (then.recorded_at <= limit).all()
    context.engine().dispose()


@pytest.mark.parametrize(("as_of", "claimed"), [("2022-10-13", 182.0), ("2024-08-06", 183.0)])
def test_a_run_sees_the_losses_as_they_were_claimed_then(
    tmp_path: Path, as_of: str, claimed: float
) -> None:
    """The claim of 13 October 2022 on air defence was corrected the day after."""
    model = QuickModel()
    context = make_context(tmp_path, model=model)
    run(context, date.fromisoformat(as_of))
    ((_, known, _),) = model.told
    rows = (known.series == "losses.air-defence") & (
        known.observed_at == np.datetime64("2022-10-13", "us")
    )
    assert known.value[rows].tolist() == [claimed]
    context.engine().dispose()


def test_a_run_is_told_of_the_ladders_that_its_own_is_coupled_to(tmp_path: Path) -> None:
    model = QuickModel()
    context = make_context(tmp_path, model=model)
    run(context, sample_last_day())
    assert model.beside == [("regime-stability",)]
    context.engine().dispose()


def test_a_past_run_does_not_move_the_pointer(context: Context) -> None:
    latest = run(context, sample_last_day())
    past = run(context, date(2024, 8, 6))
    assert publication.latest_run(context, LADDER, None).run_id == latest.run_id
    as_of = end_of_day(date(2024, 8, 6))
    assert publication.latest_run(context, LADDER, as_of).run_id == past.run_id


def test_a_day_before_all_readings_is_named(context: Context) -> None:
    with pytest.raises(ModelError, match="2001-01-01"):
        run(context, date(2001, 1, 1))


def test_a_refused_run_is_stored_and_never_the_latest(context: Context) -> None:
    good = run(context, date(2025, 6, 29))
    failing = replace(context, update=QuickModel(passes=False))
    refused = run(failing, sample_last_day())
    assert refused.state == "refused"
    assert "R-hat" in refused.detail
    assert publication.latest_run(context, LADDER, None).run_id == good.run_id
    (page,) = refused.files
    assert "R-hat" in page.read_text(encoding="utf-8")


def test_a_refused_first_run_still_ends_with_a_page_that_says_so(context: Context) -> None:
    failing = replace(context, update=QuickModel(passes=False))
    outcome = run(failing, sample_last_day())
    assert outcome.state == "refused"
    assert "R-hat" in outcome.files[0].read_text(encoding="utf-8")


def test_a_prior_that_is_set_reaches_the_next_run_and_its_report(tmp_path: Path) -> None:
    model = QuickModel()
    context = make_context(tmp_path, model=model)
    run(context, sample_last_day())
    prior = load_ladder(LADDER).priors[0]
    changed = replace(prior, parameters=tuple((n, v * 0.5) for n, v in prior.parameters))
    _set(context, changed)
    after = run(context, sample_last_day())
    (_, _, before_set), (_, _, after_set) = model.told
    assert before_set.name != after_set.name
    assert after_set.prior(prior.id).parameters == changed.parameters
    page = publication.render(publication.report_on(context, after.run_id), "md")
    assert prior.id in page or prior.question in page
    assert "the staff is sure" in page
    context.engine().dispose()


def _set(context: Context, prior: Prior) -> None:
    with UnitOfWork(context.engine()) as work:
        work.priors.set(
            LADDER, prior, author="A. Analyst", reason="the staff is sure", at=context.clock()
        )
        work.commit()


def test_results_sum_to_one_per_theatre_domain_and_horizon(context: Context) -> None:
    outcome = run(context, sample_last_day())
    rows = exports.result_rows(context, outcome.run_id)
    at = [row for row in rows if row["kind"] == "at"]

    def key(row: exports.Row) -> tuple[str, str, str]:
        return str(row["theatre"]), str(row["domain"]), str(row["horizon_end"])

    sums = [
        sum(float(str(row["probability"])) for row in group)
        for _, group in itertools.groupby(sorted(at, key=key), key=key)
    ]
    ladder = load_ladder(LADDER)
    tracks = len(ladder.theatres) * len(ladder.domains)
    assert len(sums) == tracks * len(ladder.horizons)
    assert sums == pytest.approx([1.0] * len(sums))


def test_a_report_that_cannot_be_written_leaves_the_old_one(
    context: Context, tmp_path: Path
) -> None:
    kept = publication.write_whole(tmp_path / "page.html", "old")
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    with pytest.raises(ReportError, match="cannot be written"):
        publication.write_whole(blocked / "page.html", "new")
    assert kept.read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".")) == []


def test_the_sample_alone_is_looked_at_as_of_its_last_day(context: Context) -> None:
    ladder = load_ladder(LADDER)
    run(context, sample_last_day())
    assert choose(context, ladder)[0] == end_of_day(sample_last_day())


def test_newer_measures_are_looked_at_as_of_now(context: Context) -> None:
    ladder = load_ladder(LADDER)
    run(context, sample_last_day())
    viina = next(part for part in sample_readings() if part.source == "viina")
    start = np.datetime64(datetime(2025, 7, 1, tzinfo=UTC).replace(tzinfo=None), "us")
    newer = replace(
        viina,
        series=viina.series[:1],
        observed_at=np.array([start]),
        recorded_at=np.array([start + np.timedelta64(12, "h")]),
        value=viina.value[:1],
        estimated=viina.estimated[:1],
    )
    with UnitOfWork(context.engine()) as work:
        assert work.readings.add(newer) == 1
        work.commit()
    moment, why = choose(context, ladder)
    assert "present" in why
    assert moment > end_of_day(sample_last_day()) + timedelta(days=1)
    assert choose(context, ladder, sample=True)[0] == end_of_day(sample_last_day())
