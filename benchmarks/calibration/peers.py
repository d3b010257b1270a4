"""Error bars of other libraries, on the target's labels alone.

lolopy's forest is recalibrated out of bag, as ours is.  A quantile forest is conformalised by MAPIE on a
fifth of the training materials, once for each coverage.  forestci's is the spread of the mean and says
little of a new label; it is what users of scikit-learn's forests reach for.  All have as many trees as ours
and try as many inputs per split as their libraries do by default, lolopy a third and the others all.
"""

import json
import os
import subprocess
import tempfile
import warnings
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.architectures.cases import Case
from benchmarks.calibration.ours import Bars, Numbers
from benchmarks.calibration.settings import CalibrationSettings
from benchmarks.problems.folds import Fold
from benchmarks.speed.forests import LOLOPY_PYTHON

WORKER = Path(__file__).with_name("lolopy_worker.py")
ONE_SIGMA, WIDE = 0.6827, 0.9
NORMAL_90 = 1.6448536269514722
Told = tuple[Numbers, Numbers, Any, Numbers]


def list_peers() -> dict[str, Callable[[Told, CalibrationSettings, int], Bars]]:
    """Name -> peer, of those that are installed."""
    found: dict[str, Callable[[Told, CalibrationSettings, int], Bars]] = {}
    if os.environ.get(LOLOPY_PYTHON):
        found["lolopy"] = lolopy
    if find_spec("quantile_forest"):
        found["quantile-forest"] = quantile_forest
        if find_spec("mapie"):
            found["quantile-forest + MAPIE"] = conformal_quantile_forest
    if find_spec("forestci"):
        found["forestci"] = forestci
    return found


def missing_peers() -> list[str]:
    """Peers that cannot be run here."""
    every = {"lolopy", "quantile-forest", "quantile-forest + MAPIE", "forestci"}
    return sorted(every - set(list_peers()))


def say(peer: Callable[..., Bars], case: Case, fold: Fold, settings: CalibrationSettings) -> Bars:
    """Let a peer learn the target's labels and predict the test rows."""
    problem = case.problem
    rows, labels = case.training(fold, uses_sources=False)
    told = (
        problem.X[rows],
        labels[problem.target].to_numpy(np.float64),
        problem.groups[rows],
        problem.X[fold.test],
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return peer(told, settings, settings.seed + fold.repeat)


def lolopy(told: Told, settings: CalibrationSettings, seed: int) -> Bars:
    """Lolo's random forest by lolopy, in an environment of its own."""
    X, y, _, X_test = told
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data.npz"
        np.savez(data, X=X, y=y, X_test=X_test)
        # lolopy takes a seed of 0 for none.
        spec = json.dumps({"n_trees": settings.n_estimators, "n_rounds": 1, "seed": seed + 1})
        command = [os.environ[LOLOPY_PYTHON], str(WORKER), str(data), spec]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"calibration: lolopy failed; its last words were {done.stderr[-500:]!r}")
        with np.load(data.with_suffix(".out.npz")) as found:
            mean, spread = found["mean"], found["spread"]
    return Bars(mean, spread, mean - NORMAL_90 * spread, mean + NORMAL_90 * spread)


def quantile_forest(told: Told, settings: CalibrationSettings, seed: int) -> Bars:
    """Quantiles of the training labels in a row's leaves, as they are."""
    X, y, _, X_test = told
    forest = _quantile_forest(settings, seed).fit(X, y)
    tails = [(1 - ONE_SIGMA) / 2, (1 + ONE_SIGMA) / 2, (1 - WIDE) / 2, (1 + WIDE) / 2]
    low, high, low_90, high_90 = forest.predict(X_test, quantiles=tails).T
    return Bars(forest.predict(X_test, quantiles="mean"), (high - low) / 2, low_90, high_90)


def conformal_quantile_forest(told: Told, settings: CalibrationSettings, seed: int) -> Bars:
    """A quantile forest's quantiles, conformalised by MAPIE on a fifth of the materials."""
    from mapie.regression import ConformalizedQuantileRegressor
    from sklearn.model_selection import GroupShuffleSplit

    X, y, groups, X_test = told
    fitted, held = next(GroupShuffleSplit(1, test_size=0.2, random_state=seed).split(X, groups=groups))
    forest = _quantile_forest(settings, seed).fit(X[fitted], y[fitted])
    ends = []
    for level in (ONE_SIGMA, WIDE):
        parts = [
            _Quantile(forest, (1 - level) / 2),
            _Quantile(forest, (1 + level) / 2),
            _Quantile(forest, 0.5),
        ]
        mapie = ConformalizedQuantileRegressor(parts, confidence_level=level, prefit=True)
        mapie.conformalize(X[held], y[held])
        ends += list(mapie.predict_interval(X_test, symmetric_correction=True)[1][:, :, 0].T)
    low, high, low_90, high_90 = ends
    mean = forest.predict(X_test, quantiles="mean")
    return Bars(mean, np.maximum(high - low, 0) / 2, low_90, high_90)


def forestci(told: Told, settings: CalibrationSettings, seed: int) -> Bars:
    """The calibrated variance of the mean by the infinitesimal jackknife."""
    from forestci import random_forest_error
    from sklearn.ensemble import RandomForestRegressor

    X, y, _, X_test = told
    forest = RandomForestRegressor(
        settings.n_estimators, max_features=1.0, random_state=seed, n_jobs=settings.n_jobs
    ).fit(X, y)
    variance = random_forest_error(forest, X.shape, X_test)
    mean, spread = forest.predict(X_test), np.sqrt(np.maximum(variance, 0))
    return Bars(mean, spread, mean - NORMAL_90 * spread, mean + NORMAL_90 * spread)


def _quantile_forest(settings: CalibrationSettings, seed: int) -> Any:
    from quantile_forest import RandomForestQuantileRegressor

    return RandomForestQuantileRegressor(
        settings.n_estimators, max_features=1.0, random_state=seed, n_jobs=settings.n_jobs
    )


class _Quantile:
    """One quantile of a fitted quantile forest, as MAPIE wants three fitted models."""

    def __init__(self, forest: Any, level: float) -> None:
        self.forest, self.level = forest, level
        self.n_features_in_, self.is_fitted_ = forest.n_features_in_, True

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def fit(self, X: Any, y: Any) -> "_Quantile":
        return self

    def predict(self, X: Any) -> Numbers:
        return np.asarray(self.forest.predict(X, quantiles=[self.level])).reshape(-1)
