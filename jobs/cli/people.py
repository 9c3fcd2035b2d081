"""`forecaster users …`, `forecaster keys …` and `forecaster markings …`."""

from typing import Annotated, Literal

import typer

from jobs.cli import terminal

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
    from jobs.people import add_account
    from jobs.wiring import make_context

    password = add_account(make_context(), name, role=role, clearance=clearance)
    terminal.out(f"{name} logs in with {password} and must change it at once")


@users.command("list")
def list_users() -> None:
    """List every account."""
    from jobs.people import accounts
    from jobs.wiring import make_context

    rows = [
        (
            a.name,
            a.role,
            a.clearance,
            "disabled" if a.disabled_at else "",
            f"{a.created_at:%Y-%m-%d}",
        )
        for a in accounts(make_context())
    ]
    terminal.out(terminal.table(("name", "role", "clearance", "state", "made"), rows))


@users.command("change")
def change(
    name: NameArgument, role: RoleOption = "viewer", clearance: ClearanceOption = "TLP:CLEAR"
) -> None:
    """Give an account another role and clearance; it is logged out."""
    from jobs.people import change_account
    from jobs.wiring import make_context

    account = change_account(make_context(), name, role=role, clearance=clearance)
    terminal.out(f"{account.name} is {account.role} and may see up to {account.clearance}")


@users.command("reset")
def reset(name: NameArgument) -> None:
    """Give an account a new one-time password, and say it; it is logged out."""
    from jobs.people import reset_password
    from jobs.wiring import make_context

    password = reset_password(make_context(), name)
    terminal.out(f"{name} logs in with {password} and must change it at once")


@users.command("disable")
def disable(name: NameArgument) -> None:
    """Let an account log in no more; its keys open nothing."""
    from jobs.people import disable_account
    from jobs.wiring import make_context

    disable_account(make_context(), name)
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
    from jobs.people import make_key
    from jobs.wiring import make_context

    key = make_key(make_context(), owner, role=role, clearance=clearance, label=label, days=days)
    terminal.out(key)


@keys.command("list")
def list_keys() -> None:
    """List every key by its first letters."""
    from jobs.people import keys as all_keys
    from jobs.wiring import make_context

    rows = [
        (k.prefix, k.owner, k.role, k.clearance, k.label, k.expires_at or "", k.revoked_at or "")
        for k in all_keys(make_context())
    ]
    headings = ("key", "owner", "role", "clearance", "label", "until", "revoked")
    terminal.out(terminal.table(headings, rows))


@keys.command("revoke")
def revoke(prefix: Annotated[str, typer.Argument(help="Its first letters, as listed.")]) -> None:
    """Let a key open nothing from now on."""
    from jobs.people import revoke_key
    from jobs.wiring import make_context

    revoke_key(make_context(), prefix)
    terminal.out(f"{prefix} opens nothing from now on")


@markings.command("set")
def mark(
    kind: Annotated[KindName, typer.Argument(help="Of what kind it is.")],
    subject: Annotated[str, typer.Argument(help="Its id.")],
    marking: Annotated[MarkingName, typer.Argument(help="Who may see it.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; kept for good.")],
) -> None:
    """Say who may see a ladder, a source or a run."""
    from jobs.people import mark as set_marking
    from jobs.wiring import make_context

    set_marking(make_context(), kind, subject, marking, reason)
    terminal.out(f"{kind} {subject} is {marking}")


@markings.command("list")
def list_markings() -> None:
    """List every marking that was set, the newest first."""
    from jobs.people import markings as all_markings
    from jobs.wiring import make_context

    rows = [
        (m.kind, m.subject, m.marking, m.actor, m.reason, f"{m.recorded_at:%Y-%m-%d %H:%M}")
        for m in all_markings(make_context())
    ]
    headings = ("kind", "id", "marking", "by", "reason", "set at (UTC)")
    terminal.out(terminal.table(headings, rows))
