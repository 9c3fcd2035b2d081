"""What people do: stored in their name, told in the audit log, and never about what is hidden."""

from datetime import datetime

import pytest
from sqlalchemy import Engine

from forecaster.api.acts import jobs, judgements, priors, proposals, readings
from forecaster.api.problems import Refusal
from forecaster.api.service import Service
from forecaster.domain.judgement import Judgement
from forecaster.domain.proposal import Proposal
from forecaster.errors import NotFoundError, PriorError, RequestError
from forecaster.store.ledger import JobRun
from forecaster.store.unit_of_work import UnitOfWork
from tests.builders_api import HIDDEN, NOW, fill, make_service, principal, request_to
from tests.builders_store import day

FORM = {"median": 4.0, "sigma": 0.5}


@pytest.fixture
def service(engine: Engine) -> Service:
    fill(engine)
    return make_service(engine)


def judge(service: Service, **changes: object) -> Judgement | Proposal:
    given: dict[str, object] = {
        "ladder_id": "toy",
        "theatre": "north",
        "domain": "kinetic",
        "rung": "war",
        "starts_at": day(5),
        "ends_at": None,
        "evidence": "it was declared",
    }
    return judgements.judge(request_to(service), principal("ann"), **{**given, **changes})


def set_prior(service: Service, ladder: str = "toy", **changes: object) -> object:
    given: dict[str, object] = {"distribution": "log_normal", "parameters": FORM, "reason": "news"}
    asked = {**given, **changes}
    return priors.set_prior(request_to(service), principal("ann"), ladder, "spread", **asked)


def audit(service: Service) -> list[str]:
    with service.reading() as work:
        return [entry.action for _, entry in work.audit.list()]


def test_a_prior_is_set_in_the_name_of_who_set_it(service: Service):
    made = set_prior(service)
    assert (made.author, made.reason, made.version) == ("ann", "news", 3)
    with service.reading() as work:
        (held,) = work.priors.in_force("toy", NOW).versions
        ((_, noted),) = work.audit.list()
    assert held == made
    assert (noted.actor, noted.subject) == ("ann", "toy/spread")
    assert "log_normal(median=4, sigma=0.5)" in noted.detail


def test_what_is_no_prior_is_neither_stored_nor_noted(service: Service):
    cases: list[tuple[dict[str, object], str]] = [
        ({"distribution": "cauchy"}, "no distribution is called 'cauchy'"),
        ({"parameters": {"median": 1.0}}, "takes median, sigma"),
        ({"parameters": {"median": 1.0, "sigma": -1.0}}, "above 0"),
    ]
    for changes, words in cases:
        with pytest.raises(PriorError, match=words):
            set_prior(service, **changes)
    assert audit(service) == []


def test_a_hidden_ladder_reads_as_one_that_does_not_exist(service: Service):
    clear = principal("ann", clearance="TLP:CLEAR")
    messages = []
    for name in (f"{HIDDEN}-ladder", "unheard-ladder"):
        with pytest.raises(NotFoundError) as failure:
            priors.set_prior(
                request_to(service),
                clear,
                name,
                "spread",
                distribution="log_normal",
                parameters=FORM,
                reason="news",
            )
        messages.append(str(failure.value).replace(name, "X"))
    assert messages[0] == messages[1]
    assert HIDDEN not in messages[0]


def test_entering_a_judged_rung_holds_at_once(service: Service):
    made = judge(service)
    assert isinstance(made, Judgement)
    with service.reading() as work:
        assert made in work.judgements.as_of("toy", NOW)
    assert audit(service) == ["judgement recorded"]


def test_a_judgement_must_be_about_what_exists(service: Service):
    cases: list[tuple[dict[str, object], str]] = [
        ({"theatre": "south"}, "no theatre 'south'; there are: north"),
        ({"domain": "cyber"}, "no domain 'cyber'"),
        ({"rung": "fire"}, "no judged rung 'fire' in domain kinetic; there are: war"),
        ({"rung": "calm"}, "no judged rung 'calm'"),
        ({"evidence": " \n"}, "the evidence is missing"),
        ({"starts_at": day(11)}, "lies ahead"),
        ({"starts_at": datetime(2024, 1, 2)}, "no time zone"),  # noqa: DTZ001 — what is refused
        ({"ends_at": day(4)}, "is not after the start"),
    ]
    for changes, words in cases:
        with pytest.raises(RequestError, match=words):
            judge(service, **changes)
    assert audit(service) == []


def test_an_ending_waits_for_another_person_and_then_names_both(service: Service):
    proposal = judge(service, starts_at=day(1), ends_at=day(6), evidence="it was signed")
    assert isinstance(proposal, Proposal)
    with service.reading() as work:
        assert all(one.ends_at is None for one in work.judgements.as_of("toy", NOW))
        assert proposal in work.proposals.waiting("toy")
    made = proposals.confirm(
        request_to(service), principal("rob"), proposal.id, comment="seen the text"
    )
    assert made.evidence == "it was signed (proposed by ann, confirmed by rob: seen the text)"
    with service.reading() as work:
        (held,) = work.judgements.as_of("toy", NOW)
    assert (held, held.ends_at, held.author) == (made, day(6), "ann")
    assert audit(service) == ["proposal confirmed", "judgement proposed"]


