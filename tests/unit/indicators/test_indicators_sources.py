"""Each source on a small answer in its publisher's own format, quirks and all."""

import json

import numpy as np
import pytest

from forecaster.errors import SourceError
from indicators.catalogue import sources
from indicators.clean import clean
from indicators.conformance import assert_source_contract
from tests.builders_sources import EXAMPLES, NOW, csv_bytes, table, utc


def batch_of(id: str, payloads: dict[str, bytes] | None = None):
    return clean(sources()[id], payloads or EXAMPLES[id], now=NOW, first_fetch=None)


def test_every_source_of_the_catalogue_has_an_example():
    assert set(sources()) == set(EXAMPLES)


@pytest.mark.parametrize("id", sorted(EXAMPLES))
def test_source_keeps_the_contract(id):
    assert_source_contract(sources()[id], EXAMPLES[id], NOW)


@pytest.mark.parametrize("id", sorted(EXAMPLES))
def test_every_series_has_a_declared_lower_case_id(id):
    for name in batch_of(id).readings.series:
        assert name == name.lower()
        assert " " not in name


@pytest.mark.parametrize("id", sorted(EXAMPLES))
@pytest.mark.parametrize(
    "body",
    [b"<!DOCTYPE html><html><body>502 Bad Gateway</body></html>", b"", b"  \n"],
    ids=["html", "empty", "blank"],
)
def test_pages_and_empty_bodies_are_source_errors_that_name_the_file(id, body):
    filename = next(iter(EXAMPLES[id]))
    with pytest.raises(SourceError, match=filename):
        batch_of(id, {**EXAMPLES[id], filename: body})


@pytest.mark.parametrize("id", sorted(EXAMPLES))
def test_cut_off_files_are_source_errors(id):
    filename = next(iter(EXAMPLES[id]))
    body = EXAMPLES[id][filename]
    with pytest.raises(SourceError, match=filename):
        batch_of(id, {**EXAMPLES[id], filename: body[: body.rstrip().rfind(b"\n") + 8 or 40][:-4]})


@pytest.mark.parametrize("id", ["viina", "eia_prices", "general_staff_losses"])
@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
def test_wrong_encodings_are_source_errors(id, encoding):
    filename = next(iter(EXAMPLES[id]))
    text = EXAMPLES[id][filename].decode() + "é"
    with pytest.raises(SourceError, match="UTF-8"):
        batch_of(id, {**EXAMPLES[id], filename: text.encode(encoding)})


def test_viina_counts_by_region_and_type_without_the_last_three_days():
    found = table(batch_of("viina"))
    assert found["viina.events.unnamed", "2025-06-20"] == 7
    assert found["viina.events.cherkasy", "2025-06-21"] == 1
    assert found["viina.events.zhytomyr", "2025-06-24"] == 30
    assert found["viina.type.airstrike", "2025-06-24"] == 4
    assert max(day for _, day in found) == "2025-06-24"


def test_viina_reads_the_publishers_spellings():
    names = "(unnamed) Cherkasy Chernihiv Chernivtsi Crimea Dnipropetrovs'k Donets'k"
    names += " Ivano-Frankivs'k Kharkiv Kherson Khmel'nyts'kyy Kiev KievCity Kirovohrad L'viv"
    names += " Luhans'k Mykolayiv Odessa Poltava Rivne Sevastopol' Sumy Ternopil' Vinnytsya"
    names += " Volyn Zakarpattia Zaporizhia Zhytomyr"
    lines = [f"{i},{name}" for i, name in enumerate(names.split())]
    payloads = {**EXAMPLES["viina"], "viina/oblasts.csv": csv_bytes("column,name", *lines)}
    assert table(batch_of("viina", payloads)) == table(batch_of("viina"))


def test_viina_without_its_names_file_takes_the_order_in_force():
    payloads = {k: v for k, v in EXAMPLES["viina"].items() if not k.endswith("oblasts.csv")}
    assert table(batch_of("viina", payloads)) == table(batch_of("viina"))


