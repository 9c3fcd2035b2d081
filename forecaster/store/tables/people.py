"""Tables of people: accounts, keys, sessions, who may see what, and what everybody did."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from forecaster.store.tables.base import Table, UtcDateTime

_ROLES = "role IN ('viewer', 'analyst', 'reviewer', 'admin')"
_CLEARANCES = "clearance IN ('TLP:CLEAR', 'TLP:GREEN', 'TLP:AMBER', 'TLP:AMBER+STRICT', 'TLP:RED')"


class AccountRow(Table, table=True):
    """Somebody who may log in. The password is kept as its Argon2 hash alone."""

    __tablename__ = "accounts"
    __table_args__ = (CheckConstraint(_ROLES, name="role"),)

    name: str = Field(primary_key=True)
    role: str
    clearance: str
    password_hash: str
    one_time: bool
    created_at: datetime = Field(sa_type=UtcDateTime)
    disabled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ApiKeyRow(Table, table=True):
    """A key by its first letters and the SHA-256 of the whole; 256 random bits need no salt."""

    __tablename__ = "api_keys"
    __table_args__ = (CheckConstraint(_ROLES, name="role"),)

    prefix: str = Field(primary_key=True)
    digest: str = Field(max_length=64)
    owner: str = Field(foreign_key="accounts.name", index=True)
    role: str
    clearance: str
    label: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SessionRow(Table, table=True):
    """One login. The cookie holds the token, this row its SHA-256."""

    __tablename__ = "sessions"

    digest: str = Field(primary_key=True, max_length=64)
    account: str = Field(foreign_key="accounts.name", index=True)
    form_token: str
    began_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class MarkingRow(Table, table=True):
    """Who may see a ladder, a source or a run; the newest row about a thing holds."""

    __tablename__ = "markings"
    __table_args__ = (CheckConstraint("kind IN ('ladder', 'source', 'run')", name="kind"),)

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    subject: str = Field(index=True)
    marking: str
    actor: str
    reason: str
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class ReaderRow(Table, table=True):
    """A role of the database that reads the public views, up to its clearance."""

    __tablename__ = "readers"
    __table_args__ = (CheckConstraint(_CLEARANCES, name="clearance"),)

    role: str = Field(primary_key=True)
    clearance: str


class AuditRow(Table, table=True):
    """One thing that somebody did or tried; rows are added, never changed."""

    __tablename__ = "audit_log"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    actor: str = Field(index=True)
    way: str
    action: str
    subject: str
    detail: str
    address: str


class ProposalRow(Table, table=True):
    """A change that needs a second person; `content` is what would be stored, as JSON."""

    __tablename__ = "proposals"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'confirmed', 'declined')", name="state"),
    )

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    ladder: str = Field(index=True)
    subject: str
    content: str
    author: str
    reason: str
    proposed_at: datetime = Field(sa_type=UtcDateTime)
    state: str
    reviewer: str
    comment: str
    reviewed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
