"""Functions of several steps of NO decomposition: errors that steps share cancel in a difference.

Hutchinson et al. (2017) show it for activation energies.  Here the error bar of every difference of two
barriers, and of the largest barrier, is compared with labels and with the bar of independent errors.
"""

import itertools
import warnings
from typing import Any

import numpy as np

from benchmarks.calibration.settings import CalibrationSettings
from benchmarks.definition import Results
from benchmarks.problems.catalysis import all_steps
from benchmarks.problems.folds import Drawing


def measure_steps(settings: CalibrationSettings) -> Results:
    """Coverage of functions of steps, by a shared forest and by one forest per step."""
    from sklearn.model_selection import GroupKFold

    from graftwood import MultiTaskForest, SingleTask

    X, Y, groups = _planted(settings) if settings.is_planted else all_steps()
    tasks = list(Y)
    drawing = Drawing(settings.n_folds, settings.n_repeats_of_steps, settings.seed)
    models = {"multi-task": MultiTaskForest, "single": SingleTask}
    rows: dict[str, dict[str, list[Any]]] = {name: {} for name in models}
    for repeat in range(drawing.n_repeats):
        splitter = GroupKFold(drawing.n_folds, shuffle=True, random_state=drawing.seed + repeat)
        for train, test in splitter.split(X, groups=groups):
            for name, kind in models.items():
                model = kind(n_estimators=settings.n_estimators, random_state=drawing.seed + repeat)
                model.fit(X[train], Y.iloc[train], groups=groups[train])
                for function, found in _functions_of(model, X[test], Y.iloc[test], tasks).items():
                    rows[name].setdefault(function, []).append(np.column_stack([test, found]))
    return {
        name: {
            function: _summary(np.concatenate(parts), drawing.n_repeats) for function, parts in each.items()
        }
        for name, each in rows.items()
    }


def _functions_of(model: Any, X: Any, Y: Any, tasks: list[str]) -> dict[str, Any]:
    """Label, prediction, spread, and spread if errors were independent, of every function."""
    labels = {task: Y[task].to_numpy() for task in tasks}
    spread_of = dict(zip(tasks, model.predict(X, return_std=True)[1].T, strict=True))
    found = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for one, other in itertools.combinations(tasks, 2):
            mean, spread = model.predict_function(lambda y, a=one, b=other: y[a] - y[b], X)
            independent = np.hypot(spread_of[one], spread_of[other])
            found[f"{one} - {other}"] = [labels[one] - labels[other], mean, spread, independent]
        largest = model.predict_function(lambda y: np.maximum.reduce([y[task] for task in tasks]), X)
        truth = np.maximum.reduce([labels[task] for task in tasks])
        found["largest"] = [truth, *largest, np.full(len(X), np.nan)]
    return {name: np.column_stack(parts) for name, parts in found.items()}


def _summary(table: Any, n_repeats: int) -> Results:
    """Coverage over rows with all labels, and mean spreads."""
    table = table[np.isfinite(table[:, 1])]
    inside = np.abs(table[:, 1] - table[:, 2]) <= table[:, 3]
    n = len(table) / n_repeats
    return {
        "n_labels": round(n), "coverage_68": float(inside.mean()),
        # Repeats test the same labels again, so they do not count as more.
        "binomial_error": float(np.sqrt(0.6827 * 0.3173 / n)),
        "spread": float(table[:, 3].mean()),
        "independent": None if np.isnan(table[:, 4]).any() else float(table[:, 4].mean()),
        "mae": float(np.mean(np.abs(table[:, 1] - table[:, 2]))),
    }  # fmt: skip


def _planted(settings: CalibrationSettings) -> Any:
    import pandas as pd

    rng = np.random.default_rng(settings.seed)
    X = rng.normal(size=(60, 4))
    common = X[:, 0] + 0.5 * rng.normal(size=60)
    Y = pd.DataFrame({f"step {i}": common + 0.1 * rng.normal(size=60) + X[:, i] / 4 for i in (1, 2)})
    return X, Y, np.arange(60)
