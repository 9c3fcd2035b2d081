"""The command line on a store that holds a run: every way of asking for it, every way to fail."""

import contextlib
import csv
import io
import itertools
import json
import os
import re
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from forecaster.clock import end_of_day, utc_now
from forecaster.reference.load import load_ladder
from forecaster.reference.sample_readings import sample_last_day
from jobs.catalogue import all_jobs
from jobs.job import Slot
from jobs.runner import run_slot
from tests.builders_ladders import sound_text
from tests.e2e.conftest import ROOT, Command
from tests.fakes_jobs import QuickModel, make_context

LADDER = "nato-russia"

EMPTY_STORE = [
    (("report",), "forecaster daily"),
    (("results",), "forecaster daily"),
    (("results", "--format", "csv"), "forecaster daily"),
    (("update", "--as-of", "2024-08-06"), "forecaster ingest"),
    (("scores",), "forecaster backtest"),
    (("scores", "--ladder", "state-pairs", "--format", "json"), "forecaster backtest"),
    (("scores", "--backtest", "nobody"), "run the plan"),
]


@pytest.fixture
def stored(data_dir: Path) -> str:
    """The id of a published run in the store that the commands look at."""
    context = replace(make_context(data_dir), clock=utc_now, update=QuickModel())
    slot = Slot(due=utc_now(), as_of=end_of_day(sample_last_day()), subject=LADDER)
    run_id = run_slot(context, all_jobs()["daily"], slot).run_id
    context.engine().dispose()
    return run_id


@pytest.mark.parametrize(("arguments", "remedy"), EMPTY_STORE, ids=str)
def test_an_empty_store_is_an_error_with_the_remedy(
    forecaster: Command, arguments: tuple[str, ...], remedy: str
) -> None:
    answer = forecaster(*arguments)
    assert answer.code != 0
    assert answer.err.count("error: ") == 1
    assert "Traceback" not in answer.err
    assert remedy in answer.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("runs", "list"),
        ("sources",),
        ("jobs", "history"),
        ("jobs", "list"),
        ("priors", "list"),
        ("doctor",),
        ("ladder", "list"),
        ("ladder", "show", LADDER),
        ("ladder", "check", LADDER),
    ],
    ids=" ".join,
)
def test_an_empty_store_can_be_looked_at(forecaster: Command, arguments: tuple[str, ...]) -> None:
    answer = forecaster(*arguments)
    assert answer.code == 0
    assert answer.out
    assert answer.err == ""


@pytest.mark.parametrize("format", ["html", "md", "json", "text"])
def test_a_report_in_every_form_names_its_run_or_day(
    forecaster: Command, stored: str, format: str
) -> None:
    answer = forecaster("report", "--format", format)
    assert answer.code == 0
    assert "30 June 2025" in answer.out if format == "text" else stored in answer.out
    if format == "json":
        json.loads(answer.out)


def test_a_report_can_be_written_to_a_file(
    forecaster: Command, stored: str, tmp_path: Path
) -> None:
    path = tmp_path / "new" / "report.html"
    answer = forecaster("report", "--format", "html", "--output", path)
    assert answer.code == 0
    assert stored in path.read_text(encoding="utf-8")


def test_results_as_csv_sum_to_one(forecaster: Command, stored: str) -> None:
    rows = list(csv.DictReader(io.StringIO(forecaster("results", "--format", "csv").out)))
    assert {row["run_id"] for row in rows} == {stored}
    documented = (ROOT / "docs" / "results.md").read_text(encoding="utf-8")
    places = [documented.index(f"\n| `{column}` |") for column in rows[0]]
    assert places == sorted(places)
    at = sorted(
        (row["theatre"], row["domain"], row["horizon_end"], float(row["probability"]))
        for row in rows
        if row["kind"] == "at"
    )
    groups = itertools.groupby(at, key=lambda row: row[:3])
    sums = [sum(row[3] for row in group) for _, group in groups]
    assert sums == pytest.approx([1.0] * len(sums))
    assert len(sums) > 10


def test_results_are_the_same_in_every_form(
    forecaster: Command, stored: str, tmp_path: Path
) -> None:
    as_csv = list(csv.DictReader(io.StringIO(forecaster("results", "--format", "csv").out)))
    as_json = json.loads(forecaster("results", "--format", "json", "--run", stored).out)
    path = tmp_path / "results.parquet"
    assert forecaster("results", "--format", "parquet", "--output", path).code == 0
    as_parquet = pq.read_table(path).to_pylist()
    table = forecaster("results").out.splitlines()
    assert len(as_csv) == len(as_json) == len(as_parquet) == len(table) - 2
    probabilities = [float(row["probability"]) for row in as_csv]
    assert probabilities == [row["probability"] for row in as_json]
    assert probabilities == [row["probability"] for row in as_parquet]


