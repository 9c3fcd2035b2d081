"""Small statements that several repositories share."""

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import Insert as PostgresInsert
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlmodel import Session

from forecaster.store.tables.base import Table

type Insert = PostgresInsert | SqliteInsert


def lock(session: Session, table: type[Table]) -> None:
    """Let no other transaction write `table` until this one ends; reading stays free.

    On SQLite a transaction that may write holds the one lock there is from its start.
    """
    if session.get_bind().dialect.name == "postgresql":
        name = str(table.__tablename__)
        session.connection().execute(text(f"LOCK TABLE {name} IN SHARE ROW EXCLUSIVE MODE"))


def take_turns(session: Session, name: str) -> None:
    """Let transactions that give the same name wait for one another, each until it ends.

    On SQLite those that may write do so anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        turn = text("SELECT pg_advisory_xact_lock(hashtext('turn'), hashtext(:name))")
        session.connection().execute(turn, {"name": name})


def insert_once(session: Session, table: type[Table]) -> Insert:
    """Return an INSERT into `table` that leaves a row out if a unique key has it already."""
    if session.get_bind().dialect.name == "postgresql":
        return insert_postgresql(table).on_conflict_do_nothing()
    return insert_sqlite(table).on_conflict_do_nothing()
