"""A service with everything that pages show, every text that people give being hostile."""

import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import timedelta
from importlib import resources
from pathlib import Path

from fastapi.testclient import TestClient
from sqlalchemy import Engine

from forecaster import credentials
from forecaster.api.app import create_app
from forecaster.api.ports import JobNote, Ports, RungTable, SourceNote
from forecaster.api.service import Service
from forecaster.domain.account import Account, MarkingNote, Principal, Role
from forecaster.domain.backtest import Score
from forecaster.domain.judgement import Judgement
from forecaster.domain.ladder import Ladder
from forecaster.domain.prior import Prior
from forecaster.domain.reading import Reject
from forecaster.reference.plan import read_plan
from forecaster.reporting import daily, render
from forecaster.reporting.document import DailyReport
from forecaster.reporting.evaluation.build import page
from forecaster.reporting.evaluation.kept import pictures_json
from forecaster.settings import Settings
from forecaster.store.unit_of_work import UnitOfWork
from tests import builders_evaluation, builders_store
from tests import builders_report as made

HOSTILE = "<script>alert(1)</script>{{7*7}}"
NOW = made.AS_OF + timedelta(days=1, hours=9)
ID = "nato-russia"
SERIES = f"viina.events.{HOSTILE}"
PASSWORD = "a first password of somebody"
PEOPLE: dict[str, Role] = {"vera": "viewer", "ann": "analyst", "rob": "reviewer", "ada": "admin"}


def ladder() -> Ladder:
    """The ladder of the report's tests with hostile names, a series and two priors."""
    plain = made.ladder(name=f"Ladder {HOSTILE}")
    first = replace(plain.theatres[0], name=f"Donbas {HOSTILE}")
    fed = replace(plain.indicators[0], name=f"Aid {HOSTILE}", series=(("*", (SERIES,)),))
    return replace(
        plain,
        theatres=(first, *plain.theatres[1:]),
        indicators=(fed, *plain.indicators[1:]),
        priors=(
            Prior(
                "spread",
                f"How far? {HOSTILE}",
                "log_normal",
                (("median", 2.0), ("sigma", 0.5)),
                unit=f"a week {HOSTILE}",
            ),
            Prior("level", "How high?", "normal", (("mean", 0.0), ("sd", 1.0))),
        ),
    )


def report(engine: Engine, run_id: str, hidden: Collection[str] = ()) -> DailyReport:
    """Return the report on a stored run, as jobs would build it."""
    with UnitOfWork(engine, read_only=True) as work:
        run = work.runs.get(run_id)
        earlier = [
            other
            for other in work.runs.list(run.ladder)
            if other.state == "published"
            and other.issued_at < run.issued_at
            and other.run_id not in hidden
        ]
        last = max(earlier, key=lambda other: other.issued_at, default=None)
        return daily.build(
            work.ladders.get(run.ladder),
            run,
            work.forecasts.read(run_id),
            previous=None if last is None else (last, work.forecasts.read(last.run_id)),
            statuses=made.statuses(),
            prior_changes=(),
            rejects=work.quarantine.list(),
            feeds=work.watched.sources_of([SERIES]),
            code_version="test",
            data_notice=f"Credit {HOSTILE}",
            record=made.track_record(),
            names={"viina": f"VIINA {HOSTILE}"},
        )


def preview(id: str, drafts: Sequence[Prior]) -> tuple[RungTable, ...]:
    """Return what priors expect: another number as soon as there is a draft."""
    chance = 0.3 if drafts else 0.2
    return (
        RungTable("kinetic", ("donbas",), ("background", "harassment"), ((chance, 1 - chance),)),
    )


def service(
    engine: Engine, *, open_use: bool = True, ladders: bool = True, folder: Path | None = None
) -> Service:
    """Return a service on a store, whose clock stands still; `folder` is its data folder."""
    kept = {ID: ladder()} if ladders else {}
    note = SourceNote("viina", f"VIINA {HOSTILE}", f"Someone {HOSTILE}", "ODbL", "B2", 1.0)
    return Service(
        engine=engine,
        settings=Settings(
            read_limit="1000000/minute",
            write_limit="1000000/minute",
            login_limit="1000000/minute",
            login=not open_use,
            **({} if folder is None else {"data_dir": folder}),
            _env_file=None,
        ),
        clock=lambda: NOW,
        ports=Ports(
            report=lambda run_id, hidden: report(engine, run_id, hidden),
            render=lambda found, form: render.html(found),
            preview=preview,
            ladders=lambda: kept,
            references=lambda: {id: id for id in kept},
            sources=lambda ladder: {"viina": note},
            jobs=lambda: [
                JobNote("daily", "the day's work", "ladder"),
                JobNote("ingest", "what a source says", "source"),
                JobNote("backup", "a copy", "once"),
            ],
        ),
        open_use=open_use,
        local_token="a-token-of-this-machine" if open_use else "",
    )


