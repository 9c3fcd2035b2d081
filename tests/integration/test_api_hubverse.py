"""What the service hands out as a hub is one that Hubverse's own reader opens and reads whole."""

import io
import json
from pathlib import Path

import hubdata
import pyarrow.parquet
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from forecaster.api.hub import COLUMNS
from tests.builders_api import client_of, fill, headers_of, make_service

TEAM = "ours-forecaster"
VERA = headers_of("vera")


@pytest.fixture
def client(engine: Engine) -> TestClient:
    fill(engine)
    return client_of(make_service(engine))


def get(client: TestClient, name: str, **params: str) -> bytes:
    answer = client.get(f"/api/v1/hub/{name}", params={"ladder": "toy", **params}, headers=VERA)
    assert answer.status_code == 200, answer.text
    return answer.content


def hub_at(folder: Path, client: TestClient, form: str) -> Path:
    """Lay out a hub as its documentation says, with one file of model output."""
    (folder / "hub-config").mkdir()
    (folder / "hub-config" / "tasks.json").write_bytes(get(client, "tasks.json"))
    admin = {"file_format": [form], "model_output_dir": "model-output"}
    (folder / "hub-config" / "admin.json").write_text(json.dumps(admin))
    given = folder / "model-output" / TEAM
    given.mkdir(parents=True)
    (given / f"2024-01-09-{TEAM}.{form}").write_bytes(get(client, "model-output", format=form))
    return folder


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_hub_reads_every_line_that_was_handed_out(
    tmp_path: Path, client: TestClient, form: str
) -> None:
    read = hubdata.connect_hub(hub_at(tmp_path, client, form)).get_dataset().to_table()
    whole = pyarrow.parquet.read_table(io.BytesIO(get(client, "model-output", format="parquet")))
    assert len(read) == len(whole) > 0
    assert set(read.column_names) == {*COLUMNS, "model_id"}
    assert set(read["model_id"].to_pylist()) == {TEAM}
    for name in ("target", "theatre", "horizon", "output_type", "output_type_id", "value"):
        assert read[name].to_pylist() == whole[name].to_pylist(), name