def test_what_was_ended_is_reopened_by_two_persons_too(service: Service):
    ended = judge(service, starts_at=day(1), ends_at=day(6))
    assert isinstance(ended, Proposal)
    proposals.confirm(request_to(service), principal("rob"), ended.id, comment="")
    assert isinstance(judge(service, starts_at=day(1), ends_at=None), Proposal)


def test_nobody_decides_on_their_own_proposal_and_nobody_twice(service: Service):
    proposal = judge(service, ends_at=day(6))
    assert isinstance(proposal, Proposal)
    request = request_to(service)
    with pytest.raises(RequestError, match="ann's own"):
        proposals.confirm(request, principal("ann"), proposal.id, comment="yes")
    with pytest.raises(RequestError, match="the comment is missing"):
        proposals.decline(request, principal("rob"), proposal.id, comment=" ")
    declined = proposals.decline(request, principal("rob"), proposal.id, comment="no text")
    assert (declined.state, declined.reviewer) == ("declined", "rob")
    with pytest.raises(RequestError, match="waits no more"):
        proposals.confirm(request, principal("ada"), proposal.id, comment="yes")
    with service.reading() as work:
        assert all(one.ends_at is None for one in work.judgements.as_of("toy", NOW))


def test_a_hidden_proposal_reads_as_one_that_does_not_exist(service: Service):
    with service.reading() as work:
        (hidden,) = work.proposals.waiting(f"{HIDDEN}-ladder")
    clear = principal("rob", clearance="TLP:CLEAR")
    for number in (hidden.id, 999, 2**70):
        with pytest.raises(NotFoundError, match=f"no proposal has the number {number}: list"):
            proposals.confirm(request_to(service), clear, number, comment="yes")


def add(service: Service, **changes: object) -> bool:
    given: dict[str, object] = {"observed_at": day(3), "value": 5.0, "reason": "by phone"}
    asked = {"series": "manual.aid", **given, **changes}
    return readings.add_reading(request_to(service), principal("ann"), "toy", **asked)


def test_a_reading_by_hand_is_known_from_now_on(service: Service):
    assert add(service)
    assert not add(service)
    with service.reading() as work:
        found = work.readings.as_of(["manual.aid"], NOW)
        before = work.readings.as_of(["manual.aid"], day(9))
    assert (found.source, found.value.tolist(), len(before)) == ("manual", [5.0], 0)


def test_a_correction_by_hand_is_a_later_vintage(service: Service, engine: Engine):
    assert add(service)
    assert add(make_service(engine, now=day(12)), value=7.0)
    with UnitOfWork(engine, read_only=True) as work:
        assert work.readings.as_of(["manual.aid"], day(11)).value.tolist() == [5.0]
        assert work.readings.as_of(["manual.aid"], day(12)).value.tolist() == [7.0]


def test_no_other_series_is_fed_by_hand(service: Service):
    cases: list[tuple[dict[str, object], str]] = [
        ({"series": "viina.events.a"}, "fed by hand; there are: manual.aid"),
        ({"series": "manual.unheard"}, "no series 'manual.unheard'"),
        ({"value": float("inf")}, "a finite number"),
        ({"observed_at": day(11)}, "lies ahead"),
        ({"reason": ""}, "the reason is missing"),
    ]
    for changes, words in cases:
        with pytest.raises(RequestError, match=words):
            add(service, **changes)
    assert audit(service) == []


def ask(service: Service, name: str = "ann", job: str = "daily", subject: str = "toy") -> JobRun:
    return jobs.ask_for(request_to(service), principal(name), job, subject, refit=True)


def test_a_job_is_queued_in_the_name_of_who_asks(service: Service):
    made = ask(service)
    assert (made.state, made.subject, made.asked_by) == ("queued", "toy", "ann")
    assert made.arguments == {"refit": True}
    assert audit(service) == ["job asked for"]


def test_only_an_administrator_asks_for_work_on_the_whole_service(service: Service):
    with pytest.raises(Refusal, match="whole service"):
        ask(service, job="backup", subject="")
    assert ask(service, "ada", "backup", "").job == "backup"


def test_no_job_is_queued_about_what_is_not_there(service: Service):
    for job, subject in (("unheard", "toy"), ("daily", "unheard"), ("ingest", "unheard")):
        with pytest.raises(NotFoundError, match="there are:"):
            ask(service, job=job, subject=subject)
    with pytest.raises(RequestError, match="no model family"):
        jobs.ask_for(request_to(service), principal("ann"), "daily", "toy", family="../x")
    assert audit(service) == []


def test_what_is_queued_cannot_be_retried(service: Service):
    made = ask(service)
    with pytest.raises(RequestError, match="only what failed or is dead"):
        jobs.retry(request_to(service), principal("ada"), made.id)