def test_a_run_can_be_listed_and_shown(forecaster: Command, stored: str) -> None:
    assert stored in forecaster("runs", "list").out
    shown = forecaster("runs", "show", stored)
    assert shown.code == 0
    assert "data_digest" in shown.out
    unknown = forecaster("runs", "show", "nobody")
    assert unknown.code == 2
    assert stored in unknown.err


def test_a_prior_is_set_with_a_reason_and_keeps_its_history(forecaster: Command) -> None:
    prior = load_ladder(LADDER).priors[0]
    name, value = prior.parameters[0]
    change = (f"{name}={value * 1.5:.6g}", "--author", "A. Analyst", "--reason", "new evidence")
    answer = forecaster("priors", "set", prior.id, *change)
    assert answer.code == 0, answer.err
    history = forecaster("priors", "history", prior.id).out
    assert "A. Analyst" in history
    assert "new evidence" in history
    assert len(history.splitlines()) == 4
    assert forecaster("priors", "show", prior.id).out.startswith(prior.question)


@pytest.mark.parametrize(
    "change", [("nonsense=1",), ("--distribution", "cauchy", "x=1")], ids=" ".join
)
def test_a_prior_that_cannot_be_is_misuse(forecaster: Command, change: tuple[str, ...]) -> None:
    prior = load_ladder(LADDER).priors[0].id
    answer = forecaster("priors", "set", prior, *change, "--reason", "a slip")
    assert answer.code == 2
    assert answer.err.count("\n") == 1
    assert len(forecaster("priors", "history", prior).out.splitlines()) == 3


def test_an_unknown_ladder_is_named(forecaster: Command) -> None:
    answer = forecaster("daily", "--ladder", "no-such-ladder")
    assert answer.code in (1, 2)
    assert "no-such-ladder" in answer.err
    assert answer.err.count("\n") == 1


def test_a_broken_ladder_is_told_line_by_line(forecaster: Command, tmp_path: Path) -> None:
    path = tmp_path / "broken.toml"
    path.write_text('[ladder]\nid = "Broken"\n')
    answer = forecaster("ladder", "check", path)
    assert answer.code == 1
    assert f"{path}:2:" in answer.out
    assert answer.err.count("\n") == 1
    assert forecaster("daily", "--ladder", path).code == 1


def test_a_hint_is_told_with_its_line_and_is_no_mistake(
    forecaster: Command, tmp_path: Path
) -> None:
    path = tmp_path / "sound.toml"
    path.write_text(sound_text(), encoding="utf-8")
    answer = forecaster("ladder", "check", path)
    hint, verdict = answer.out.splitlines()
    assert re.match(rf"{re.escape(str(path))}:\d+: hint: the drop 'speeches' states no grade", hint)
    assert verdict == f"{path}: no mistakes"
    assert (answer.code, answer.err) == (0, "")


def test_a_source_that_fails_leaves_the_others_and_is_on_record(
    forecaster: Command, tmp_path: Path
) -> None:
    folder = tmp_path / "from"
    folder.mkdir()
    answer = forecaster("ingest", "--from-dir", folder, "viina")
    assert answer.code == 1
    assert answer.out.startswith("viina: failed:")
    assert answer.err == "error: the source failed; what was stored before stands\n"
    assert "failed" in forecaster("jobs", "history", "ingest:viina").out
    assert "failed" in next(
        line for line in forecaster("sources").out.splitlines() if line.startswith("viina ")
    )


