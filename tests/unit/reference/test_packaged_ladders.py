"""The packaged ladders say what the plan asks of them."""

from datetime import date
from pathlib import Path

import pytest

from forecaster.domain.ladder import Ladder
from forecaster.reference.load import load_ladder

OBLASTS = 27  # Ukraine's 24 oblasts, Crimea, and the cities of Kyiv and Sevastopol


@pytest.fixture(scope="module")
def nato() -> Ladder:
    return load_ladder("nato-russia")


def test_seven_rungs_are_measured_and_three_above_are_judged(nato: Ladder) -> None:
    kinetic = nato.track("kinetic")
    assert [r.threshold for r in kinetic] == [None, 1, 3, 7, 14, 25, 45, None, None, None]
    assert [r.resolution for r in kinetic] == ["measured"] * 7 + ["judged"] * 3
    assert [r.resolution for r in nato.track("sub-threshold")] == ["judged"] * 4


def test_thirteen_theatres_in_three_regions(nato: Ladder) -> None:
    regions = [theatre.region for theatre in nato.theatres]
    assert {r: regions.count(r) for r in regions} == {
        "ukraine": 8,
        "eastern-flank": 4,
        "russia": 1,
    }
    assert all((t.measure is None) == (t.region != "ukraine") for t in nato.theatres)


def test_every_oblast_is_in_one_theatre_and_in_every_denominator(nato: Ladder) -> None:
    measures = [t.measure for t in nato.theatres if t.measure is not None]
    series = [s for measure in measures for s in measure.series]
    assert len(series) == len(set(series)) == OBLASTS
    assert all(set(measure.denominator) == set(series) for measure in measures)
    assert all(measure.window_steps == 52 for measure in measures)


@pytest.mark.parametrize(
    ("theatre", "domain", "rungs"),
    [
        ("donbas", "kinetic", 9),  # all but attack on allied territory
        ("poland", "kinetic", 4),  # the lowest and the three judged
        ("russia", "kinetic", 3),
        ("poland", "sub-threshold", 4),
        ("donbas", "sub-threshold", 1),
    ],
)
def test_rungs_exist_where_they_can_happen(
    nato: Ladder, theatre: str, domain: str, rungs: int
) -> None:
    assert len(nato.rungs_of(nato.theatre(theatre), domain)) == rungs


def test_every_family_of_the_plan_is_watched(nato: Ladder) -> None:
    fed = {i.family for i in nato.indicators if i.series}
    assert fed >= {"aid", "sanctions", "losses", "strikes", "combat", "prices", "rhetoric"}
    unfed = {i.id for i in nato.indicators if not i.series}
    assert unfed >= {
        "reserves", "exercises", "air-policing-scrambles", "sea-incidents", "air-incidents",
        "nuclear-signalling", "diplomacy", "lines-of-communication",
    }  # fmt: skip


def test_effects_are_small_and_lean_the_way_the_indicator_is_expected_to(nato: Ladder) -> None:
    effects = {p.id: p for p in nato.priors}
    for indicator in nato.indicators:
        if indicator.series:
            mean = effects[f"effect.{indicator.id}"].parameter("mean")
            assert abs(mean) <= (0.1 if indicator.concurrent else 0.01)
            assert {"+": mean > 0, "-": mean < 0, "free": mean == 0}[indicator.sign], indicator.id


def test_the_worse_a_judged_rung_the_rarer_it_is_held_to_be(nato: Ladder) -> None:
    regime = load_ladder("regime-stability")
    for ladder, domain, lowest in ((nato, "kinetic", 7), (regime, "regime", 1)):
        priors = {p.id: p for p in ladder.priors}
        rates = [
            priors[f"enter.{domain}.{rung.id}"].parameter("median")
            for rung in ladder.track(domain)[lowest:]
        ]
        assert rates == sorted(rates, reverse=True)


def test_the_regime_is_judged_throughout() -> None:
    regime = load_ladder("regime-stability")
    assert [r.id for r in regime.track("regime")] == [
        "stable", "elite-friction", "open-dissent", "armed-challenge", "loss-of-control",
    ]  # fmt: skip
    assert all(rung.resolution == "judged" for rung in regime.rungs)


def test_state_pairs_come_from_the_users_own_file() -> None:
    pairs = load_ladder("state-pairs")
    assert pairs.theatres == ()
    assert pairs.starts == date(1946, 1, 1)
    assert pairs.panel is not None
    assert pairs.panel.risk_window_years == 20
    assert [r.threshold for r in pairs.track("hostility")] == [None, 2, 3, 4, 5]
    (drop,) = pairs.drops
    assert drop.id == pairs.panel.source
    assert Path(drop.location).name == "mie_dyad_month.csv"
    assert not Path(drop.location).exists()
