"""A role of the database is shown what its clearance shows: the rule of the API, in every view."""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import Engine, text

from forecaster.administration.readers import let_reader_in
from forecaster.domain.account import (
    MARKED_KINDS,
    MARKINGS,
    Actor,
    MarkedKind,
    Marking,
    MarkingNote,
    Principal,
)
from forecaster.domain.forecast import Updating
from forecaster.domain.reading import SourceStatus
from forecaster.store.ledger_rows import Asked, job_name
from forecaster.store.readers import VIEWS, let_read
from forecaster.store.session import make_engine
from forecaster.store.unit_of_work import UnitOfWork
from tests.builders_api import HIDDEN, NOW, fill, hidden
from tests.builders_store import day, forecast, ladder, run
from tests.builders_store_backtest import plan, score

SECRET = f"{HIDDEN}-ladder"


@pytest.fixture
def store(postgres_url: str) -> Iterator[Engine]:
    """A store in which every public view has rows of what is hidden, and of what is not."""
    engine = make_engine(postgres_url)
    fill(engine)
    with UnitOfWork(engine) as work:
        for made in (ladder(), hidden()):
            known = {"data_digest": made.id, "prior_set": "set-1", "code_version": "0.1.0"}
            begun = work.backtests.begin(plan(ladder=made.id), ladder=made, at=day(1), **known)
            work.backtests.put_scores(begun, [score()], at=day(2))
        for job in ("daily:toy", "ingest:viina", "backup", f"daily:{SECRET}"):
            work.ledger.claim(job, day(1), "one", day(1))
        work.ledger.claim(f"ingest:{HIDDEN}-source", day(1), "one", day(1))
        work.commit()
    with engine.begin() as connection:
        settled = (
            "INSERT INTO score_rows VALUES (:run, 'north', 'kinetic', 1, 'rps', '', 0, 0, '', :at)"
        )
        for run_id in ("run-1", f"{HIDDEN}-run"):
            connection.execute(text(settled), {"run": run_id, "at": NOW})
    yield engine
    engine.dispose()


@contextmanager
def reader(
    store: Engine, clearance: Marking | None = None, *, of: str | None = None
) -> Iterator[psycopg.Connection]:
    """Log in as a new role: let in with a clearance, or a member of another that was."""
    name = f"reader {uuid.uuid4().hex[:8]}"
    url = store.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(name)))
        try:
            if clearance is not None:
                let_read(store, name, clearance)
            if of is not None:
                grant = sql.SQL("GRANT {} TO {}")
                owner.execute(grant.format(sql.Identifier(of), sql.Identifier(name)))
            with psycopg.connect(url, user=name, autocommit=True) as connection:
                yield connection
        finally:
            owner.execute(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(name)))
            owner.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


def mark(store: Engine, kind: MarkedKind, subject: str, marking: Marking) -> None:
    with UnitOfWork(store) as work:
        work.markings.set(MarkingNote(kind, subject, marking, "ada", "why", NOW))
        work.commit()


def ask(connection: psycopg.Connection, query: str) -> list[Sequence[object]]:
    return connection.execute(query.encode()).fetchall()


def names(connection: psycopg.Connection, query: str) -> set[object]:
    return {row[0] for row in ask(connection, query)}


def words(connection: psycopg.Connection, view: str) -> str:
    return " ".join(str(cell) for row in ask(connection, f"SELECT * FROM {view}") for cell in row)


@pytest.mark.parametrize("view", VIEWS)
def test_what_is_hidden_is_in_no_view_and_the_cleared_find_it_in_each(store: Engine, view: str):
    with reader(store, "TLP:CLEAR") as clear, reader(store, "TLP:RED") as red:
        assert words(clear, view)
        assert HIDDEN not in words(clear, view)
        assert HIDDEN in words(red, view)
        with store.connect() as owner:
            everything = owner.execute(text(f"SELECT COUNT(*) FROM {view}")).scalar_one()
        assert ask(red, f"SELECT COUNT(*) FROM {view}") == [(everything,)]


