"""Held-out predictions to the comparison table: metrics per fold, their means and honest errors."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from graftwood.coding.kinds import POSITIVE, REAL
from graftwood.metrics import (
    accuracy,
    brier,
    brier_zero,
    coverage,
    coverage_of_interval,
    coverage_of_transform,
    crps_normal,
    f1_weighted,
    fold_estimate,
    log_loss,
    mae,
    ndme,
    r2,
    rmse,
    roc_auc,
)
from graftwood.metrics.direction import sign_of
from graftwood.study.hold_out import probability_columns
from graftwood.uncertainty.normal import crps_of_lognormal_rows
from graftwood.uncertainty.rescale import ONE_SIGMA

COLUMNS = (
    "architecture", "regime", "task", "subset", "metric", "value", "standard_error", "n_test",
    "gain_over_single", "gain_standard_error",
)  # fmt: skip


def resolve_ties(part: pd.DataFrame, closed: float, promised: float) -> float:
    """Count labels that were predicted exactly with the promised share instead of as covered.

    An exact zero (a metal's gap) lies inside any bar around zero, so bars of a good model would
    look too wide: the randomised probability integral transform settles such ties by chance, and
    this is its expectation (Czado, Gneiting and Held, Biometrics 65, 1254 (2009)).

    Parameters
    ----------
    part : DataFrame with the columns label and prediction
    closed : float
        Share of labels inside bars that include their ends.
    promised : float
    """
    exact = float(np.mean(part["label"].to_numpy() == part["prediction"].to_numpy()))
    return closed - exact * (1.0 - promised)


# Whether more of a metric is better is said in ``metrics/direction.py``.
Measures = Mapping[str, Callable[[pd.DataFrame], float]]
_OF_NUMBERS: Measures = {
    "mae": lambda part: mae(part["label"], part["prediction"]),
    "rmse": lambda part: rmse(part["label"], part["prediction"]),
    "ndme": lambda part: ndme(part["label"], part["prediction"]),
    "r2": lambda part: r2(part["label"], part["prediction"]),
    "coverage_68": lambda part: resolve_ties(
        part, coverage(part["label"], part["prediction"], part["spread"]), 0.6827
    ),
    "coverage_90": lambda part: resolve_ties(
        part, coverage_of_interval(part["label"], part["low"], part["high"]), 0.9
    ),
    "crps": lambda part: crps_normal(part["label"], part["prediction"], part["spread"]),
}

_OF_POSITIVE: Measures = {
    **_OF_NUMBERS,
    "coverage_68": lambda part: coverage(np.log(part["label"]), np.log(part["prediction"]), _sigma(part)),
    "crps": lambda part: _crps_of_positive(part),
}


def _crps_of_positive(part: pd.DataFrame) -> float:
    label, prediction = part["label"].to_numpy(), part["prediction"].to_numpy()
    return float(np.mean(crps_of_lognormal_rows(label, prediction, _sigma(part))))


def _sigma(part: pd.DataFrame) -> Any:
    """Spread of the logarithm: a spread is half of what lies between prediction * exp(+-sigma)."""
    return np.arcsinh(part["spread"].to_numpy() / part["prediction"].to_numpy())


_OF_ZEROS: Measures = {
    **_OF_NUMBERS,
    "coverage_68": lambda part: coverage_of_transform(part["below"], part["at_most"], level=ONE_SIGMA),
    "coverage_90": lambda part: coverage_of_transform(part["below"], part["at_most"], level=0.9),
    "crps": lambda part: float(np.mean(part["crps"])),
    "brier_zero": lambda part: brier_zero(part["label"], part["p_zero"]),
}


_OF_SPREADS = ("coverage_68", "coverage_90", "crps")


def _of_classes(classes: Sequence[Any]) -> Measures:
    """Measures of a category; the log loss, unlike the Brier score, is ruled by classes ruled out wrongly."""

    def odds(part: pd.DataFrame) -> np.ndarray:
        return part[probability_columns(classes)].to_numpy()

    return {
        "accuracy": lambda part: accuracy(part["label"], part["prediction"]),
        "f1_weighted": lambda part: f1_weighted(part["label"], part["prediction"]),
        "log_loss": lambda part: log_loss(part["label"], odds(part), classes),
        "roc_auc": lambda part: roc_auc(part["label"], odds(part), classes),
        # What the choice and the verdict go by.
        "brier": lambda part: brier(part["label"], odds(part), classes),
    }


def _measures(held_out: pd.DataFrame, classes: Sequence[Any], kind: str) -> Measures:
    if classes:
        return _of_classes(classes)
    if "p_zero" in held_out:
        return _OF_ZEROS
    measures = _OF_POSITIVE if kind == POSITIVE else _OF_NUMBERS
    has_spread = held_out["spread"].notna().any()
    return {name: each for name, each in measures.items() if has_spread or name not in _OF_SPREADS}


def score(
    held_out: pd.DataFrame,
    target: str,
    subsets: Mapping[str, np.ndarray],
    classes: Sequence[Any] = (),
    kind: str = REAL,
) -> pd.DataFrame:
    """Score held-out predictions.

    Parameters
    ----------
    held_out : DataFrame
        As ``Comparison.held_out``.
    target : str
    subsets : mapping of name to bool array over the rows of the table
        Parts to be scored besides "all".
    classes : sequence, default ()
        Classes of the target where it is a category.
    kind : str, default "real"
        Of the target; error bars of a positive one are judged as those of its logarithm.

    Returns
    -------
    DataFrame with the columns of ``comparison.csv``

    Notes
    -----
    A value is the mean over folds of the metric in each fold; its error is corrected for
    the overlap of training sets (Nadeau and Bengio, Machine Learning 52, 239 (2003)),
    and a gain is the paired difference to ``single`` on the same folds.
    """
    measures = _measures(held_out, classes, kind)
    n_folds = held_out["fold"].nunique()
    n_trials = held_out["trial"].nunique() if "trial" in held_out else 1
    lines = []
    for name, mask in {"all": None, **subsets}.items():
        chosen = held_out if mask is None else held_out[mask[held_out["row"].to_numpy()]]
        folds = _by_fold(chosen, measures)
        for architecture, regime in (
            held_out[["architecture", "regime"]].drop_duplicates().itertuples(index=False)
        ):
            mine = folds.get((architecture, regime), pd.DataFrame(columns=["n", *measures], dtype=float))
            single = folds.get(("single", regime))
            n_test = int(mine["n"].sum())
            n_train = (n_folds / n_trials - 1) * n_test / n_folds
            for metric in measures:
                value, error = _estimate(mine[metric].to_numpy(), n_test / n_folds, n_train)
                gain, gain_error = np.nan, np.nan
                sign = sign_of(metric)
                if sign and single is not None and architecture != "single":
                    difference = sign * (mine[metric].to_numpy() - single[metric].to_numpy())
                    gain, gain_error = _estimate(difference, n_test / n_folds, n_train)
                lines.append((
                    architecture, regime, target, name, metric, value, error, n_test // n_trials,
                    gain, gain_error,
                ))  # fmt: skip
    return pd.DataFrame(lines, columns=list(COLUMNS))


def _estimate(values: np.ndarray, n_test: float, n_train: float) -> tuple[float, float]:
    """Mean and error over folds; NaN for a metric that a fold cannot have (r2 of equal labels)."""
    if not np.isfinite(values).all() or not len(values):
        return np.nan, np.nan
    if len(values) == 1:
        return float(values[0]), np.nan
    return fold_estimate(values, n_test, n_train)


def _by_fold(held_out: pd.DataFrame, measures: Measures) -> dict[Any, pd.DataFrame]:
    """Every metric of every fold that has test rows, in the order of folds, per architecture and regime."""
    lines: dict[Any, list[dict[str, float]]] = {}
    for (architecture, regime, _), part in held_out.groupby(["architecture", "regime", "fold"]):
        line = {"n": len(part), **{metric: measure(part) for metric, measure in measures.items()}}
        lines.setdefault((architecture, regime), []).append(line)
    return {key: pd.DataFrame(folds) for key, folds in lines.items()}
