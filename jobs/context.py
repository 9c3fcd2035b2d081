"""What every job is handed: settings, a way to the database, the time, a seed, and a voice."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from forecaster.clock import Clock

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from forecaster.domain.judgement import Judgement
    from forecaster.domain.ladder import Ladder
    from forecaster.domain.prior import PriorSet
    from forecaster.domain.reading import Readings
    from forecaster.settings import Settings
    from models.inputs import Neighbour
    from models.mixture import Mixture
    from models.sequential import ReadyFit
    from models.update import Updated


type Progress = Callable[[float], None]
"""Told which share of a long piece of work is done, 0 to 1; may be called from any thread."""


class Update(Protocol):
    """A model's whole answer for one ladder; `models.update.update_ladder`, or a fake in tests."""

    def __call__(
        self,
        ladder: "Ladder",
        /,
        *,
        readings: "Readings",
        judgements: "Sequence[Judgement]",
        priors: "PriorSet",
        as_of: datetime,
        family: str,
        mixture: "Mixture | None",
        seed: int,
        cores: int,
        progress: Progress,
        neighbours: "Sequence[Neighbour]" = (),
        reliability: "Mapping[str, float]",
        ready: "ReadyFit | None",
        refit: bool,
    ) -> "Updated":
        """Return the forecast, and the fit if one was made; see `models.update`."""
        ...


def update_by_model(ladder: "Ladder", /, **known: Any) -> "Updated":  # noqa: ANN401 — handed on
    """Return what the model says; it is imported here, because that takes seconds."""
    from models.update import update_ladder

    return update_ladder(ladder, **known)


def silent(_share: float) -> None:
    """A progress that nobody watches."""


def unheard(_line: str) -> None:
    """A voice that nobody hears."""


@dataclass(frozen=True, slots=True)
class Context:
    """The surroundings of a job; equal contexts and equal tables give equal answers.

    engine: opens the database, migrated, on first use. clock: the only source of the present.
    seed: of everything random in a run. owner: who claims slots in the ledger. say: one line for
    the person at the terminal. progress: what long work reports to. update: what turns readings
    into probabilities.
    """

    settings: "Settings"
    engine: "Callable[[], Engine]"
    clock: Clock
    seed: int
    owner: str
    say: Callable[[str], None] = unheard
    progress: Progress = silent
    update: Update = update_by_model