@pytest.mark.parametrize("clearance", MARKINGS)
def test_a_role_sees_the_runs_and_sources_that_a_person_of_its_clearance_sees(
    store: Engine, clearance: Marking
):
    with UnitOfWork(store) as work:
        for marking in MARKINGS:
            one = replace(ladder(digest=marking), id=f"ladder {marking}")
            work.ladders.ensure(one, day(0))
            for closer in MARKINGS:
                made = run(f"{marking} {closer}", ladder=one.id, ladder_digest=marking)
                work.forecasts.publish(made, forecast())
                note = MarkingNote("run", made.run_id, closer, "ada", "why", NOW)
                work.markings.set(note)
            for kind, subject in (("ladder", one.id), ("source", marking)):
                work.markings.set(MarkingNote(kind, subject, marking, "ada", "why", NOW))
            work.sources.record(SourceStatus(marking, "fresh", "", NOW, NOW, 1, 1, 0, 1))
        seen = work.markings.visible_to(Principal("v", "viewer", clearance, "key"))
        runs = {
            found.run_id
            for found in work.runs.list(limit=100)
            if seen.sees(("ladder", found.ladder), ("run", found.run_id))
        }
        sources = {s.source for s in work.sources.latest() if seen.sees(("source", s.source))}
        work.commit()
    assert runs
    assert sources
    with reader(store, clearance) as shown:
        for view in ("run_log", "results_history", "run_diagnostics", "standings_history"):
            assert names(shown, f"SELECT run_id FROM {view}") == runs
        for view in ("sources_now", "source_log"):
            assert names(shown, f"SELECT source FROM {view}") == sources


def test_the_newest_marking_holds_from_the_next_question_on(store: Engine):
    with reader(store, "TLP:GREEN") as green:
        for marking, shown in (("TLP:GREEN", True), ("TLP:AMBER", False), ("TLP:CLEAR", True)):
            mark(store, "ladder", "toy", marking)  # type: ignore[arg-type]
            assert ("toy" in names(green, "SELECT ladder FROM results_latest")) is shown


def test_where_the_latest_run_is_hidden_the_newest_that_is_not_is_the_latest(store: Engine):
    mark(store, "run", "run-2", "TLP:AMBER")
    with reader(store, "TLP:GREEN") as green, reader(store, "TLP:AMBER") as amber:
        for view in ("results_latest", "ladder_now"):
            asked = f"SELECT run_id FROM {view} WHERE ladder = 'toy'"
            assert names(green, asked) == {"run-1"}
            assert names(amber, asked) == {"run-2"}
        assert names(amber, "SELECT previous_run_id FROM ladder_now") == {"run-1"}
    mark(store, "run", "run-1", "TLP:RED")
    with reader(store, "TLP:GREEN") as green, reader(store, "TLP:AMBER") as amber:
        for view in ("results_latest", "ladder_now"):
            assert names(green, f"SELECT run_id FROM {view}") == set()
        assert names(amber, "SELECT previous_run_id FROM ladder_now") == {None}


def test_a_hidden_run_is_not_named_as_the_one_whose_fit_another_stands_on(store: Engine):
    way = Updating("reweight", fit_run="run-2", fit_as_of=day(1))
    with UnitOfWork(store) as work:
        work.forecasts.publish(run("run-3", as_of=day(9)), replace(forecast(), updating=way))
        work.commit()
    mark(store, "run", "run-2", "TLP:AMBER")
    with reader(store, "TLP:GREEN") as green, reader(store, "TLP:AMBER") as amber:
        for view in ("run_log", "results_latest", "results_history"):
            asked = f"SELECT fit_run FROM {view} WHERE run_id = 'run-3'"
            assert names(green, asked) == {None}
            assert names(amber, asked) == {"run-2"}


def test_a_job_is_shown_if_what_it_is_about_is_known_and_not_hidden(store: Engine):
    made = {"/a/open.toml": "run-2", "/a/toy.toml": f"{HIDDEN}-run", "/a/new.toml": ""}
    with UnitOfWork(store) as work:
        for path, run_id in made.items():
            for at, of in ((2, run_id), (3, "")):  # the second time, the job makes no run
                name = job_name("daily", path)
                claim = work.ledger.claim(name, day(at), "one", day(at), asked=Asked(path))
                assert claim is not None
                work.ledger.finish(claim, "done", path, day(at), run_id=of)
        work.commit()
    with reader(store, "TLP:CLEAR") as clear, reader(store, "TLP:RED") as red:
        shown = ask(clear, "SELECT job, detail FROM job_log ORDER BY job")
        assert shown == [
            ("backup", ""),
            ("daily:open", "/a/open.toml"),
            ("daily:open", "/a/open.toml"),
            ("daily:toy", ""),
            ("ingest:viina", ""),
        ]
        assert set(made) <= names(red, "SELECT detail FROM job_log")
        mark(store, "run", "run-2", "TLP:RED")
        assert "/a/open.toml" not in names(clear, "SELECT detail FROM job_log")


