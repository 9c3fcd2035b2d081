"""What enters a model as of a day: readings become steps, measures, indicators and judged spells.

Everything here takes only what was known at `as_of`; no other module of `models` sees readings.
"""

from models.inputs.build import ALL_SIGNAL, Inputs, build_inputs, require_theatre
from models.inputs.calendar import Calendar
from models.inputs.indicators import IndicatorPanel
from models.inputs.judged import JudgedPanel
from models.inputs.judged_track import JudgedTrack, judged_track
from models.inputs.known import Known
from models.inputs.measure_panel import MeasurePanel
from models.inputs.neighbours import Neighbour, NeighbourPanel
from models.inputs.outcomes import resolved, resolved_judged

__all__ = [
    "ALL_SIGNAL",
    "Calendar",
    "IndicatorPanel",
    "Inputs",
    "JudgedPanel",
    "JudgedTrack",
    "Known",
    "MeasurePanel",
    "Neighbour",
    "NeighbourPanel",
    "build_inputs",
    "judged_track",
    "require_theatre",
    "resolved",
    "resolved_judged",
]
