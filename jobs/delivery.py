"""Sending a report to its receivers: whoever has had it is not sent it again.

A receipt is stored right after each message. A process that dies between the two sends it once
more: twice is a nuisance, never is a danger.
"""

import logging
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from jobs.context import Context
from jobs.publication import render, report_on
from jobs.receivers import Receiver, receivers

if TYPE_CHECKING:
    from forecaster.domain.run import Run
    from forecaster.reporting.document import DailyReport
    from forecaster.store.markings import Visibility


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent: a line, a text, and the report's page as a file."""

    title: str
    body: str
    page: str
    filename: str


def deliver(context: Context, run: "Run") -> tuple[list[str], list[str]]:
    """Send the report on a run to everybody who is to have it and has not.

    Each is sent what they may see of it. Returns who has it now and who could not be reached, by
    name.
    """
    from forecaster.reporting.discretion import discreet

    wanted = _wanted(context, run)
    if not wanted:
        return [], []
    reached: list[str] = []
    missed: list[str] = []
    for receiver, seen in wanted:
        report = report_on(context, run.run_id, seen.hidden("run"))
        sent = _send(receiver, _message(discreet(report, seen.hidden("source"))))
        (reached if sent else missed).append(receiver.name)
        _note(context, run, receiver, sent=sent)
    return reached, missed


def _wanted(context: Context, run: "Run") -> "list[tuple[Receiver, Visibility]]":
    """Return whoever may see the run and has not had it, each with what they may see."""
    from forecaster.store.unit_of_work import UnitOfWork

    with UnitOfWork(context.engine(), read_only=True) as work:
        had = {one.receiver for one in work.deliveries.of(run.run_id) if one.state == "delivered"}
        asked = [
            (receiver, work.markings.visible_to(receiver.principal))
            for receiver in receivers(context.settings)
            if receiver.wants(run.ladder) and receiver.name not in had
        ]
    return [
        (receiver, seen)
        for receiver, seen in asked
        if seen.sees(("ladder", run.ladder), ("run", run.run_id))
    ]


def _message(report: "DailyReport") -> Message:
    head = report.head
    state = "" if head.state == "published" else f" ({head.state})"
    day = f"{head.as_of:%Y-%m-%d}"
    lines = [head.notice, *report.bottom_line, report.confidence.sentence]
    return Message(
        title=f"{head.ladder_name}, {day}{state}",
        body="\n\n".join(line for line in lines if line),
        page=render(report, "html"),
        filename=f"{head.ladder}-{day}.html",
    )


def _send(receiver: Receiver, message: Message) -> bool:
    """Send one message and return whether its receiver's server took it."""
    from apprise import Apprise, NotifyFormat

    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)  # it logs addresses
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / message.filename
        page.write_text(message.page, encoding="utf-8")
        sender = Apprise()
        return bool(
            sender.add(receiver.url)
            and sender.notify(
                title=message.title,
                body=message.body,
                body_format=NotifyFormat.TEXT,
                attach=str(page),
            )
        )


def _note(context: Context, run: "Run", receiver: Receiver, *, sent: bool) -> None:
    from forecaster.store.unit_of_work import UnitOfWork

    detail = "" if sent else "its server did not take the message, or the address is none"
    with UnitOfWork(context.engine()) as work:
        work.deliveries.note(
            run.run_id,
            receiver.name,
            "delivered" if sent else "failed",
            detail,
            context.clock(),
        )
        work.commit()