def test_viina_refuses_a_grid_that_is_not_whole():
    name = "viina/choropleth-timeline.json"
    grid = json.loads(EXAMPLES["viina"][name])
    grid["counts"][2] = grid["counts"][2][:5]
    with pytest.raises(SourceError, match="28 regions"):
        batch_of("viina", {**EXAMPLES["viina"], name: json.dumps(grid).encode()})


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("viina/choropleth-timeline.json", [1]),
        ("viina/choropleth-timeline.json", {"dates": 1, "counts": []}),
        ("viina/choropleth-timeline.json", {"dates": [20250601], "counts": [1]}),
        ("viina/type-timeline.json", {"Drone": [1]}),
        ("viina/type-timeline.json", {"start": "soon", "Drone": [1]}),
        ("viina/type-timeline.json", {"start": 20250620, "Drone": 5}),
    ],
)
def test_viina_in_another_shape_is_a_source_error(name, found):
    with pytest.raises(SourceError, match=name):
        batch_of("viina", {**EXAMPLES["viina"], name: json.dumps(found).encode()})


def test_counts_beyond_all_numbers_are_rejects():
    name = "viina/choropleth-timeline.json"
    grid = json.loads(EXAMPLES["viina"][name])
    grid["counts"][0][0] = 10**400
    batch = batch_of("viina", {**EXAMPLES["viina"], name: json.dumps(grid).encode()})
    assert [reject.reason for reject in batch.rejects] == ["infinite"]


def test_losses_keep_every_vintage_with_its_time():
    readings = batch_of("general_staff_losses").readings
    tank = (readings.series == "losses.tank") & (readings.observed_at == utc("2022-05-01"))
    assert readings.value[tank].tolist() == [1026, 1020]
    assert readings.recorded_at[tank].tolist() == [
        utc("2022-05-01T11:00").item(),
        utc("2022-05-03T06:00").item(),
    ]
    assert not readings.estimated.any()


def test_losses_add_up_the_two_vehicle_categories_at_every_vintage():
    readings = batch_of("general_staff_losses").readings
    old = (readings.series == "losses.vehicle") & (readings.observed_at == utc("2022-04-29"))
    assert readings.value[old].tolist() == [1771, 1777]
    new = (readings.series == "losses.vehicle") & (readings.observed_at == utc("2022-05-01"))
    assert readings.value[new].tolist() == [1796]


def test_losses_fall_back_on_the_live_json_files():
    equipment = [
        {"date": "2025-06-29", "day": 1222, "tank": 10977, "naval ship": 28},
        {"date": "2025-06-30", "day": 1223, "tank": 10980, "greatest losses direction": "Kharkiv"},
    ]
    personnel = [{"date": "2025-06-30", "personnel": 1020010, "personnel*": "about"}]
    payloads = {
        "general_staff_losses/russia_losses_equipment.json": json.dumps(equipment).encode(),
        "general_staff_losses/russia_losses_personnel.json": json.dumps(personnel).encode(),
    }
    batch = batch_of("general_staff_losses", payloads)
    assert table(batch) == {
        ("losses.personnel", "2025-06-30"): 1020010,
        ("losses.ship", "2025-06-29"): 28,
        ("losses.tank", "2025-06-29"): 10977,
        ("losses.tank", "2025-06-30"): 10980,
    }
    assert batch.readings.estimated.all()
    assert batch.rejects == ()


def test_losses_reject_a_dropped_digit_and_take_its_correction():
    lines = ["recorded_at,date,category,value"]
    lines += [f"2024-02-{d}T10:00:00+02:00,2024-02-{d},tank,{6500 + d}" for d in range(20, 26)]
    lines += [
        "2024-02-26T10:00:00+02:00,2024-02-26,tank,655",
        "2024-02-27T10:00:00+02:00,2024-02-26,tank,6555",
    ]
    payloads = {"general_staff_losses/russia_losses_vintages.csv": csv_bytes(*lines)}
    batch = batch_of("general_staff_losses", payloads)
    assert [reject.reason for reject in batch.rejects] == [
        "a cumulative count fell by more than half"
    ]
    assert table(batch)["losses.tank", "2024-02-26"] == 6555