def test_a_database_that_is_away_is_one_line_without_the_password(
    forecaster: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = "postgresql+psycopg://somebody:secret-word@127.0.0.1:1/nothing"
    monkeypatch.setenv("FORECASTER_DATABASE_URL", url)
    answer = forecaster("runs", "list")
    assert answer.code == 1
    assert answer.err.count("\n") == 1
    assert "secret-word" not in answer.err
    doctor = forecaster("doctor")
    assert doctor.code == 1
    assert "secret-word" not in doctor.out + doctor.err


def test_a_data_folder_that_cannot_be_made_is_named(
    forecaster: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    monkeypatch.setenv("FORECASTER_DATA_DIR", str(blocked / "data"))
    answer = forecaster("runs", "list")
    assert answer.code == 2
    assert "FORECASTER_DATA_DIR" in answer.err
    assert answer.err.count("\n") == 1


def test_a_file_that_is_no_database_is_left_as_it_is(forecaster: Command, data_dir: Path) -> None:
    data_dir.mkdir()
    file = data_dir / "forecaster.sqlite"
    file.write_bytes(b"this was never a database " * 100)
    answer = forecaster("runs", "list")
    assert answer.code == 1
    assert answer.err.count("\n") == 1
    assert file.read_bytes().startswith(b"this was never")
    file.unlink()


CSV_LADDER = """
[[drops]]
id = "my-incidents"
format = "csv"
location = "incidents.csv"
observed_column = "day"
value_column = "count"
series = "my.incidents"
cadence_days = 1
"""


@pytest.fixture
def own_ladder(tmp_path: Path) -> Path:
    """A user's own ladder file, the packaged one with a drop of theirs, somewhere on disk."""
    import forecaster.reference

    packaged = Path(forecaster.reference.__file__).parent / "ladders" / f"{LADDER}.toml"
    text = packaged.read_text(encoding="utf-8").replace(f'id = "{LADDER}"', 'id = "mine"', 1)
    path = tmp_path / "mine.toml"
    path.write_text(text + CSV_LADDER, encoding="utf-8")
    return path


def test_a_users_own_ladder_and_drop_work_from_anywhere(
    forecaster: Command, own_ladder: Path
) -> None:
    (own_ladder.parent / "incidents.csv").write_text("day,count\n2025-06-01,3\n2025-06-02,x\n")
    answer = forecaster("ingest", "my-incidents", "--ladder", own_ladder)
    assert answer.code == 0, answer.out
    assert "1 new of 2 rows, 1 rejected" in answer.out
    again = forecaster("ingest", "my-incidents", "--ladder", own_ladder)
    assert "0 new" in again.out
    assert "my-incidents" in forecaster("sources", "--ladder", own_ladder).out


def test_a_drop_that_is_missing_fails_alone(forecaster: Command, own_ladder: Path) -> None:
    answer = forecaster("ingest", "my-incidents", "--ladder", own_ladder)
    assert answer.code == 1
    assert "incidents.csv" in answer.out


def test_a_disk_that_fills_up_keeps_what_was_stored(
    forecaster: Command, stored: str, own_ladder: Path, data_dir: Path
) -> None:
    lines = [f"{1990 + n // 336}-{n // 28 % 12 + 1:02}-{n % 28 + 1:02},{n}" for n in range(11_000)]
    (own_ladder.parent / "incidents.csv").write_text("\n".join(["day,count", *lines]))
    counted = _stored_rows(data_dir)
    # No file of this process may grow beyond 200 kB: what a full disk does, for root too.
    command = (
        f"ulimit -f 200; exec {sys.executable} -m jobs ingest my-incidents --ladder {own_ladder}"
    )
    done = subprocess.run(
        ["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stdout + done.stderr
    assert done.stderr.count("\n") == 1
    assert _stored_rows(data_dir) == counted
    assert stored in forecaster("runs", "list").out


def _stored_rows(data_dir: Path) -> tuple[int, ...]:
    with contextlib.closing(sqlite3.connect(data_dir / "forecaster.sqlite")) as database:
        tables = ("readings", "rejects", "runs", "results")
        asked = [f"SELECT count(*) FROM {table}" for table in tables]
        return tuple(database.execute(question).fetchone()[0] for question in asked)


class _Publisher(BaseHTTPRequestHandler):
    asked: list[str] = []  # noqa: RUF012 — one server, one list

    def do_GET(self) -> None:
        self.asked.append(self.headers.get("If-None-Match", ""))
        if self.headers.get("If-None-Match") == '"one"':
            self.send_response(304)
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("ETag", '"one"')
        self.end_headers()
        self.wfile.write(b"day,count\n2025-06-01,3\n")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def publisher() -> Iterator[int]:
    _Publisher.asked.clear()
    server = HTTPServer(("127.0.0.1", 0), _Publisher)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_fetch_asks_for_news_alone_and_only_where_it_may(
    forecaster: Command, own_ladder: Path, publisher: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from forecaster.settings import load_settings

    text = own_ladder.read_text(encoding="utf-8")
    url = f"http://127.0.0.1:{publisher}/incidents.csv"
    own_ladder.write_text(text.replace('"incidents.csv"', f'"{url}"'), encoding="utf-8")
    refused = forecaster("ingest", "my-incidents", "--ladder", own_ladder)
    assert refused.code == 1
    assert _Publisher.asked == []
    monkeypatch.setenv("FORECASTER_ALLOWED_HOSTS", '["127.0.0.1"]')
    load_settings.cache_clear()
    first = forecaster("ingest", "my-incidents", "--ladder", own_ladder)
    assert "1 new of 1 rows" in first.out
    second = forecaster("ingest", "my-incidents", "--ladder", own_ladder)
    assert second.code == 0
    assert _Publisher.asked == ["", '"one"']


def test_compiled_models_are_kept_in_the_data_folder_unless_told_otherwise(
    forecaster: Command, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTENSOR_FLAGS", "")
    forecaster("runs", "list")
    kept = data_dir.resolve() / "cache" / "compiled"
    assert os.environ["PYTENSOR_FLAGS"] == f"base_compiledir={kept}"
    monkeypatch.setenv("PYTENSOR_FLAGS", "base_compiledir=/elsewhere")
    forecaster("runs", "list")
    assert os.environ["PYTENSOR_FLAGS"] == "base_compiledir=/elsewhere"