def test_a_role_without_a_clearance_has_the_widest_circle_and_a_member_its_groups(store: Engine):
    with reader(store, "TLP:RED") as red:
        (group,) = names(red, "SELECT current_user")
        with reader(store, of=str(group)) as member:
            assert SECRET in names(member, "SELECT ladder FROM run_log")
        with store.begin() as owner:
            owner.execute(text("DELETE FROM readers"))
        assert names(red, "SELECT ladder FROM run_log") == {"toy"}


def test_a_clearance_holds_until_another_is_given(store: Engine):
    with reader(store, "TLP:CLEAR") as shown:
        (name,) = names(shown, "SELECT current_user")
        assert let_read(store, str(name), "TLP:RED")
        assert not let_read(store, str(name), "TLP:RED")
        assert SECRET in names(shown, "SELECT ladder FROM run_log")
        assert let_read(store, str(name))
        assert names(shown, "SELECT ladder FROM run_log") == {"toy"}


def test_a_role_cannot_raise_its_clearance(store: Engine):
    with reader(store, "TLP:RED") as red, reader(store, "TLP:CLEAR") as clear:
        (above,) = names(red, "SELECT current_user")
        for refused in (
            "UPDATE readers SET clearance = 'TLP:RED'",
            "SELECT * FROM readers",
            "SELECT * FROM concealed",
            "SELECT * FROM shown_runs",
            "SELECT * FROM service_run_log",
            f'SET ROLE "{above}"',
            f'SET SESSION AUTHORIZATION "{above}"',
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                clear.execute(refused.encode())
        # Tables of its own that are found before ours: one may be read, one lends a clearance.
        clear.execute("CREATE TEMP TABLE results (a int)")
        clear.execute(
            "CREATE TEMP TABLE readers AS SELECT current_user AS role, 'TLP:RED' AS clearance"
        )
        clear.execute("CREATE TEMP TABLE markings (kind text, subject text, marking text, id int)")
        assert names(clear, "SELECT ladder FROM public.run_log") == {"toy"}


@pytest.mark.parametrize("view", ["run_log", "results_latest", "results_history", "scores"])
def test_no_error_of_a_question_tells_what_is_hidden(store: Engine, view: str):
    """A condition that fails on a row prints it, if it is asked before the row is left out."""
    risky = f"SELECT 1 FROM {view} WHERE CAST(replace(ladder, 'toy', '1') AS int) = 1"
    with reader(store, "TLP:CLEAR") as clear, reader(store, "TLP:RED") as red:
        assert ask(clear, risky)
        with pytest.raises(psycopg.errors.InvalidTextRepresentation, match=SECRET):
            red.execute(risky.encode())


def test_a_marking_of_no_known_name_is_closer_than_all(store: Engine):
    with store.begin() as connection:
        connection.execute(text("UPDATE markings SET marking = 'SECRET' WHERE kind = 'ladder'"))
    with reader(store, "TLP:RED") as red:
        assert names(red, "SELECT ladder FROM run_log") == {"toy"}


def test_every_public_view_is_behind_a_barrier(store: Engine):
    asked = "SELECT relname FROM pg_class WHERE 'security_barrier=true' = ANY(reloptions)"
    with store.connect() as connection:
        assert set(connection.execute(text(asked)).scalars()) >= set(VIEWS)


def test_a_clearance_is_on_record_when_it_is_another(store: Engine):
    by = Actor("olga", "terminal", day(1))
    with reader(store, "TLP:CLEAR") as shown:
        (name,) = names(shown, "SELECT current_user")
        for clearance in ("TLP:CLEAR", "TLP:GREEN", "TLP:GREEN"):
            let_reader_in(store, by, str(name), clearance)  # type: ignore[arg-type]
    with UnitOfWork(store, read_only=True) as work:
        (entry,) = [found for _, found in work.audit.list() if found.subject == name]
    assert (entry.action, entry.detail) == ("reader let in", "TLP:GREEN")


def test_every_kind_of_marking_is_one_that_views_look_at(store: Engine):
    assert set(MARKED_KINDS) == {"ladder", "source", "run"}
    with store.connect() as connection:
        asked = "SELECT pg_get_viewdef(c.oid) FROM pg_class c WHERE relname LIKE 'shown_%'"
        text_of_views = " ".join(connection.execute(text(asked)).scalars())
    for kind in MARKED_KINDS:
        assert f"'{kind}'" in text_of_views