def test_strikes_count_on_the_day_they_end_and_leave_scouts_out():
    assert table(batch_of("air_force_strikes")) == {
        ("strikes.drones.destroyed", "2025-06-28"): 9,
        ("strikes.drones.destroyed", "2025-06-29"): 0,
        ("strikes.drones.destroyed", "2025-06-30"): 64,
        ("strikes.drones.launched", "2025-06-28"): 10,
        ("strikes.drones.launched", "2025-06-29"): 0,
        ("strikes.drones.launched", "2025-06-30"): 107,
        ("strikes.missiles.destroyed", "2025-06-28"): 0,
        ("strikes.missiles.destroyed", "2025-06-29"): 0,
        ("strikes.missiles.destroyed", "2025-06-30"): 0,
        ("strikes.missiles.launched", "2025-06-28"): 0,
        ("strikes.missiles.launched", "2025-06-29"): 0,
        ("strikes.missiles.launched", "2025-06-30"): 4,
    }


def test_a_strike_with_odd_counts_is_a_reject_that_shows_the_row():
    name = "air_force_strikes/missile_attacks_daily.csv"
    odd = EXAMPLES["air_force_strikes"][name] + b"2025-06-30,2025-06-30,Kalibr,-4,1,x\n"
    batch = batch_of("air_force_strikes", {**EXAMPLES["air_force_strikes"], name: odd})
    assert [reject.raw for reject in batch.rejects] == ["2025-06-30,2025-06-30,Kalibr,-4,1,x"]
    assert table(batch) == table(batch_of("air_force_strikes"))


def test_alerts_are_merged_split_at_midnight_and_zero_on_quiet_whole_days():
    found = table(batch_of("air_raid_alerts"))
    kyiv = {day: value for (series, day), value in found.items() if series.endswith("kyiv-city")}
    assert kyiv == {"2022-03-02": 2.0, "2022-03-03": 1.5, "2022-03-04": 0.0, "2022-03-05": 0.0}
    odesa = [found["alerts.hours.odesa", f"2022-03-0{day}"] for day in (2, 3, 4, 5)]
    assert odesa == [19.0, 24.0, 6.0, 0.0]
    luhansk = [day for series, day in found if series.endswith("luhansk")]
    assert luhansk == ["2022-03-03"]


def test_alerts_of_unknown_regions_and_without_an_end_are_named_rejects():
    name = "air_raid_alerts/volunteer_data_en.csv"
    more = b"Atlantis,2022-03-02 05:00:00+00:00,2022-03-02 06:00:00+00:00,False\n"
    more += b"Kyiv City,2022-03-02 05:00:00,2022-03-02 06:00:00+00:00,False\n"
    batch = batch_of("air_raid_alerts", {name: EXAMPLES["air_raid_alerts"][name] + more})
    assert [reject.reason for reject in batch.rejects] == [
        "unknown region",
        "an alert without start and end",
    ]


def test_kiel_has_zeros_for_donors_and_gaps_for_blanks():
    found = table(batch_of("kiel_support_tracker"))
    assert found["aid.total", "2022-02-01"] == 3.12
    assert ("aid.financial", "2022-03-01") not in found
    assert [found["aid.total.usa", f"2022-0{m}-01"] for m in (1, 2, 3)] == [0.2, 0.0, 0.9]
    assert ("aid.military.eu", "2022-02-01") not in found
    assert found["aid.military.eu", "2022-01-01"] == 0.0


def test_kiel_is_known_seventy_five_days_after_the_month():
    readings = batch_of("kiel_support_tracker").readings
    january = readings.observed_at == utc("2022-01-01")
    assert set(readings.recorded_at[january].tolist()) == {utc("2022-04-17").item()}


