"""The case that fits are measured on: nato-russia as of a day, from the user's own store."""

from datetime import date

from benchmarks.designs import own_priors
from benchmarks.stored_case import end_of, stored_readings, stored_reliability
from forecaster.domain.prior import PriorSet
from forecaster.reference.load import load_ladder
from models.inputs import Inputs, build_inputs


def tension_case(day: date) -> tuple[Inputs, PriorSet]:
    """Return the inputs as known at the end of a day, and the priors of the ladder's file."""
    ladder, as_of = load_ladder("nato-russia"), end_of(day)
    readings = stored_readings(ladder, as_of)
    inputs = build_inputs(
        ladder,
        readings=readings,
        judgements=(),
        as_of=as_of,
        reliability=stored_reliability(ladder, readings),
    )
    return inputs, own_priors(ladder)