def client(service: Service) -> TestClient:
    """Return a browser of sorts: it asks for pages, and a failure of ours raises."""
    return TestClient(create_app(service), headers={"accept": "text/html"})


def fill(engine: Engine) -> None:
    """Store runs of two days and a refused one, and whatever else there is to show."""
    with UnitOfWork(engine, clock=lambda: NOW) as work:
        work.ladders.ensure(ladder(), made.AS_OF)
        _runs(work)
        _observations(work)
        _beliefs(work)
        _people(work)
        _backtest(work)
        number = work.ledger.request("daily", ID, asked_by=HOSTILE, at=NOW)
        work.ledger.skip("ingest:viina", NOW, f"left out {HOSTILE}", NOW, subject="viina")
        assert number
        work.commit()


def _runs(work: UnitOfWork) -> None:
    work.forecasts.publish(made.previous_run(), made.previous_forecast())
    work.forecasts.publish(made.run(), made.forecast())
    refused = replace(
        made.run("run-refused", as_of=made.AS_OF + timedelta(days=1)),
        state="refused",
        state_reason=f"R-hat 1.20 is above 1.01 {HOSTILE}",
        diagnostics=made.diagnostics(passed=False, reason=f"R-hat {HOSTILE}"),
    )
    work.forecasts.refuse(refused, replace(made.forecast(), diagnostics=refused.diagnostics))
    work.runs.note_state(
        made.previous_run().run_id, "published", reason=f"again {HOSTILE}", actor="ada", at=NOW
    )


def _observations(work: UnitOfWork) -> None:
    rows = [(SERIES, n, n + 1, 1234.5 * n, False) for n in range(5)]
    work.readings.add(
        builders_store.readings([*rows, (SERIES, 2, 9, -0.25, True)]), at=builders_store.day(9)
    )
    for status in made.statuses():
        work.sources.record(replace(status, reason=f"{status.reason} {HOSTILE}".strip()))
    work.quarantine.add([Reject("viina", 7, f"no number {HOSTILE}", f"raw {HOSTILE}")], at=NOW)


def _beliefs(work: UnitOfWork) -> None:
    work.priors.ensure(ID, ladder().priors, at=made.AS_OF)
    changed = replace(ladder().priors[0], parameters=(("median", 3.0), ("sigma", 0.5)))
    work.priors.set(ID, changed, author="ann", reason=f"because {HOSTILE}", at=NOW)
    given = Judgement(
        ladder=ID,
        theatre="baltic",
        domain="kinetic",
        rung=made.JUDGED[0][0],
        starts_at=made.AS_OF,
        ends_at=None,
        author="ann",
        evidence=f"declared {HOSTILE}",
        recorded_at=NOW,
    )
    work.judgements.add([given, replace(given, evidence="corrected", recorded_at=NOW)])
    content = {name: getattr(given, name) for name in ("theatre", "domain", "rung")}
    content |= {"starts_at": made.AS_OF.isoformat(), "ends_at": NOW.isoformat()}
    for author in ("ann", "rob"):
        work.proposals.propose(
            "judgement",
            ladder=ID,
            subject=f"over {HOSTILE}",
            content=json.dumps(content),
            author=author,
            reason=f"signed {HOSTILE}",
            at=NOW,
        )


def _people(work: UnitOfWork) -> None:
    hashed = credentials.hash_password(PASSWORD)
    for name, role in (*PEOPLE.items(), (f"eve {HOSTILE}", "viewer")):
        work.accounts.add(Account(name, role, "TLP:AMBER", NOW), password_hash=hashed)
    work.markings.set(MarkingNote("source", HOSTILE, "TLP:GREEN", "ada", HOSTILE, NOW))


def _backtest(work: UnitOfWork) -> None:
    text = resources.files("forecaster.reference").joinpath("plans/nato-russia.toml").read_text()
    plan = read_plan(text)
    id = work.backtests.begin(
        plan,
        ladder=ladder(),
        data_digest="data",
        prior_set="set",
        code_version="test",
        at=NOW,
    )
    found = [
        Score(forecaster.id, "rps", "*", "*", 4, 52, 0.2, 0.1, 0.3)
        for forecaster in plan.forecasters
    ]
    work.backtests.put_scores(id, [replace(s, reference="") for s in found], at=NOW)


def keep_pictures(engine: Engine, folder: Path) -> None:
    """Keep pictures of the stored backtest in a data folder, as its command would."""
    with UnitOfWork(engine, read_only=True) as work:
        record = work.backtests.latest(ID)
    drawn = page(builders_evaluation.panel(), ()).pictures
    hostile = (replace(drawn[0], title=f"Skill {HOSTILE}", caption=HOSTILE), *drawn[1:])
    (folder / "backtests").mkdir(parents=True)
    path = folder / "backtests" / f"{record.backtest_id}.pictures.json"
    path.write_text(pictures_json(hostile), encoding="utf-8")


def local() -> Principal:
    """Return who everybody is where nobody logs in."""
    return Principal("local", "admin", "TLP:RED", "local", token="a-token-of-this-machine")
