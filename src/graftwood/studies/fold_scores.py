"""Held-out predictions to errors fold by fold, and those to the table of ``comparison.csv``.

A score is a line: task, subset, architecture, regime, trial, fold, metric, value.  Trials are
repeats, each another division into folds; a mean goes over all folds of all trials, and its error
knows that they overlap (Nadeau and Bengio, Machine Learning 52, 239 (2003)).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from graftwood.metrics import fold_estimate
from graftwood.metrics.direction import sign_of

KEYS = ["task", "subset", "architecture", "regime", "trial", "fold"]
COLUMNS = (
    "architecture", "regime", "task", "subset", "metric", "value", "standard_error", "n_test",
    "gain_over_single", "gain_standard_error",
)  # fmt: skip

Measures = Mapping[str, Callable[[pd.DataFrame], float]]


def mae(part: pd.DataFrame) -> float:
    """Mean absolute error of the columns label and prediction."""
    return float(np.mean(np.abs(_errors(part))))


def rmse(part: pd.DataFrame) -> float:
    """Root mean squared error of the columns label and prediction."""
    return float(np.sqrt(np.mean(_errors(part) ** 2)))


def _errors(part: pd.DataFrame) -> np.ndarray:
    return part["prediction"].to_numpy(dtype=np.float64) - part["label"].to_numpy(dtype=np.float64)


def score_folds(held_out: pd.DataFrame, measures: Measures) -> pd.DataFrame:
    """Measure every fold.

    Parameters
    ----------
    held_out : DataFrame
        Held-out predictions with the columns of ``KEYS`` and what the measures read.
    measures : mapping of metric to function of the fold's rows

    Returns
    -------
    DataFrame
        Columns ``KEYS``, metric, value, n.

    Examples
    --------
    >>> rows = pd.DataFrame({"label": [1.0, 2.0], "prediction": [1.5, 2.0], "fold": [0, 1]})
    >>> rows = rows.assign(task="gap", subset="all", architecture="single", regime="hidden", trial=0)
    >>> score_folds(rows, {"mae": mae})["value"].tolist()
    [0.5, 0.0]
    """
    lines: list[dict[str, Any]] = []
    for place, part in held_out.groupby(KEYS, sort=False):
        shared = dict(zip(KEYS, place, strict=True))
        for metric, measure in measures.items():
            lines.append({**shared, "metric": metric, "value": measure(part), "n": len(part)})
    return pd.DataFrame(lines)


def estimate(values: np.ndarray, n_folds: int) -> tuple[float, float]:
    """Mean over folds and trials and its corrected standard error; NaN error of one fold.

    Examples
    --------
    >>> mean, error = estimate(np.array([1.0, 2.0, 3.0]), n_folds=3)
    >>> mean, round(error, 4)
    (2.0, 0.9129)
    """
    there = values[np.isfinite(values)]
    if len(there) < 2:
        return (float(there[0]) if len(there) else np.nan), np.nan
    return fold_estimate(there, 1.0, n_folds - 1.0)


def paired_values(
    scores: pd.DataFrame, metric: str, one: dict[str, str], other: dict[str, str]
) -> np.ndarray:
    """Pair two selections of scores fold by fold; folds that one of them lacks are left out.

    Parameters
    ----------
    scores : DataFrame
        From `score_folds`.
    metric : str
    one, other : dict
        Columns and what they must equal, such as ``{"architecture": "latent", "regime": "hidden"}``.

    Returns
    -------
    ndarray of shape (n, 2)
    """
    sides = [_chosen(scores[scores["metric"] == metric], each) for each in (one, other)]
    found = pd.concat(sides, axis=1, join="inner").dropna()
    return found.to_numpy(dtype=np.float64)


def _chosen(scores: pd.DataFrame, wanted: dict[str, str]) -> pd.Series:
    for column, value in wanted.items():
        scores = scores[scores[column] == value]
    return scores.set_index(["trial", "fold"])["value"]


def comparison_table(scores: pd.DataFrame, n_folds: Mapping[str, int] | int) -> pd.DataFrame:
    """Return ``comparison.csv``: means, errors, and gains over the single task of the same folds.

    Parameters
    ----------
    scores : DataFrame
        From `score_folds`.
    n_folds : int, or mapping of subset to int
        Folds of one trial.
    """
    lines = []
    places = scores.groupby(["task", "subset", "regime", "metric"], sort=False)
    for (task, subset, regime, metric), part in places:
        folds = n_folds if isinstance(n_folds, int) else n_folds[str(subset)]
        by_place = part.pivot_table(index=["trial", "fold"], columns="architecture", values="value")
        counts = part.groupby("architecture")["n"].sum() // max(part["trial"].nunique(), 1)
        sign = sign_of(str(metric))
        for name in part["architecture"].unique():
            value, error = estimate(by_place[name].to_numpy(), folds)
            gain, gain_error = np.nan, np.nan
            if name != "single" and "single" in by_place:
                gain, gain_error = estimate(sign * (by_place[name] - by_place["single"]).to_numpy(), folds)
            lines.append(
                (name, regime, task, subset, metric, value, error, int(counts[name]), gain, gain_error)
            )
    return pd.DataFrame(lines, columns=list(COLUMNS))
