"""What all tables share: one metadata with names for every constraint, and one type of time."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, MetaData, String
from sqlalchemy.schema import SchemaItem
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import SQLModel

from forecaster.clock import require_utc

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)
"""One metadata for the product; the names let SQLite's batch migrations find a constraint."""

TEXT_LENGTH = len("2025-06-30T00:00:00.000000Z")


class Table(SQLModel):
    """The root of every table class."""

    metadata = METADATA


def only_on(dialect: str) -> dict[str, str]:
    """Return the `info` of an index that only one kind of database has."""
    return {_ONLY_ON: dialect}


def is_on(item: SchemaItem, dialect: str) -> bool:
    """Return whether a database of that kind has the item of a table, by its `info`."""
    only: str = item.info.get(_ONLY_ON, dialect)
    return only == dialect


_ONLY_ON = "only on"


class UtcDateTime(TypeDecorator[datetime]):
    """An instant in UTC: refuses one without a time zone, and always answers one with it.

    PostgreSQL keeps `timestamptz`. SQLite has no type for time, so it keeps ISO text of one
    fixed length ending in `Z`, which sorts as time does and which any reader understands.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return text for SQLite and a real instant for every other database."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String(TEXT_LENGTH))
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | datetime | None:
        """Turn an instant into what the database keeps.

        Raises:
            ValueError: the instant has no time zone.
        """
        if value is None:
            return None
        moment = require_utc(value, what="a time to be stored")
        return as_text(moment) if dialect.name == "sqlite" else moment

    def process_result_value(
        self, value: str | datetime | None, dialect: Dialect
    ) -> datetime | None:
        """Turn what the database keeps into an instant in UTC."""
        if value is None:
            return None
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
        return moment.astimezone(UTC)


def as_text(moment: datetime) -> str:
    """Return an instant as `2025-06-30T00:00:00.000000Z`, the one textual form of the store."""
    naive = moment.astimezone(UTC).replace(tzinfo=None)
    return naive.isoformat(timespec="microseconds") + "Z"
