from datetime import date

import pytest

from forecaster.domain.ladder import Ladder
from forecaster.reference.load import load_ladder
from forecaster.reference.panel import open_panel

EVENTS = {"USA-PRK": [date(1950, 6, 1), date(1976, 8, 1)], "AFG-PAK": [date(1949, 3, 1)]}


@pytest.fixture(scope="module")
def pairs() -> Ladder:
    return load_ladder("state-pairs")


@pytest.mark.parametrize(
    ("as_of", "at_risk"),
    [
        (date(1949, 2, 28), []),  # nothing has happened yet
        (date(1949, 3, 1), ["afg-pak"]),  # the first month counts
        (date(1960, 1, 1), ["afg-pak", "usa-prk"]),
        (date(1969, 2, 28), ["afg-pak", "usa-prk"]),
        (date(1969, 3, 1), ["usa-prk"]),  # twenty years without an event
        (date(1972, 2, 29), []),
        (date(1976, 8, 1), ["usa-prk"]),  # and back again
    ],
)
def test_a_unit_is_at_risk_for_the_window_after_an_event(
    pairs: Ladder, as_of: date, at_risk: list[str]
) -> None:
    opened = open_panel(pairs, events=EVENTS, as_of=as_of)
    assert [theatre.id for theatre in opened.theatres] == at_risk


def test_a_found_theatre_can_stand_on_every_rung(pairs: Ladder) -> None:
    (theatre,) = open_panel(pairs, events=EVENTS, as_of=date(1976, 8, 1)).theatres
    assert theatre.measure is not None
    assert theatre.measure.kind == "level"
    assert theatre.measure.series == ("USA-PRK",)
    assert len(pairs.rungs_of(theatre, "hostility")) == 5


def test_a_ladder_without_a_panel_stays_as_it_is() -> None:
    nato = load_ladder("nato-russia")
    assert open_panel(nato, events=EVENTS, as_of=date(2024, 1, 1)) is nato
