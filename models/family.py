"""What a model family is: a frozen value made of pure functions, one file each in `families`.

A family says how a model is built from inputs and priors, and how its posterior is simulated.
It never samples (`models.sampling` does), never judges itself (`models.diagnostics` does) and
never counts its own paths (`models.posterior` does).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forecaster.domain.ladder import MeasureKind
from forecaster.domain.prior import PriorSet
from models.inputs import Inputs

type Array = NDArray[np.float64]
type Draws = Mapping[str, Array]
"""Posterior draws by name, each (draw, …), chains one after another."""


@dataclass(frozen=True, slots=True)
class MeasurePaths:
    """Simulated measures, jointly over theatres: (draw, path, step, theatre).

    Step 0 of the array is calendar step `first_step`: the first one not seen whole. A reference
    family has one draw.
    """

    first_step: int
    measure: Array


@dataclass(frozen=True, slots=True)
class JudgedRates:
    """Rates per step of entering and leaving each judged cell: (draw, cell)."""

    enter: Array
    leave: Array


@dataclass(frozen=True, slots=True)
class Simulation:
    """What parameters say about the future: paths of the measure, rates of the judged rungs."""

    paths: MeasurePaths | None
    judged: JudgedRates | None = None


@dataclass(frozen=True, slots=True)
class Carried:
    """Draws of a fit that serve later inputs.

    log_likelihood: log p(all that the later inputs hold | draws) up to a constant (draw), with all
    that they can say more of than the fit's inputs integrated out. Its difference to that of the
    draws carried to the fit's own inputs is the log weight of each draw. None where there is none
    to compare, because theatres have come or gone.
    """

    draws: Draws
    log_likelihood: Array | None


@dataclass(frozen=True, slots=True)
class Family:
    """One way to believe something about a ladder.

    build: a PyMC model from inputs and priors, with the ladder's ids as coordinates; None for a
    reference that is not sampled. simulate: inputs, posterior draws (empty for a reference),
    number of paths per draw, and a random generator, to a `Simulation`. needs: variables that
    `simulate` reads. published: variables that feed a published number, which the gate looks at.
    carry: inputs and draws of a fit, later inputs of the same ladder, and a random generator, to
    draws that serve the later inputs (theatres that are new drawn from the hierarchy) and what
    weighs them (`Carried`), or a ModelError if they cannot; None for a family that must be fitted
    anew each time.
    measures: the kinds of measure that it can serve; every family serves judged rungs alone.
    judged: what a reference says of a wholly judged domain when it is scored beside families that
    simulate rates: inputs and domain, to P(rung at the end of the next step | rung now) (theatre,
    rung, rung), over the theatres and rungs of `inputs.judged_track`. None for a reference that
    has nothing to say of judged rungs, and for families that are sampled.
    generate: inputs and one draw of the parameters (a draw axis of length 1), to the same inputs
    with everything that the likelihood sees as an outcome replaced by one simulated over the whole
    history, by the model that `build` states, or a ModelError where it says not enough to make
    such a history up; None for a reference, which states none.
    """

    id: str
    version: str
    name: str
    build: Callable[[Inputs, PriorSet], Any] | None
    simulate: Callable[[Inputs, Draws, int, np.random.Generator], Simulation]
    needs: tuple[str, ...] = ()
    published: tuple[str, ...] = ()
    carry: Callable[[Inputs, Draws, Inputs, np.random.Generator], Carried] | None = None
    measures: tuple[MeasureKind, ...] = ("share", "value")
    generate: Callable[[Inputs, Draws, np.random.Generator], Inputs] | None = None
    judged: Callable[[Inputs, str], Array] | None = None
