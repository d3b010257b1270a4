"""What spreads cost: predict with and without them, and lolopy's and forestci's, in one run."""

import json
import os
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.calibration.peers import WORKER
from benchmarks.calibration.settings import CalibrationSettings
from benchmarks.definition import Results
from benchmarks.speed import problems
from benchmarks.speed.forests import LOLOPY_PYTHON


def measure_speed(settings: CalibrationSettings) -> Results:
    """Median seconds of predicting candidates, and ratios of the medians."""
    from graftwood import SingleTask

    table = (
        problems.planted(1_000, settings.seed)
        if settings.is_planted
        else problems.gaps_of_materials_project(settings.seed)
    )
    n_training, n_candidates = settings.n_training, settings.n_candidates
    X, y = table["X"][:n_training], table["Y"][:n_training, 0]
    X_test = table["X"][n_training : n_training + n_candidates]
    options: dict[str, Any] = {"n_estimators": settings.n_trees_timed, "random_state": settings.seed}
    model = SingleTask(n_jobs=settings.n_jobs, **options).fit(X, y)
    ask: dict[str, Callable[[], Any]] = {
        "predict": lambda: model.predict(X_test),
        "observation": lambda: model.predict(X_test, return_std=True),
        "mean": lambda: model.predict(X_test, return_std=True, of="mean"),
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.predict(X_test[:300], return_std=True, of="mean")
        seconds = {name: _median(_times(call, settings.n_rounds)) for name, call in ask.items()}
        found: Results = {"n_training": len(X), "n_candidates": len(X_test), "seconds": seconds}
        found["peak_mebibytes_over_model"] = _peak(ask["mean"])
        seconds |= _peer_seconds(X, y, X_test, settings)
    found["ratios"] = {"observation over predict": seconds["observation"] / seconds["predict"]}
    if "lolopy return_std" in seconds:
        found["ratios"]["lolopy over observation"] = seconds["lolopy return_std"] / seconds["observation"]
    if "forestci" in seconds:
        found["ratios"]["forestci over mean"] = seconds["forestci"] / seconds["mean"]
    return found


def _peer_seconds(X: Any, y: Any, X_test: Any, settings: CalibrationSettings) -> dict[str, float]:
    found = {}
    if os.environ.get(LOLOPY_PYTHON):
        with tempfile.TemporaryDirectory() as folder:
            data = Path(folder) / "data.npz"
            np.savez(data, X=X, y=y, X_test=X_test)
            spec = json.dumps(
                {"n_trees": settings.n_trees_timed, "n_rounds": settings.n_rounds, "seed": settings.seed + 1}
            )
            command = [os.environ[LOLOPY_PYTHON], str(WORKER), str(data), spec]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            found["lolopy return_std"] = _median(json.loads(done.stdout.splitlines()[-1]))
    if find_spec("forestci"):
        from forestci import random_forest_error
        from sklearn.ensemble import RandomForestRegressor

        forest = RandomForestRegressor(
            settings.n_trees_timed, max_features=1 / 3, random_state=settings.seed, n_jobs=settings.n_jobs
        ).fit(X, y)

        def ask() -> Any:
            return forest.predict(X_test), random_forest_error(forest, X.shape, X_test, calibrate=False)

        # The variance alone, without its calibration, which fits further forests.
        found["forestci"] = _median(_times(ask, settings.n_rounds))
    return found


def _times(call: Callable[[], Any], n_rounds: int) -> list[float]:
    seconds = []
    for _ in range(n_rounds):
        start = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - start)
    return seconds


def _median(values: list[float]) -> float:
    return float(np.median(values))


def _peak(call: Callable[[], Any]) -> float:
    """Most memory that NumPy and Python held during a call beyond what they held before it."""
    import tracemalloc

    tracemalloc.start()
    call()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 2**20
