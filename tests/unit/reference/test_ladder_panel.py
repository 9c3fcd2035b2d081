from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from forecaster.domain.ladder import Ladder
from forecaster.domain.reading import Readings
from forecaster.reference.load import load_ladder
from forecaster.reference.panel import open_panel
from forecaster.reference.states import pair_of, state_regions, states

EVENTS = {"afg-pak": ["1949-03"], "usa-prk": ["1950-06", "1976-08"]}


def moment(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), UTC)


def events(series: dict[str, list[str]], *, lag_days: int = 0) -> Readings:
    ids = [id for id in sorted(series) for _ in series[id]]
    months = [month for id in sorted(series) for month in series[id]]
    observed = np.array(months, dtype="datetime64[M]").astype("datetime64[us]")
    recorded = observed + np.timedelta64(lag_days, "D")
    size = len(ids)
    return Readings(
        "mie-dyad-month", np.array(ids, dtype=object), observed, recorded,
        np.full(size, 4.0), np.ones(size, dtype=bool),
    )  # fmt: skip


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
    opened = open_panel(pairs, events(EVENTS), as_of=moment(as_of))
    assert [theatre.id for theatre in opened.theatres] == at_risk


def test_an_event_opens_nothing_before_it_was_known(pairs: Ladder) -> None:
    late = events(EVENTS, lag_days=61)
    known = datetime(1949, 5, 1, tzinfo=UTC)
    assert open_panel(pairs, late, as_of=known - timedelta(microseconds=1)).theatres == ()
    assert [t.id for t in open_panel(pairs, late, as_of=known).theatres] == ["afg-pak"]


def test_what_was_at_risk_since_a_day_can_be_opened(pairs: Ladder) -> None:
    opened = open_panel(
        pairs, events(EVENTS), as_of=moment(date(1976, 8, 1)), since=moment(date(1969, 1, 1))
    )
    assert [theatre.id for theatre in opened.theatres] == ["afg-pak", "usa-prk"]


def test_a_found_theatre_can_stand_on_every_rung(pairs: Ladder) -> None:
    (theatre,) = open_panel(pairs, events(EVENTS), as_of=moment(date(1976, 8, 1))).theatres
    assert theatre.measure is not None
    assert theatre.measure.kind == "level"
    assert theatre.measure.series == ("usa-prk",)
    assert len(pairs.rungs_of(theatre, "hostility")) == 5


def test_a_ladder_without_a_panel_stays_as_it_is() -> None:
    nato = load_ladder("nato-russia")
    assert open_panel(nato, events(EVENTS), as_of=moment(date(2024, 1, 1))) is nato


@pytest.mark.parametrize(
    ("unit", "name", "region"),
    [
        ("afg-pak", "Afghanistan – Pakistan", "asia"),
        ("usa-cub", "United States – Cuba", "americas"),
        ("usa-prk", "United States – North Korea", "different-regions"),
        ("xyz-pak", "xyz-pak", "different-regions"),  # not a state: its id is its name
    ],
)
def test_a_pair_has_its_states_names_and_their_common_region(
    pairs: Ladder, unit: str, name: str, region: str
) -> None:
    (theatre,) = open_panel(
        pairs, events({unit: ["2000-01"]}), as_of=moment(date(2000, 6, 1))
    ).theatres
    assert (theatre.name, theatre.region) == (name, region)


def test_every_state_lies_in_a_region() -> None:
    regions = {region.id for region in state_regions()}
    assert {state.region for state in states().values()} == regions
    assert len({state.number for state in states().values()}) == len(states())
    assert pair_of("afg") is None
