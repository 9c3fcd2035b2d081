"""What reaches the models: the grade of a source with its readings, and all that neighbours say."""

import pickle
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from forecaster.domain.ladder import Ladder
from forecaster.reference.load import load_ladder, packaged_judgements
from forecaster.store.unit_of_work import UnitOfWork
from jobs.context import Context
from jobs.job import Slot
from jobs.known import known, neighbours_of, readings_as_of, reliability_of
from jobs.provenance import data_digest
from jobs.runner import run_slot
from jobs.tasks.update import JOB
from models.inputs import Known
from tests.builders_ladders import sound_text
from tests.builders_store import day, readings
from tests.fakes_jobs import QuickModel, make_context

DAYS = 140
TODAY = day(DAYS + 1)


def filled(context: Context) -> None:
    """Store daily events of a publisher's, and speeches of the ladder's own drop."""
    rng = np.random.default_rng(1)
    places = ("events.coast", "events.north", "events.south")
    events = [(p, t, t + 1.0, 5.0, False) for p in places for t in range(DAYS)]
    speeches = [("speech.threats", t, t + 1.0, float(rng.poisson(4.0)), False) for t in range(DAYS)]
    with UnitOfWork(context.engine()) as work:
        work.readings.add(readings(events, source="viina"))
        work.readings.add(readings(speeches, source="speeches"))
        work.commit()


@pytest.fixture
def model() -> QuickModel:
    return QuickModel()


@pytest.fixture
def context(tmp_path: Path, model: QuickModel) -> Iterator[Context]:
    made = make_context(tmp_path, model=model)
    filled(made)
    yield made
    made.engine().dispose()


def ladder_file(folder: Path, grade: str) -> Path:
    file = folder / f"{grade or 'none'}.toml"
    line = f'\ngrade = "{grade}"\n' if grade else "\n"
    text = sound_text().replace(
        '\nseries = "speech.threats"\n', f'\nseries = "speech.threats"{line}'
    )
    file.write_text(text, "utf-8")
    return file


def ladder_graded(folder: Path, grade: str) -> Ladder:
    return load_ladder(ladder_file(folder, grade))


def told(context: Context, ladder: Ladder) -> Known:
    with UnitOfWork(context.engine(), read_only=True) as work:
        return known(work, ladder, TODAY)


def test_a_lowered_grade_shrinks_what_the_models_are_told(context: Context, tmp_path: Path) -> None:
    best, lowered = (told(context, ladder_graded(tmp_path, g)).inputs() for g in ("A1", "C3"))
    ratio = 0.75 * 0.75
    assert (best.indicators.missing[:, 0, 0] == 0.0).sum() > 10
    np.testing.assert_allclose(
        lowered.indicators.value, np.sqrt(ratio) * best.indicators.value, rtol=1e-12
    )
    known_best = best.indicators.missing == 0.0
    np.testing.assert_allclose(lowered.indicators.missing[known_best], 1.0 - ratio)
    np.testing.assert_array_equal(lowered.measures.measure, best.measures.measure)
    np.testing.assert_array_equal(lowered.indicators.latest, best.indicators.latest)


def test_only_indicators_have_a_ratio_and_a_drop_of_no_grade_is_f6(
    context: Context, tmp_path: Path
) -> None:
    assert dict(told(context, ladder_graded(tmp_path, "")).reliability) == {"speech.threats": 0.25}


def test_a_series_of_a_source_that_the_ladder_does_not_have_is_ungraded(
    context: Context, tmp_path: Path
) -> None:
    file = ladder_file(tmp_path, "A1")
    file.write_text(file.read_text("utf-8").replace('id = "speeches"', 'id = "talks"'), "utf-8")
    assert told(context, load_ladder(file)).reliability["speech.threats"] == 0.25


def test_the_packaged_ladder_has_the_grades_of_its_publishers(context: Context) -> None:
    with UnitOfWork(context.engine()) as work:
        work.readings.add(
            readings([("losses.tank", 1, 2.0, 9.0, False)], source="general_staff_losses")
        )
        ladder = load_ladder("nato-russia")
        found = reliability_of(work, ladder, readings_as_of(work, ladder, TODAY))
        before = reliability_of(work, ladder, readings_as_of(work, ladder, day(1)))
    assert found == {"losses.tank": 0.75 * 0.75}
    assert before == {}  # nothing that came later says anything


def test_what_a_worker_is_sent_keeps_it(context: Context, tmp_path: Path) -> None:
    one = told(context, ladder_graded(tmp_path, "B2"))
    again: Known = pickle.loads(pickle.dumps(one))
    assert again.reliability == one.reliability == {"speech.threats": pytest.approx(0.81)}
    np.testing.assert_array_equal(again.inputs().indicators.value, one.inputs().indicators.value)


def test_the_live_path_tells_the_model_of_grades(
    context: Context, model: QuickModel, tmp_path: Path
) -> None:
    file = ladder_file(tmp_path, "D1")
    run_slot(context, JOB, Slot(due=context.clock(), as_of=TODAY, subject=str(file)))
    assert model.trusted == [{"speech.threats": 0.5}]


def test_another_grade_is_another_digest(context: Context, tmp_path: Path) -> None:
    digests = set()
    for grade in ("A1", "C3"):
        one = told(context, ladder_graded(tmp_path, grade))
        digests.add(data_digest(one.readings, one.judgements, reliability=one.reliability))
    assert len(digests) == 2


def test_what_is_stated_of_a_neighbour_hides_nothing_of_its_packaged_record(
    context: Context,
) -> None:
    ladder, neighbour = load_ladder("nato-russia"), load_ladder("regime-stability")
    packaged = packaged_judgements(neighbour)
    assert len(packaged) > 1
    last = packaged[-1]
    now = last.recorded_at + timedelta(days=1)
    ended = replace(last, ends_at=now, recorded_at=now, author="A. Marsh")
    with UnitOfWork(context.engine()) as work:
        work.judgements.add([ended])
        work.commit()
    with UnitOfWork(context.engine(), read_only=True) as work:
        (before,) = neighbours_of(work, ladder, last.recorded_at)
        (after,) = neighbours_of(work, ladder, now)
    known_by = [j for j in packaged if j.recorded_at <= now and j != last]
    assert set(after.judgements) == {ended, *known_by}
    assert set(before.judgements) == {j for j in packaged if j.recorded_at <= last.recorded_at}
