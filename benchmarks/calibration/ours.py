"""graftwood's architectures as models with error bars."""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.architectures.cases import Case
from benchmarks.calibration.settings import CalibrationSettings
from benchmarks.problems.folds import Fold

Numbers = npt.NDArray[np.float64]
SELECTOR = "selector"
SINGLE = "single"
ONE_KNOWN = "one known"


@dataclass(frozen=True, eq=False)
class Bars:
    """What a model says of test rows: prediction, spread of an observation, ends of the 90 % interval.

    Examples
    --------
    >>> zero, one = np.zeros(2), np.ones(2)
    >>> Bars(zero, one, -one, one).mean.shape
    (2,)
    """

    mean: Numbers
    spread: Numbers
    low: Numbers
    high: Numbers


def list_ours(case: Case, settings: CalibrationSettings) -> dict[str, Any]:
    """Name -> unfitted model."""
    from graftwood import Difference, LatentVariable, MultiTaskForest, Pooled, SingleTask, TransferSelector

    target, sources = case.problem.target, case.inputs
    options: dict[str, Any] = {
        "n_estimators": settings.n_estimators,
        "n_jobs": settings.n_jobs,
        "kinds": dict.fromkeys([target, *sources], "real"),
    }
    found: dict[str, Any] = {
        SINGLE: SingleTask(target, **options),
        "pooled": Pooled(target, **options),
        "multi-task": MultiTaskForest(target, **options),
        "difference": Difference(target, sources[0], **options),
        "scaled difference": Difference(target, sources[0], slope="learned", **options),
        "latent": LatentVariable(target, sources, **options),
    }
    if settings.with_selector:
        found[SELECTOR] = TransferSelector(target, units=case.problem.units or None, **options)
    return found


def say(model: Any, name: str, case: Case, fold: Fold, seed: int) -> dict[str, Bars]:
    """Fit a model on a fold and ask it for the test rows with their error bars, told what the regime tells.

    In "hidden", where it has not seen test materials' sources either, it is asked again, under "one known",
    with one of several sources known of each row, in turn.
    """
    from sklearn.base import clone

    problem, target = case.problem, case.problem.target
    uses_sources = name != SINGLE
    rows, labels = case.training(fold, uses_sources=uses_sources)
    labels = labels[[task for task in labels if task not in problem.same_as]]
    model = clone(model).set_params(random_state=seed + fold.repeat, kinds=dict.fromkeys(labels, "real"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a selector's choice that could not be judged
        model.fit(problem.X[rows], labels, groups=problem.groups[rows])
    shown = {case.regime: case.known(fold) if uses_sources else None}
    if case.regime == "hidden" and uses_sources and len(case.inputs) > 1:
        shown[ONE_KNOWN] = one_of_each(case.table.iloc[fold.test][case.inputs], fold.test)
    asked = {}
    for regime, known in shown.items():
        said = model.predict_tasks(problem.X[fold.test], known=known, tasks=[target])[target]
        asked[regime] = Bars(said["mean"], said["spread"], said["low"], said["high"])
    return asked


def one_of_each(known: Any, rows: npt.NDArray[np.int64]) -> Any:
    """Known labels of rows with one source each, the next one for the next row.

    Examples
    --------
    >>> import pandas as pd
    >>> one_of_each(pd.DataFrame({"pbe": [1.0, 2.0], "hse": [3.0, 4.0]}), np.array([0, 1])).to_numpy()
    array([[ 1., nan],
           [nan,  4.]])
    """
    return known.where(rows[:, None] % known.shape[1] == np.arange(known.shape[1]))