def test_ofac_months_start_on_the_first_and_the_baseline_has_no_additions():
    assert table(batch_of("ofac_designations")) == {
        ("ofac.level.north-korea", "2022-04-01"): 400,
        ("ofac.level.russia", "2022-04-01"): 1469,
        ("ofac.level.russia", "2022-05-01"): 1524,
        ("ofac.additions.russia", "2022-05-01"): 59,
        ("ofac.removals.russia", "2022-05-01"): 4,
    }


def test_sanctions_packages_of_one_day_are_added_up():
    found = table(batch_of("sanctions_packages"))
    assert found["sanctions.packages.us", "2022-02-24"] == 2
    assert found["sanctions.individuals.us", "2022-02-24"] == 24
    assert found["sanctions.entities.eu", "2022-02-25"] == 7


def test_gpr_reads_days_and_countries_with_their_own_lags():
    batch = batch_of("gpr")
    assert table(batch) == {
        ("gpr.country.pol", "2025-05-01"): 0.2,
        ("gpr.country.rus", "2025-05-01"): 1.9,
        ("gpr.daily.acts", "2025-06-01"): 170.0,
        ("gpr.daily.acts", "2025-06-02"): 171.0,
        ("gpr.daily.index", "2025-06-01"): 150.5,
        ("gpr.daily.index", "2025-06-02"): 160.5,
        ("gpr.daily.threats", "2025-06-01"): 140.0,
    }
    known = dict(zip(batch.readings.series, batch.readings.recorded_at, strict=True))
    assert known["gpr.country.rus"] == utc("2025-06-16")
    assert known["gpr.daily.threats"] == utc("2025-06-09")


def test_a_torn_workbook_is_a_source_error():
    name = "gpr/data_gpr_export.xls"
    for body in (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 40, EXAMPLES["gpr"][name][:300]):
        with pytest.raises(SourceError, match="not a whole Excel workbook"):
            batch_of("gpr", {**EXAMPLES["gpr"], name: body})


def test_blank_prices_are_missing_and_negative_oil_is_real():
    found = table(batch_of("eia_prices"))
    assert ("price.brent", "2025-06-30") not in found
    assert found["price.wti", "2020-04-20"] == -36.98


def test_rates_come_out_of_the_banks_zip_or_a_plain_file():
    expected = {
        ("fx.eur-usd", "2022-03-01"): 1.1162,
        ("fx.eur-usd", "2022-03-02"): 1.1106,
        ("fx.eur-pln", "2022-03-01"): 4.7455,
        ("fx.eur-pln", "2022-03-02"): 4.7871,
        ("fx.eur-rub", "2022-03-01"): 117.201,
    }
    plain = csv_bytes(
        "Date,USD,RUB,PLN", "2022-03-01,1.1162,117.201,4.7455", "2022-03-02,1.1106,,4.7871"
    )
    assert table(batch_of("ecb_rates")) == expected
    assert table(batch_of("ecb_rates", {"ecb_fx/eurofxref.csv": plain})) == expected


def test_missing_days_of_interaction_stay_missing():
    found = table(batch_of("gdelt_interaction"))
    assert found["interaction.rus-ukr", "2018-01-01"] == -148.73
    assert found["interaction.world", "2018-01-03"] == 44549.4
    assert not any(day == "2018-01-02" for _, day in found)


def test_sightings_count_lines_once_and_know_which_months_were_kept():
    batch = batch_of("troop_sightings")
    found = table(batch)
    assert found["sightings.military-presence.belarus", "2022-01-01"] == 1
    assert found["sightings.military-presence.belarus", "2022-01-02"] == 0
    assert found["sightings.military-presence.belarus", "2022-01-03"] == 1
    assert found["sightings.events.ukraine", "2022-01-03"] == 1
    assert not any(day.startswith("2022-02") for _, day in found)
    assert sorted(reject.reason for reject in batch.rejects) == [
        "unknown country",
        "unreadable date",
    ]


def test_no_source_answers_with_anything_but_finite_utc_readings():
    for id in EXAMPLES:
        assert np.isfinite(batch_of(id).readings.value).all()
