"""`forecaster users …`, `forecaster keys …`, `forecaster markings …`.

It is the way in when nobody can log in: whoever may write the database is an administrator here.
"""

import getpass
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from jobs.cli import terminal

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from forecaster.domain.account import Actor
    from forecaster.store.unit_of_work import UnitOfWork

users = typer.Typer(help="Who may log in to the service.", rich_markup_mode=None)
keys = typer.Typer(help="API keys of programs.", rich_markup_mode=None)
markings = typer.Typer(help="Who may see what (Traffic Light Protocol).", rich_markup_mode=None)

type RoleName = Literal["viewer", "analyst", "reviewer", "admin"]
type MarkingName = Literal["TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED"]
type KindName = Literal["ladder", "source", "run"]

RoleOption = Annotated[RoleName, typer.Option("--role", help="What it may do.")]
ClearanceOption = Annotated[
    MarkingName, typer.Option("--clearance", help="The closest marking that it may see.")
]
NameArgument = Annotated[str, typer.Argument(help="The account's name.")]


@users.command("add")
def add(
    name: NameArgument, role: RoleOption = "viewer", clearance: ClearanceOption = "TLP:CLEAR"
) -> None:
    """Make an account, and say its one-time password."""
    from forecaster.administration.accounts import add_account

    told = add_account(*here(), name=name, role=role, clearance=clearance)
    terminal.out(f"{told.subject} logs in with {told.secret} and must change it at once")


@users.command("list")
def list_users() -> None:
    """List every account."""
    with _reading() as work:
        found = work.accounts.list()
    rows = [
        (
            a.name,
            a.role,
            a.clearance,
            "disabled" if a.disabled_at else "",
            f"{a.created_at:%Y-%m-%d}",
        )
        for a in found
    ]
    terminal.out(terminal.table(("name", "role", "clearance", "state", "made"), rows))


@users.command("change")
def change(
    name: NameArgument, role: RoleOption = "viewer", clearance: ClearanceOption = "TLP:CLEAR"
) -> None:
    """Give an account another role and clearance; it is logged out."""
    from forecaster.administration.accounts import change_account

    account = change_account(*here(), name, role=role, clearance=clearance)
    terminal.out(f"{account.name} is {account.role} and may see up to {account.clearance}")


@users.command("reset")
def reset(name: NameArgument) -> None:
    """Give an account a new one-time password, and say it; it is logged out."""
    from forecaster.administration.accounts import reset_password

    told = reset_password(*here(), name)
    terminal.out(f"{told.subject} logs in with {told.secret} and must change it at once")


@users.command("disable")
def disable(name: NameArgument) -> None:
    """Let an account log in no more; its keys open nothing."""
    from forecaster.administration.accounts import disable_account

    disable_account(*here(), name)
    terminal.out(f"{name} is disabled")


@keys.command("make")
def make(
    owner: Annotated[str, typer.Argument(help="The account that answers for it.")],
    label: Annotated[str, typer.Option("--label", help="What it is for.")],
    role: RoleOption = "viewer",
    clearance: ClearanceOption = "TLP:CLEAR",
    days: Annotated[int | None, typer.Option("--days", min=1, help="Until when it opens.")] = None,
) -> None:
    """Make a key and say it, this once; it can never do more than its owner."""
    from forecaster.administration.keys import make_key

    told = make_key(*here(), owner=owner, role=role, clearance=clearance, label=label, days=days)
    terminal.out(told.secret)


@keys.command("list")
def list_keys() -> None:
    """List every key by its first letters."""
    with _reading() as work:
        found = work.accounts.keys()
    rows = [
        (k.prefix, k.owner, k.role, k.clearance, k.label, k.expires_at or "", k.revoked_at or "")
        for k in found
    ]
    headings = ("key", "owner", "role", "clearance", "label", "until", "revoked")
    terminal.out(terminal.table(headings, rows))


@keys.command("revoke")
def revoke(prefix: Annotated[str, typer.Argument(help="Its first letters, as listed.")]) -> None:
    """Let a key open nothing from now on."""
    from forecaster.administration.keys import revoke_key

    revoke_key(*here(), prefix)
    terminal.out(f"{prefix} opens nothing from now on")


@markings.command("set")
def mark(
    kind: Annotated[KindName, typer.Argument(help="Of what kind it is.")],
    subject: Annotated[str, typer.Argument(help="Its id.")],
    marking: Annotated[MarkingName, typer.Argument(help="Who may see it.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; kept for good.")],
) -> None:
    """Say who may see a ladder, a source or a run."""
    from forecaster.administration.markings import mark as set_marking

    made = set_marking(*here(), kind=kind, subject=subject, marking=marking, reason=reason)
    terminal.out(f"{made.kind} {made.subject} is {made.marking}")


@markings.command("list")
def list_markings() -> None:
    """List every marking that was set, the newest first."""
    with _reading() as work:
        found = work.markings.history()
    rows = [
        (m.kind, m.subject, m.marking, m.actor, m.reason, f"{m.recorded_at:%Y-%m-%d %H:%M}")
        for m in found
    ]
    headings = ("kind", "id", "marking", "by", "reason", "set at (UTC)")
    terminal.out(terminal.table(headings, rows))


def here() -> "tuple[Engine, Actor]":
    """Return the database, and whoever sits at the terminal, as administration asks for them."""
    from forecaster.domain.account import Actor
    from jobs.wiring import make_context

    context = make_context()
    return context.engine(), Actor(getpass.getuser(), "terminal", context.clock())


def _reading() -> "UnitOfWork":
    from forecaster.store.unit_of_work import UnitOfWork
    from jobs.wiring import make_context

    return UnitOfWork(make_context().engine(), read_only=True)
