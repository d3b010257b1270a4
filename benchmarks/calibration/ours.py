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
    if case.problem.name in settings.with_selector:
        found[SELECTOR] = TransferSelector(target, units=case.problem.units or None, **options)
    return found


def say(model: Any, name: str, case: Case, fold: Fold, seed: int) -> Bars:
    """Fit a model on a fold and ask it for the test rows with their error bars."""
    from sklearn.base import clone

    problem, target = case.problem, case.problem.target
    uses_sources = name != SINGLE
    rows, labels = case.training(fold, uses_sources=uses_sources)
    labels = labels[[task for task in labels if task not in problem.same_as]]
    model = clone(model).set_params(random_state=seed + fold.repeat, kinds=dict.fromkeys(labels, "real"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a selector's choice that could not be judged
        model.fit(problem.X[rows], labels, groups=problem.groups[rows])
    known = case.known(fold) if uses_sources else None
    X = problem.X[fold.test]
    said = model.predict_tasks(X, known=known, tasks=[target])[target]
    return Bars(said["mean"], said["spread"], said["low"], said["high"])
