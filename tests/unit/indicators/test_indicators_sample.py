"""The sample: only what may be passed on, only what was known, the same bytes every time."""

from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from forecaster.errors import SourceError
from forecaster.reference.sample_readings import FILES, sample_last_day, sample_readings
from indicators.catalogue import sources
from indicators.notice import data_notice
from indicators.sample import MAX_BYTES, build_sample
from tests.builders_sources import EXAMPLES

ROOT = Path(__file__).parents[3]
PACKAGED = ROOT / "forecaster/reference/sample"
LATER = datetime(2025, 7, 10, tzinfo=UTC)


@pytest.fixture
def raw(tmp_path):
    for payloads in EXAMPLES.values():
        for name, body in payloads.items():
            path = tmp_path / "raw" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(body)
    return tmp_path / "raw"


def test_a_build_holds_the_sources_that_may_be_passed_on(raw, tmp_path):
    summary = build_sample(raw, tmp_path / "out", now=LATER)
    allowed = {id for id, source in sources().items() if source.in_sample}
    assert {part.source for part in summary.sources} == allowed
    assert summary.bytes_written == sum((tmp_path / "out" / name).stat().st_size for name in FILES)
    apart = pq.read_table(tmp_path / "out/viina.parquet")
    others = pq.read_table(tmp_path / "out/observations.parquet")
    assert set(apart["source"].to_pylist()) == {"viina"}
    assert set(others["source"].to_pylist()) == allowed - {"viina"}


def test_nothing_known_only_after_the_last_day_is_in_it(raw, tmp_path):
    build_sample(raw, tmp_path / "out", now=LATER, last_day=date(2025, 6, 24))
    table = pq.read_table(tmp_path / "out/viina.parquet").to_pandas()
    assert table["recorded_at"].max() < datetime(2025, 6, 25, tzinfo=UTC)
    assert table["observed_at"].max().date() == date(2025, 6, 20)


def test_the_bytes_depend_on_the_files_and_the_last_day_alone(raw, tmp_path):
    for name, now in (("one", LATER), ("two", datetime(2026, 1, 1, tzinfo=UTC))):
        build_sample(raw, tmp_path / name, now=now)
    for name in FILES:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_a_last_day_that_is_not_over_is_refused(raw, tmp_path):
    with pytest.raises(SourceError, match="is not over"):
        build_sample(raw, tmp_path / "out", now=LATER, last_day=date(2025, 7, 10))


def test_a_missing_source_stops_the_build(raw, tmp_path):
    (raw / "gpr/data_gpr_export.xls").unlink()
    with pytest.raises(SourceError, match=r"data_gpr_export\.xls is missing"):
        build_sample(raw, tmp_path / "out", now=LATER)


def test_a_folder_that_cannot_be_written_is_an_error_and_leaves_what_was_there(raw, tmp_path):
    (tmp_path / "out").write_text("a file, not a folder")
    with pytest.raises(SourceError, match="cannot be written"):
        build_sample(raw, tmp_path / "out", now=LATER)
    assert (tmp_path / "out").read_text() == "a file, not a folder"


def test_the_packaged_sample_is_small_and_read_by_source():
    assert sum((PACKAGED / name).stat().st_size for name in FILES) < MAX_BYTES
    found = {readings.source: readings for readings in sample_readings()}
    assert set(found) == {id for id, source in sources().items() if source.in_sample}
    assert sample_last_day() == date(2025, 6, 30)


def test_the_packaged_sample_is_sorted_finite_and_knows_nothing_later():
    end = np.datetime64("2025-07-01", "us")
    for readings in sample_readings():
        assert readings.observed_at.dtype == readings.recorded_at.dtype == np.dtype("M8[us]")
        assert readings.series.dtype == object
        assert readings.estimated.dtype == bool
        assert np.isfinite(readings.value).all()
        assert (readings.observed_at < end).all()
        assert (readings.recorded_at < end).all()
        assert (readings.recorded_at >= readings.observed_at).all()
        keys = list(zip(readings.series, readings.observed_at, readings.recorded_at, strict=True))
        assert keys == sorted(set(keys))


def test_the_packaged_losses_hold_what_was_known_when():
    losses = next(r for r in sample_readings() if r.source == "general_staff_losses")
    day = (losses.series == "losses.tank") & (
        losses.observed_at == np.datetime64("2024-02-26", "us")
    )
    assert losses.value[day].tolist() == [6555.0]
    assert losses.recorded_at[day].tolist() == [datetime(2024, 2, 27, 8, 36, 36)]  # noqa: DTZ001
    assert not losses.estimated.any()


def test_the_data_notice_is_what_the_sources_and_the_sample_say():
    written = (ROOT / "docs/data-notice.md").read_text(encoding="utf-8")
    assert written == data_notice(sources(), sample_readings()), (
        "run python -m indicators.notice > docs/data-notice.md"
    )
    for source in sources().values():
        assert source.publisher in written
