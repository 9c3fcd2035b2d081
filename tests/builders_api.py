"""A service on a small store: two ladders, one of them marked, people of every role, their keys."""

import json
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from fastapi.testclient import TestClient
from sqlalchemy import Engine
from starlette.requests import Request

from forecaster import credentials
from forecaster.api.app import create_app
from forecaster.api.ports import JobNote, Ports, RungTable, SourceNote
from forecaster.api.service import Service
from forecaster.domain.account import (
    UNMARKED,
    Account,
    ApiKey,
    Marking,
    MarkingNote,
    Principal,
    Role,
)
from forecaster.domain.indicator import Indicator
from forecaster.domain.judgement import Judgement
from forecaster.domain.ladder import Ladder
from forecaster.domain.reading import Reject, SourceStatus
from forecaster.reporting import daily, render
from forecaster.reporting.document import DailyReport
from forecaster.settings import Settings
from forecaster.store.unit_of_work import UnitOfWork
from tests.builders_store import cell, day, forecast, ladder, prior, readings, run

NOW = day(10)
HIDDEN = "hidden"
"""The word in everything that only the cleared may see: a leak is found by it."""

PEOPLE: dict[str, Role] = {
    "vera": "viewer",
    "ann": "analyst",
    "rob": "reviewer",
    "ada": "admin",
}


def toy() -> Ladder:
    """The ladder that everybody sees; one indicator is fed by hand."""
    aid = Indicator(
        id="aid",
        name="Aid",
        family="aid",
        series=(("*", ("manual.aid",)),),
        route="purposeful",
        sign="+",
        aggregate="sum",
        transform="level",
    )
    return replace(ladder(), indicators=(aid,))


def hidden() -> Ladder:
    """The ladder that only the cleared see."""
    theatre = replace(ladder().theatres[0], id=f"{HIDDEN}-place", name="Hidden place")
    return replace(
        ladder(digest="text-h"), id=f"{HIDDEN}-ladder", name="Hidden ladder", theatres=(theatre,)
    )


def settings(**changes: object) -> Settings:
    """Settings under which a test asks as often as it likes."""
    given = {"read_limit": "1000000/minute", "write_limit": "1000000/minute", "login": True}
    return Settings(**{**given, "login_limit": "1000000/minute", **changes}, _env_file=None)


def make_service(engine: Engine, *, now: datetime = NOW, **changes: object) -> Service:
    """Return a service on a store, its clock standing at `now`."""
    kept = {one.id: one for one in (toy(), hidden())}
    return Service(
        engine=engine,
        settings=settings(**changes),
        clock=lambda: now,
        ports=Ports(
            render=lambda report, form: RENDERINGS[form](report),
            report=lambda run_id, hidden: report(engine, run_id, hidden),
            preview=lambda ladder, drafts: (
                RungTable("kinetic", ("north",), ("calm", "fire"), ((0.5, float("nan")),)),
            ),
            ladders=lambda: kept,
            references=lambda: {id: id for id in kept},
            sources=lambda ladder: (
                {"viina": _source("viina"), "manual": _source("manual")}
                if ladder.id == "toy"
                else {f"{HIDDEN}-source": _source(f"{HIDDEN}-source")}
            ),
            jobs=lambda: [
                JobNote("daily", "the day's work", "ladder"),
                JobNote("ingest", "what a source says", "source"),
                JobNote("backup", "a copy of all", "once"),
            ],
        ),
    )


RENDERINGS = {
    "html": render.html,
    "md": render.markdown,
    "text": render.text,
    "json": render.json,
}


def report(engine: Engine, run_id: str, _hidden: Collection[str] = ()) -> DailyReport:
    """Return the report on a stored run, as jobs would build it."""
    with UnitOfWork(engine, read_only=True) as work:
        run = work.runs.get(run_id)
        return daily.build(
            work.ladders.get(run.ladder),
            run,
            work.forecasts.read(run_id),
            previous=None,
            statuses=[
                replace(one, state="late") for one in work.sources.latest() if one.source == "viina"
            ],
            prior_changes=(),
            rejects=[one for one in work.quarantine.list() if one.source == "viina"],
            feeds=work.watched.sources_of(["manual.aid"]),
            code_version="test",
            data_notice="Viina: A publisher; CC BY 4.0",
        )


def client_of(service: Service) -> TestClient:
    """Return a client whose failures of ours are answers, as outside."""
    return TestClient(create_app(service), raise_server_exceptions=False)


def principal(name: str = "ann", *, clearance: Marking = "TLP:RED") -> Principal:
    """Return one of the people, come in by key."""
    return Principal(name, PEOPLE[name], clearance, "key")


def request_to(service: Service) -> Request:
    """Return a request as a route sees it."""
    scope = {"type": "http", "app": create_app(service), "headers": [], "client": ("test", 1)}
    return Request(scope)


def headers_of(name: str) -> dict[str, str]:
    """Return what one of the people sends with every request."""
    return {"Authorization": f"Bearer {_KEYS[name]}"}


