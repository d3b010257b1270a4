"""One fit of one forest in a process of its own: `python worker.py DATA.npz SPEC.json`, a line of JSON out.

It imports the forest it measures and nothing else of this project, so that it runs in a peer's
environment too. A small fit beforehand compiles kernels and starts threads or a JVM; the clock runs after.
"""

import json
import resource
import sys
import time
from typing import Any

import numpy as np

N_PREDICTS = 5  # their median counts, as one takes hundredths of a second


def make_graftwood(spec: dict[str, Any]) -> Any:
    """Forest of graftwood with out-of-bag predictions and calibrated spreads, as a user gets it."""
    from graftwood import MultiTaskForest

    return MultiTaskForest(
        n_estimators=spec["n_trees"], max_features=1 / 3, random_state=spec["seed"], n_jobs=spec["n_jobs"]
    )


def make_sklearn(spec: dict[str, Any]) -> Any:
    """scikit-learn's random forest."""
    from sklearn.ensemble import RandomForestRegressor

    return RandomForestRegressor(
        spec["n_trees"], max_features=1 / 3, random_state=spec["seed"], n_jobs=spec["n_jobs"]
    )


def make_intelex(spec: dict[str, Any]) -> Any:
    """scikit-learn-intelex's random forest; 256 bins, its default."""
    from sklearnex.ensemble import RandomForestRegressor

    return RandomForestRegressor(
        spec["n_trees"], max_features=1 / 3, random_state=spec["seed"], n_jobs=spec["n_jobs"]
    )


def make_catboost(spec: dict[str, Any]) -> Any:
    """CatBoost with its own defaults and missing labels."""
    from catboost import CatBoostRegressor

    return CatBoostRegressor(
        iterations=spec["n_iterations"], loss_function="MultiRMSEWithMissingValues",
        random_seed=spec["seed"], thread_count=spec["n_jobs"], verbose=False, allow_writing_files=False,
    )  # fmt: skip


def make_lolopy(spec: dict[str, Any]) -> Any:
    """Multi-task forest of lolopy on a third of the inputs, as the others."""
    from lolopy.learners import MultiTaskRandomForest

    return MultiTaskRandomForest(num_trees=spec["n_trees"], subset_strategy=1 / 3)


MAKERS = {
    "graftwood": make_graftwood,
    "scikit-learn": make_sklearn,
    "scikit-learn-intelex": make_intelex,
    "CatBoost": make_catboost,
    "lolopy": make_lolopy,
}


def cpu_seconds() -> float:
    """CPU seconds of this process, all threads."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def peak_mebibytes() -> float:
    """Largest resident memory of this process; the system's usual figure starts at the parent's."""
    with open("/proc/self/status", encoding="ascii") as file:
        peak = next(line for line in file if line.startswith("VmHWM"))
    return int(peak.split()[1]) / 1024


def measure(spec: dict[str, Any], data: Any) -> dict[str, Any]:
    """Fit and predict once after a small fit, and say what they took."""
    X, Y = data["X"], data["Y"]
    if Y.shape[1] == 1:
        Y = Y[:, 0]
    make = MAKERS[spec["forest"]]
    small = make(spec).fit(X[:300], Y[:300])
    small.predict(X[:300])
    model = make(spec)
    cpu, wall = cpu_seconds(), time.perf_counter()
    model.fit(X, Y)
    found = {"fit_cpu": cpu_seconds() - cpu, "fit_wall": time.perf_counter() - wall}
    seconds = []
    for _ in range(N_PREDICTS):
        wall = time.perf_counter()
        said = np.asarray(model.predict(data["X_test"])).reshape(len(data["X_test"]), -1)
        seconds.append(time.perf_counter() - wall)
    found["predict_wall"] = float(np.median(seconds))
    found["peak_mebibytes"] = peak_mebibytes()
    error = np.abs(said - data["Y_test"])
    found["mae"] = [float(np.nanmean(error[:, task])) for task in range(error.shape[1])]
    if spec["forest"] == "scikit-learn-intelex":
        found["is_accelerated"] = hasattr(model, "_onedal_estimator")
    return found


if __name__ == "__main__":
    with np.load(sys.argv[1]) as arrays:
        data = dict(arrays)
    with open(sys.argv[2], encoding="utf-8") as file:
        print(json.dumps(measure(json.load(file), data)))
