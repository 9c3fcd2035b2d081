"""Who may do what, and who may see what: roles, markings, and whoever stands behind a request."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from forecaster.errors import AccessError

type Role = Literal["viewer", "analyst", "reviewer", "admin"]
"""viewer: reads. analyst: also sets priors, judges, asks for runs. reviewer: also confirms what
another person judged. admin: also people, keys, markings, and everything that failed."""

type Marking = Literal["TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED"]
"""The Traffic Light Protocol, version 2.0 (FIRST, 2022), from the widest circle to the closest."""

type Way = Literal["session", "key", "local"]
"""How somebody came in: by password, by API key, or on this machine, where nobody logs in."""

type MarkedKind = Literal["ladder", "source", "run"]

ROLES: tuple[Role, ...] = get_args(Role.__value__)
MARKINGS: tuple[Marking, ...] = get_args(Marking.__value__)
MARKED_KINDS: tuple[MarkedKind, ...] = get_args(MarkedKind.__value__)
UNMARKED: Marking = "TLP:CLEAR"


@dataclass(frozen=True, slots=True)
class Account:
    """A person or a service with a password, a role, and the closest circle it belongs to.

    one_time: the password was given by somebody else and must be changed before anything is done.
    """

    name: str
    role: Role
    clearance: Marking
    created_at: datetime
    one_time: bool = False
    disabled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as it is kept: who owns it and what it may do, never the key itself."""

    prefix: str
    owner: str
    role: Role
    clearance: Marking
    label: str
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MarkingNote:
    """Somebody's statement of who may see a ladder, a source or a run, in force until the next."""

    kind: MarkedKind
    subject: str
    marking: Marking
    actor: str
    reason: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """What somebody did: a write, a login, an export, or an attempt that was refused."""

    at: datetime
    actor: str
    way: str
    action: str
    subject: str
    detail: str
    address: str


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever does something: by what name and way, when, and from what address if from any."""

    name: str
    way: str
    at: datetime
    address: str = ""

    def did(self, action: str, subject: str, detail: str = "") -> AuditEntry:
        """Return what is noted of something that they did."""
        return AuditEntry(self.at, self.name, self.way, action, subject, detail, self.address)


@dataclass(frozen=True, slots=True)
class Principal:
    """Whoever stands behind one request.

    token: what a form of theirs must carry, so that no other site can send it for them; empty for
    keys, which a browser never sends by itself.
    """

    name: str
    role: Role
    clearance: Marking
    way: Way
    token: str = ""
    one_time: bool = False

    def may(self, role: Role) -> bool:
        """Return whether they hold `role` or one that includes it."""
        return ROLES.index(self.role) >= ROLES.index(role)

    def may_see(self, marking: Marking) -> bool:
        """Return whether something of that marking may be shown to them."""
        return MARKINGS.index(self.clearance) >= MARKINGS.index(marking)


def role_called(name: str) -> Role:
    """Return a role.

    Raises:
        AccessError: there is none of that name.
    """
    if name not in ROLES:
        raise AccessError(f"no role is called {name!r}; there are: {', '.join(ROLES)}")
    return name


def marking_called(name: str) -> Marking:
    """Return a marking.

    Raises:
        AccessError: there is none of that name.
    """
    if name not in MARKINGS:
        raise AccessError(f"no marking is called {name!r}; there are: {', '.join(MARKINGS)}")
    return name


def closest(*markings: Marking) -> Marking:
    """Return the marking with the smallest circle; `UNMARKED` if none is given."""
    return max(markings, key=MARKINGS.index, default=UNMARKED)


def lesser(first: Role, second: Role) -> Role:
    """Return the role of the two that may do less."""
    return min(first, second, key=ROLES.index)


def wider(first: Marking, second: Marking) -> Marking:
    """Return the clearance of the two that shows less."""
    return min(first, second, key=MARKINGS.index)