_KEYS = {name: credentials.new_key()[0] for name in (*PEOPLE, "red", "past", "gone")}


def fill(engine: Engine) -> None:
    """Store people, ladders, runs, readings, priors, judgements and what else there is to read."""
    with UnitOfWork(engine, clock=lambda: NOW) as work:
        _people(work)
        for one in (toy(), hidden()):
            work.ladders.ensure(one, day(0))
            work.priors.ensure(one.id, one.priors, at=day(0))
        _mark(work)
        _runs(work)
        _observations(work)
        _beliefs(work)
        work.commit()


def _people(work: UnitOfWork) -> None:
    for name, role in (*PEOPLE.items(), ("red", "viewer")):
        clearance: Marking = "TLP:RED" if name == "red" else UNMARKED
        work.accounts.add(Account(name, role, clearance, day(0)), password_hash="none")
        _key(work, name, role, clearance)
    _key(work, "past", "admin", "TLP:RED", owner="ada", expires_at=day(1))
    _key(work, "gone", "admin", "TLP:RED", owner="ada", revoked_at=day(1))


def _key(
    work: UnitOfWork,
    name: str,
    role: Role,
    clearance: Marking,
    *,
    owner: str = "",
    expires_at: datetime | None = None,
    revoked_at: datetime | None = None,
) -> None:
    key = _KEYS[name]
    kept = ApiKey(
        prefix=credentials.prefix_of(key),
        owner=owner or name,
        role=role,
        clearance=clearance,
        label="test",
        created_at=day(0),
        expires_at=expires_at,
        revoked_at=revoked_at,
    )
    work.accounts.add_key(kept, digest=credentials.digest_of(key))


def _mark(work: UnitOfWork) -> None:
    for kind, subject in (("ladder", hidden().id), ("source", f"{HIDDEN}-source")):
        work.markings.set(MarkingNote(kind, subject, "TLP:RED", "ada", "it is secret", day(0)))


def _runs(work: UnitOfWork) -> None:
    work.forecasts.publish(run("run-1", as_of=day(1)), forecast(fire=0.2))
    work.forecasts.publish(run("run-2", as_of=day(8)), whole_forecast())
    secret = run(f"{HIDDEN}-run", as_of=day(8), ladder=hidden().id, ladder_digest=hidden().digest)
    north = (c for c in whole_forecast().cells if c.theatre == "north")
    cells = tuple(replace(c, theatre=f"{HIDDEN}-place") for c in north)
    standing = replace(forecast().standings[0], theatre=f"{HIDDEN}-place")
    said = replace(forecast(cells=cells), standings=(standing,), judged=(), fans=(), effects=())
    work.forecasts.publish(secret, said)


def whole_forecast() -> object:
    """A forecast with every kind of cell: mass at each rung, reach, and fall."""
    at = tuple(
        cell(rung, p, kind="at", steps=steps)
        for steps in (1, 4, 13)
        for rung, p in (("calm", 0.7), ("fire", 0.25), ("war", 0.05))
    )
    return forecast(cells=(*forecast().cells, *at, cell("calm", 0.0, kind="fall", steps=1)))


def _observations(work: UnitOfWork) -> None:
    rows = [("viina.events.a", n, n + 1, float(n), False) for n in range(5)]
    revised = [("viina.events.a", 0, 3, 9.0, False)]
    work.readings.add(readings(rows + revised), at=day(6))
    work.readings.add(
        readings([(f"{HIDDEN}.series", 1, 2, 5.0, False)], source=f"{HIDDEN}-source"), at=day(6)
    )
    for source in ("viina", f"{HIDDEN}-source"):
        work.sources.record(SourceStatus(source, "fresh", "", day(6), day(4), 5, 5, 1, 5))
        work.quarantine.add([Reject(source, 7, "no number", f"{source}: =1+1")], at=day(6))


def _beliefs(work: UnitOfWork) -> None:
    work.priors.set("toy", prior(3.0), author="ann", reason="she thinks so", at=day(2))
    for one in (toy(), hidden()):
        given = Judgement(
            ladder=one.id,
            theatre=one.theatres[0].id,
            domain="kinetic",
            rung="war",
            starts_at=day(1),
            ends_at=None,
            author="ann",
            evidence="it was declared",
            recorded_at=day(2),
        )
        work.judgements.add([given])
        content = {name: getattr(given, name) for name in ("theatre", "domain", "rung")}
        content |= {"starts_at": day(1).isoformat(), "ends_at": day(3).isoformat()}
        work.proposals.propose(
            "judgement",
            ladder=one.id,
            subject=f"{one.id}: war is over",
            content=json.dumps(content),
            author="ann",
            reason="it was signed",
            at=day(4),
        )


def _source(id: str) -> SourceNote:
    return SourceNote(id, id.title(), "A publisher", "CC BY 4.0", "B2", 7.0)
