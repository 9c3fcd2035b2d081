"""How Alembic runs a migration: on the connection it is handed, inside its transaction."""

from alembic import context
from sqlalchemy import Connection, Engine

from forecaster.store.tables import METADATA
from forecaster.store.tables.base import is_on


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        render_as_batch=connection.dialect.name == "sqlite",
        include_object=lambda item, *_: is_on(item, connection.dialect.name),
        transactional_ddl=True,  # SQLite can: `engine` begins its transactions itself
    )
    with context.begin_transaction():
        context.run_migrations()


handed = context.config.attributes["connection"]
if isinstance(handed, Engine):
    with handed.begin() as opened:
        _run(opened)
else:
    _run(handed)
