"""Readers of the database: which of its roles read the public views, and up to what marking."""

from sqlalchemy import Engine

from forecaster.domain.account import Actor, Marking
from forecaster.store.readers import let_read
from forecaster.store.unit_of_work import UnitOfWork


def let_reader_in(engine: Engine, by: Actor, role: str, clearance: Marking) -> None:
    """Let a role of the database read the public views, up to a clearance, from now on.

    Raises:
        StoreError: the database has no roles, or none of that name.
    """
    if not let_read(engine, role, clearance):
        return
    with UnitOfWork(engine) as work:
        work.audit.add(by.did("reader let in", role, clearance))
        work.commit()
