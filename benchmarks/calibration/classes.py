"""Probabilities of classes: the trees' votes as they are, and as `predict_proba` gives them.

Two sets: colours of inorganic compounds, six classes of a few hundred labels, and whether a measured band
gap is zero, two classes of thousands.
"""

import numpy as np

from benchmarks.calibration.ours import Numbers
from benchmarks.calibration.settings import CalibrationSettings
from benchmarks.colour import ColourTable, planted_table, read_table
from benchmarks.definition import Results
from benchmarks.problems import Problem


def measure_classes(settings: CalibrationSettings, gaps: Problem | None) -> Results:
    """Log loss, Brier score and calibration error of votes and of probabilities, on held-out materials.

    Parameters
    ----------
    settings : CalibrationSettings
    gaps : Problem or None
        Of band gaps; without it only the colours.
    """
    colours = planted_table(settings.seed) if settings.is_planted else read_table(settings.seed)
    found = {"colours": _measure(*_coloured(colours), settings)}
    if gaps is not None:
        told = gaps.labelled
        is_zero = gaps.Y[gaps.target].to_numpy(np.float64)[told] == 0
        labels = np.where(is_zero, "zero", "above").astype(object)
        found["zero gaps"] = _measure(gaps.X[told], labels, gaps.groups[told].astype(str), settings)
    return found


def _coloured(table: ColourTable) -> tuple[Numbers, np.ndarray, np.ndarray]:
    told = np.flatnonzero([colour is not None for colour in table.colour])
    return table.X[told], table.colour[told], table.materials[told].astype(str)


def _measure(X: Numbers, labels: np.ndarray, groups: np.ndarray, settings: CalibrationSettings) -> Results:
    from sklearn.model_selection import StratifiedGroupKFold

    from graftwood import SingleTask
    from graftwood.metrics import brier, expected_calibration_error, fold_estimate, log_loss

    classes = sorted(set(labels))
    said = {name: np.zeros((len(X), len(classes))) for name in ("votes", "probabilities")}
    splitter = StratifiedGroupKFold(settings.n_folds, shuffle=True, random_state=settings.seed)
    parts = list(splitter.split(X, labels.astype(str), groups))
    for train, test in parts:
        model = SingleTask(
            n_estimators=settings.n_estimators, random_state=settings.seed, n_jobs=settings.n_jobs
        ).fit(X[train], labels[train], groups=groups[train])
        columns = [classes.index(known) for known in model.classes_]
        votes = np.concatenate([bags.mean(axis=0) for _, bags in model.bag_outputs(X[test], task=0)])
        said["votes"][np.ix_(test, columns)] = votes
        said["probabilities"][np.ix_(test, columns)] = model.predict_proba(X[test])
    # A class that no tree votes for is impossible to the log loss; half a vote is the least that can be said.
    said["votes"] = _at_least(said["votes"], 0.5 / settings.n_estimators)
    n_test = len(X) / len(parts)
    found: Results = {"n_labels": len(labels), "n_classes": len(classes)}
    for name, odds in said.items():
        found[name] = {"ece": expected_calibration_error(labels, odds, classes)}
        for metric, measure in (("log_loss", log_loss), ("brier", brier)):
            values = [measure(labels[test], odds[test], classes) for _, test in parts]
            found[name][metric] = list(fold_estimate(values, n_test, len(X) - n_test))
    return found


def _at_least(odds: Numbers, least: float) -> Numbers:
    raised = np.maximum(odds, least)
    return raised / raised.sum(axis=1, keepdims=True)
