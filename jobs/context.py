"""What every job is handed: settings, a way to the database, the time, a seed, and a voice."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecaster.clock import Clock

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from forecaster.settings import Settings


type Progress = Callable[[float], None]
"""Told which share of a long piece of work is done, 0 to 1; may be called from any thread."""


def silent(_share: float) -> None:
    """A progress that nobody watches."""


def unheard(_line: str) -> None:
    """A voice that nobody hears."""


@dataclass(frozen=True, slots=True)
class Context:
    """The surroundings of a job; equal contexts and equal tables give equal answers.

    engine: opens the database, migrated, on first use. clock: the only source of the present.
    seed: of everything random in a run. owner: who claims slots in the ledger. say: one line for
    the person at the terminal. progress: what long work reports to.
    """

    settings: "Settings"
    engine: "Callable[[], Engine]"
    clock: Clock
    seed: int
    owner: str
    say: Callable[[str], None] = unheard
    progress: Progress = silent
