"""Experimental band gaps with Matbench's folds: graftwood's plain forest beside scikit-learn's.

The folds are those of Dunn et al., npj Comput. Mater. 6, 138 (2020): five, shuffled, over the rows in
the order of the file.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.definition import Results

Numbers = npt.NDArray[np.float64]
Predict = Callable[[npt.NDArray[np.int64], npt.NDArray[np.int64]], Numbers]
MATBENCH_SEED = 18012019
INPUTS = {"Magpie": {"fractions": False}, "Magpie + fractions": {"fractions": True}}
MODELS = ("graftwood", "scikit-learn")


@dataclass(frozen=True)
class MatbenchSettings:
    """Settings: forests of one size, folds, and how much of the table is used (None = all of it).

    Examples
    --------
    >>> MatbenchSettings(n_rows=200).n_estimators
    100
    """

    n_estimators: int = 100
    n_rows: int | None = None
    n_folds: int = 5
    n_jobs: int = 2
    seed: int = 0


@dataclass(frozen=True)
class Problem:
    """Features, gaps in eV and the material of each row."""

    X: Numbers
    gap: Numbers
    materials: npt.NDArray[Any]


def compare_single_with_sklearn(settings: MatbenchSettings) -> Results:
    """Experimental gaps, Matbench folds: SingleTask against scikit-learn's random forest.

    Both get the same features, trees and threads and a third of the features at each node. Given are the
    mean absolute error in eV of each fold, the paired difference (graftwood minus scikit-learn, below zero
    when graftwood is better) with the standard error of Nadeau and Bengio for overlapping training
    sets, and the CPU seconds of fitting and predicting all folds. The kernels are compiled beforehand.

    The rows are the file's, as in Matbench: the two rows of each of three materials (Cu9S5, for one) may
    be split by a fold, so these numbers compare with published ones and are not strictly leak-free.
    """
    results: Results = {}
    for inputs, options in INPUTS.items():
        problem = load_problem(settings.n_rows, **options)
        models = {
            "graftwood": with_graftwood(problem, settings),
            "scikit-learn": with_sklearn(problem, settings),
        }
        warm_up(models["graftwood"])
        results[inputs] = {name: score(predict, problem, settings) for name, predict in models.items()}
        results[inputs]["difference"] = paired_difference(results[inputs], len(problem.gap))
        print_result(inputs, results[inputs])
    return results


def load_problem(n_rows: int | None, *, fractions: bool) -> Problem:
    """Read the shipped gaps in the file's order and compute their features."""
    from graftwood.datasets import load_experimental_gaps
    from graftwood.features.composition import CompositionFeatures
    from graftwood.features.formula import read_formulas

    frame = load_experimental_gaps().frame.iloc[:n_rows]
    formulas = frame["formula"].tolist()
    return Problem(
        X=CompositionFeatures(fractions=fractions).fit_transform(formulas),
        gap=frame["gap_eV"].to_numpy(dtype=np.float64),
        materials=np.asarray(read_formulas(formulas).materials),
    )


def with_graftwood(problem: Problem, settings: MatbenchSettings) -> Predict:
    """Bind SingleTask to a problem: training and test rows in, predictions out."""
    from graftwood import SingleTask

    def predict(train: npt.NDArray[np.int64], test: npt.NDArray[np.int64]) -> Numbers:
        model = SingleTask(
            target=0, n_estimators=settings.n_estimators, random_state=settings.seed, n_jobs=settings.n_jobs
        )
        model.fit(problem.X[train], problem.gap[train], groups=problem.materials[train])
        return np.asarray(model.predict(problem.X[test]))

    return predict


def with_sklearn(problem: Problem, settings: MatbenchSettings) -> Predict:
    """Bind scikit-learn's forest to a problem, with the same options."""
    from sklearn.ensemble import RandomForestRegressor

    def predict(train: npt.NDArray[np.int64], test: npt.NDArray[np.int64]) -> Numbers:
        model = RandomForestRegressor(
            settings.n_estimators, max_features=1 / 3, random_state=settings.seed, n_jobs=settings.n_jobs
        )
        model.fit(problem.X[train], problem.gap[train])
        return np.asarray(model.predict(problem.X[test]))

    return predict


def warm_up(predict: Predict) -> None:
    """Compile the kernels, or load them from their cache, before the clock runs."""
    rows = np.arange(50)
    predict(rows, rows)


def score(predict: Predict, problem: Problem, settings: MatbenchSettings) -> Results:
    """Errors of every fold in eV, and CPU seconds of all threads together."""
    from sklearn.model_selection import KFold

    splitter = KFold(settings.n_folds, shuffle=True, random_state=MATBENCH_SEED)
    folds = []
    start = time.process_time()
    for train, test in splitter.split(problem.X):
        folds.append(float(np.mean(np.abs(predict(train, test) - problem.gap[test]))))
    return {
        "mae_of_folds_eV": folds,
        "mae_eV": float(np.mean(folds)),
        "cpu_seconds": time.process_time() - start,
    }


def paired_difference(scores: Results, n_rows: int) -> Results:
    """Mean over folds of graftwood's error minus scikit-learn's, and its corrected standard error."""
    from graftwood.metrics import fold_estimate

    ours, theirs = (np.array(scores[name]["mae_of_folds_eV"]) for name in MODELS)
    n_test = n_rows / len(ours)
    mean, standard_error = fold_estimate(ours - theirs, n_test, n_rows - n_test)
    return {"mae_eV": mean, "standard_error_eV": standard_error}


def print_result(inputs: str, result: Results) -> None:
    """Print one line per model and one for their difference."""
    print(f"\n{inputs}")
    for name in MODELS:
        folds = " ".join(f"{value:.4f}" for value in result[name]["mae_of_folds_eV"])
        mean, seconds = result[name]["mae_eV"], result[name]["cpu_seconds"]
        print(f"  {name:<13} MAE {mean:.4f} eV   folds {folds}   {seconds:6.1f} CPU-s")
    difference = result["difference"]
    print(f"  {'difference':<13} {difference['mae_eV']:+.4f} +- {difference['standard_error_eV']:.4f} eV")
