"""All that an update or a backtest's origin is told, before anything is made of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from forecaster.domain.judgement import Judgement
from forecaster.domain.ladder import Ladder
from forecaster.domain.reading import Readings
from models.inputs.build import Inputs, build_inputs
from models.inputs.neighbours import Neighbour


@dataclass(frozen=True, slots=True)
class Known:
    """What was known at one moment: small enough to send to a worker, which makes inputs of it.

    `ladder` is opened as of the moment if it is a panel. reliability: of indicators' series, as in
    `build_inputs`. domain: the one that is asked about; empty for the measured rungs.
    """

    ladder: Ladder
    readings: Readings
    judgements: tuple[Judgement, ...]
    as_of: datetime
    neighbours: tuple[Neighbour, ...] = ()
    reliability: Mapping[str, float] = field(default_factory=dict)
    domain: str = ""

    def inputs(self) -> Inputs:
        """Return the inputs, as the live path makes them."""
        return build_inputs(
            self.ladder,
            readings=self.readings,
            judgements=self.judgements,
            as_of=self.as_of,
            neighbours=self.neighbours,
            reliability=self.reliability,
        )
