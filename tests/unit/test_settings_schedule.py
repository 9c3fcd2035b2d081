from zoneinfo import ZoneInfo

import pytest

from forecaster.errors import SettingsError
from forecaster.settings import Settings, load_settings


def test_a_time_zone_is_one_of_the_iana_database():
    assert Settings(time_zone="Europe/Berlin").zone == ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize("name", ["Mars/Olympus", "Europe", "", "../etc/passwd", "CEST+2"])
def test_any_other_zone_is_refused_with_its_variable_and_a_remedy(
    name: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("FORECASTER_TIME_ZONE", name)
    load_settings.cache_clear()
    with pytest.raises(SettingsError, match=r"FORECASTER_TIME_ZONE .* Europe/Berlin"):
        load_settings()
    load_settings.cache_clear()


def test_a_list_that_is_no_json_is_refused_with_its_variable_and_the_form(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setenv("FORECASTER_LADDERS", "nato")
    load_settings.cache_clear()
    with pytest.raises(SettingsError, match=r"FORECASTER_LADDERS cannot be read: .* JSON"):
        load_settings()
    load_settings.cache_clear()


def test_a_lease_must_outlive_heartbeats(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FORECASTER_LEASE_SECONDS", "10")
    load_settings.cache_clear()
    with pytest.raises(SettingsError, match="fewer than three heartbeats"):
        load_settings()
    load_settings.cache_clear()
