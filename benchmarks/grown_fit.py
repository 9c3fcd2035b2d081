"""What one fit of a made-up ladder costs; prints one line of JSON.

python -m benchmarks.grown_fit
"""

import json
import warnings
from time import perf_counter, process_time

import numpy as np

from benchmarks.designs import own_priors
from benchmarks.grown import Size, grown_inputs, grown_ladder, grown_readings
from benchmarks.grown_case import LADDER, peak
from forecaster.reference.load import load_ladder
from forecaster.settings import load_settings
from jobs.wiring import keep_compiled_models
from models.compiling import compile_model
from models.families.latent_tension import FAMILY
from models.update import LIVE


def main() -> None:
    import nutpie

    keep_compiled_models(load_settings())
    size = Size()
    ladder = grown_ladder(load_ladder(LADDER), size)
    inputs = grown_inputs(ladder, grown_readings(ladder, size), size)
    assert FAMILY.build is not None
    compiled = compile_model(FAMILY.build(inputs, own_priors(ladder)))
    began, spent = perf_counter(), process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        trace = nutpie.sample(
            compiled,
            draws=LIVE.draws,
            tune=LIVE.tune,
            chains=LIVE.chains,
            cores=1,
            seed=1,
            target_accept=0.9,
            progress_bar=False,
            save_warmup=True,
        )
    seconds = process_time() - spent
    stats = (trace["sample_stats"], trace["warmup_sample_stats"])
    gradients = float(sum(np.sum(part["n_steps"].to_numpy()) for part in stats))
    found = {"fit": seconds, "gradients": gradients, "draws": LIVE.draws * LIVE.chains}
    print(json.dumps({**found, "memory": peak(), "wall": perf_counter() - began}))


if __name__ == "__main__":
    main()
