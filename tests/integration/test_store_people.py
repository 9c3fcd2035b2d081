"""Ladders, priors and judgements: what people hold, by version and by time."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Engine

from forecaster.domain.judgement import Judgement
from forecaster.domain.prior import Prior
from forecaster.errors import NotFoundError, PriorError, StoreError
from forecaster.store.unit_of_work import UnitOfWork
from tests.builders_store import day, ladder, prior


@pytest.fixture
def uow(engine: Engine) -> Iterator[UnitOfWork]:
    with UnitOfWork(engine) as uow:
        yield uow


def judgement(**changes: object) -> Judgement:
    made = Judgement(
        ladder="toy",
        theatre="north",
        domain="kinetic",
        rung="war",
        starts_at=day(1),
        ends_at=None,
        author="A. Analyst",
        evidence="it was declared",
        recorded_at=day(2),
    )
    return replace(made, **changes)


def test_a_ladder_comes_back_whole(uow: UnitOfWork):
    uow.ladders.ensure(ladder(), day(0))
    uow.ladders.ensure(ladder(), day(1))
    found = uow.ladders.get("toy", "1")
    assert found == ladder()
    assert found.digest == "text-1"
    assert uow.ladders.list() == ("toy 1",)


def test_one_version_means_one_thing(uow: UnitOfWork):
    uow.ladders.ensure(ladder(), day(0))
    uow.ladders.ensure(ladder(digest="same meaning, another comment"), day(1))
    with pytest.raises(StoreError, match="give the changed file a new version"):
        uow.ladders.ensure(replace(ladder(digest="text-2"), horizons=(1,)), day(2))
    uow.ladders.ensure(replace(ladder(version="2", digest="text-2"), horizons=(1,)), day(2))
    assert uow.ladders.get("toy").version == "2"


def test_an_unknown_ladder_names_those_there_are(uow: UnitOfWork):
    uow.ladders.ensure(ladder(), day(0))
    with pytest.raises(NotFoundError, match="no ladder toy 9 is stored; there are: toy 1"):
        uow.ladders.get("toy", "9")


def test_the_files_own_prior_holds_for_any_earlier_time(uow: UnitOfWork):
    uow.priors.ensure("toy", [prior()], at=day(10))
    (version,) = uow.priors.in_force("toy", day(0)).versions
    assert (version.prior, version.version) == (prior(), 1)


def test_setting_a_prior_makes_a_version_and_another_set(uow: UnitOfWork):
    uow.priors.ensure("toy", [prior()], at=day(0))
    made = uow.priors.set("toy", prior(3.0), author="Ann", reason="new evidence", at=day(5))
    assert made.version == 2
    before, after = uow.priors.in_force("toy", day(4)), uow.priors.in_force("toy", day(5))
    assert before.prior("spread").parameter("median") == 2.0
    assert after.prior("spread").parameter("median") == 3.0
    assert before.name != after.name
    assert before.name == uow.priors.in_force("toy", day(3)).name
    history = uow.priors.history("toy", "spread")
    assert [v.version for v in history] == [1, 2]
    assert history[1] == made


def test_a_changed_file_is_a_version_unless_a_person_set_one(uow: UnitOfWork):
    other = replace(prior(), id="pull")
    uow.priors.ensure("toy", [prior(), other], at=day(0))
    uow.priors.set("toy", prior(3.0), author="Ann", reason="new evidence", at=day(1))
    changed = [prior(9.0), replace(prior(9.0), id="pull")]
    uow.priors.ensure("toy", changed, at=day(2))
    uow.priors.ensure("toy", changed, at=day(3))
    held = uow.priors.in_force("toy", day(9))
    assert held.prior("spread").parameter("median") == 3.0
    assert held.prior("pull").parameter("median") == 9.0
    assert len(uow.priors.history("toy", "pull")) == 2


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (replace(prior(), parameters=(("median", 2.0),)), "give median, sigma"),
        (replace(prior(), parameters=(("median", 2.0), ("sigma", -1.0))), "sigma = -1.0"),
        (replace(prior(), parameters=(("median", float("nan")), ("sigma", 1.0))), "finite"),
        (replace(prior(), distribution="cauchy"), "cannot be cauchy"),
    ],
)
def test_what_is_no_distribution_is_refused(uow: UnitOfWork, bad: Prior, words: str):
    uow.priors.ensure("toy", [prior()], at=day(0))
    with pytest.raises(PriorError, match=words):
        uow.priors.set("toy", bad, author="Ann", reason="a slip", at=day(1))
    assert len(uow.priors.history("toy", "spread")) == 1


def test_a_prior_needs_a_name_a_reason_and_an_id(uow: UnitOfWork):
    uow.priors.ensure("toy", [prior()], at=day(0))
    with pytest.raises(PriorError, match="give both"):
        uow.priors.set("toy", prior(), author="Ann", reason=" ", at=day(1))
    stranger = replace(prior(), id="unheard")
    with pytest.raises(NotFoundError, match="there are: spread"):
        uow.priors.set("toy", stranger, author="Ann", reason="why not", at=day(1))


def test_judgements_are_known_from_when_they_were_recorded(uow: UnitOfWork):
    assert uow.judgements.add([judgement(), judgement()]) == 1
    assert uow.judgements.add([judgement()]) == 0
    assert uow.judgements.as_of("toy", day(1)) == ()
    assert uow.judgements.as_of("toy", day(2)) == (judgement(),)
    assert uow.judgements.as_of("another", day(2)) == ()


def test_an_ending_replaces_the_open_judgement_from_then_on(uow: UnitOfWork):
    ended = judgement(ends_at=day(4), recorded_at=day(5), author="B. Analyst")
    uow.judgements.add([ended, judgement()])
    assert uow.judgements.as_of("toy", day(4)) == (judgement(),)
    assert uow.judgements.as_of("toy", day(5)) == (ended,)


PACKAGED = (
    judgement(),
    judgement(theatre="south"),
    judgement(starts_at=day(3), recorded_at=day(3)),
)
"""A ladder's own record."""


@pytest.mark.parametrize("stored", [0, 1, 3])
def test_a_ladders_own_record_counts_as_if_it_were_stored(uow: UnitOfWork, stored: int):
    said = (
        judgement(ends_at=day(4), recorded_at=day(5), author="B. Analyst"),
        judgement(theatre="east", recorded_at=day(5), author="B. Analyst"),
    )
    uow.judgements.add([*PACKAGED[:stored], *said])
    found = [uow.judgements.as_of("toy", day(d), besides=PACKAGED) for d in (1, 2, 4, 5)]
    uow.judgements.add(PACKAGED)
    assert found == [uow.judgements.as_of("toy", day(d)) for d in (1, 2, 4, 5)]
    assert [len(held) for held in found] == [0, 2, 3, 4]


def test_of_what_was_recorded_at_once_the_one_stored_last_holds(uow: UnitOfWork):
    corrected = judgement(evidence="it was declared twice")
    uow.judgements.add([judgement(), corrected])
    assert uow.judgements.as_of("toy", day(2), besides=[judgement()]) == (corrected,)
    assert uow.judgements.as_of("toy", day(2), besides=[corrected]) == (corrected,)
    newer = judgement(evidence="the record was corrected since")
    assert uow.judgements.as_of("toy", day(2), besides=[newer]) == (newer,)
