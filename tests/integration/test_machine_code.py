"""What one process compiled, the next one reads: the same draws, and nothing new on disk."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

PROCESS = """
import sys
import numpy as np
import pymc as pm
from models import compiling
from models.components.local_level import local_level_loglik
from models.sampling import SamplingOptions, sample

def model(y):
    with pm.Model(coords={"step": range(4), "theatre": ["a", "b"]}) as built:
        data = pm.Data("y", y, dims=("step", "theatre"))
        volatility = pm.HalfNormal("volatility", dims="theatre")
        pm.Deterministic("variance", volatility**2, dims="theatre")
        loglik = local_level_loglik(
            y=data, observed=np.ones((4, 2)), level=np.zeros(2), start=1.0, w=0.1, phi=0.5,
            drift=0.0, q=volatility[None]**2, r=0.1,
        )
        pm.Potential("likelihood", loglik.sum())
    return built

if "reads" in sys.argv:
    def refuse(model, digest):
        raise SystemExit("compiled again")
    compiling._compile = refuse
options = SamplingOptions(seed=1, tune=20, draws=20, chains=1, cores=1)
for scale in (1.0, 2.0):
    compiled = compiling.compile_model(model(scale * np.arange(8.0).reshape(4, 2)))
    variables = sample(compiled, options).variables
    assert np.allclose(variables["variance"], variables["volatility"] ** 2)
    print(variables["volatility"].sum(axis=1).tolist())
"""


def run(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", PROCESS, *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTENSOR_FLAGS": f"base_compiledir={folder}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    folder = tmp_path_factory.mktemp("compiled")
    return folder, run(folder)


def test_a_second_process_compiles_nothing_and_draws_the_same(first):
    folder, said = first
    before = files(folder)
    assert run(folder, "reads") == said
    assert files(folder) == before
    assert len(set(said.splitlines())) == 2  # other data, other draws, from the same code


def test_code_that_cannot_be_read_is_compiled_again(first):
    folder, said = first
    for record in (folder / "models").glob("*.json"):
        record.write_text("{")
    assert run(folder) == said
