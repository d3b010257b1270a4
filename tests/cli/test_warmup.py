"""After `graftwood warmup` nothing is left to compile."""

import os
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from graftwood.cli.main import app

# Every way into the kernels: one and several tasks, holes, categories, weights, options, threads.
FITS = """
import numpy as np, pandas as pd
from graftwood import Difference, LatentVariable, MultiTaskForest, Pooled, SingleTask
rng = np.random.default_rng(0)
X = pd.DataFrame({"a": rng.normal(size=90), "b": rng.normal(size=90), "c": rng.choice(["x", "y", "z"], 90)})
X.loc[::7, "a"] = np.nan
X.loc[::9, "c"] = None
Y = pd.DataFrame({"t": rng.normal(size=90), "s": rng.normal(size=90), "u": rng.normal(size=90)})
Y.loc[::3, "t"] = np.nan
weights = rng.uniform(1, 2, 90)
options = {"n_estimators": 8, "random_state": 0}

def use_everything():
    for table in (X[["b"]], X):
        for labels in (Y[["t"]], Y):
            for more in ({}, {"min_samples_leaf": 3}, {"max_depth": 2, "max_features": None}):
                MultiTaskForest(**options, **more).fit(table, labels).predict(table, return_std=True)
        MultiTaskForest("t", n_jobs=2, **options).fit(table, Y, sample_weight=weights).predict(table)
        for model in (
            SingleTask("t", **options), Pooled("t", source_as_input=True, **options),
            Difference("t", "s", **options), LatentVariable("t", ["s", "u"], **options),
        ):
            model.fit(table, Y, groups=np.arange(90) // 2).predict(table, known=Y[["s"]], return_std=True)
"""
COUNT = """
import sys
def kernels():
    return {
        f"{module}.{name}": value
        for module, loaded in list(sys.modules.items()) if module.startswith("graftwood.")
        for name, made in vars(loaded).items()
        for value in [vars(made).get("compiled", made) if hasattr(made, "address") else made]
        if hasattr(value, "overloads")
    }
def compiled():
    return {name: len(kernel.overloads) for name, kernel in kernels().items() if kernel.overloads}
"""
IN_ONE_PROCESS = f"""{COUNT}{FITS}
from graftwood.engine.warmup import compile_all
compile_all()
before = compiled()
use_everything()
print(before == compiled(), len(before) >= 3)
"""
IN_A_LATER_PROCESS = f"""{COUNT}{FITS}
use_everything()
print(sum(sum(kernel.stats.cache_misses.values()) for kernel in kernels().values()), len(compiled()) >= 3)
"""


def run(code: str, cache: str | None = None) -> str:
    environment = os.environ | ({"NUMBA_CACHE_DIR": cache} if cache else {})
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=500, env=environment
    )
    assert found.returncode == 0, found.stderr
    return found.stdout.strip()


def test_warmup_compiles_every_kernel_that_any_fit_uses():
    assert run(IN_ONE_PROCESS) == "True True"


@pytest.mark.slow
def test_after_warmup_a_later_process_compiles_nothing(tmp_path):
    warmup = "from graftwood.cli.main import app; app(['warmup'])"
    assert "Kernels are compiled and cached" in run(warmup, str(tmp_path))
    assert run(IN_A_LATER_PROCESS, str(tmp_path)) == "0 True"


def test_warmup_says_that_it_is_done():
    result = CliRunner().invoke(app, ["warmup"])
    assert result.exit_code == 0
    assert result.stdout.startswith("Kernels are compiled and cached (")
