"""How well classes are predicted: accuracy, F1, log loss, area under the ROC curve, Brier score.

Missing labels are ignored.  Numbers agree with scikit-learn's where it has the
same measure; what it leaves to a warning is defined here.  Real tasks are
measured in ``metrics/accuracy.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from graftwood.errors import NotFinite, ShapeMismatch, TooFewLabels

_LEAST = float(np.finfo(np.float64).eps)  # as in scikit-learn: log loss of a class that was ruled out is 36


def accuracy(y_true: npt.ArrayLike, y_pred: npt.ArrayLike) -> float:
    """Share of labels whose class was predicted, 0 to 1, higher is better.

    Parameters
    ----------
    y_true : array of shape (n_rows,)
        Classes, NaN or None = missing (ignored).
    y_pred : array of shape (n_rows,)
        Predicted classes.

    Raises
    ------
    TooFewLabels
        No label is there.
    ShapeMismatch
        The arrays differ in shape or are not one-dimensional.

    Examples
    --------
    >>> accuracy(["red", "blue", None], ["red", "red", "red"])
    0.5
    """
    from sklearn.metrics import accuracy_score

    return float(accuracy_score(*_numbered(*_pairs("accuracy", y_true, y_pred))))


def f1_weighted(y_true: npt.ArrayLike, y_pred: npt.ArrayLike) -> float:
    """F1 of each class, weighted by the number of its labels; 0 to 1, higher is better.

    F1 is 2 tp / (2 tp + fp + fn), of true and false positives and false negatives.

    Parameters
    ----------
    y_true, y_pred : array of shape (n_rows,)
        As for `accuracy`.

    Raises
    ------
    TooFewLabels, ShapeMismatch
        As for `accuracy`.

    Examples
    --------
    >>> round(f1_weighted(["red", "red", "blue"], ["red", "blue", "blue"]), 4)
    0.6667
    """
    from sklearn.metrics import f1_score

    truth, guess = _numbered(*_pairs("f1_weighted", y_true, y_pred))
    return float(f1_score(truth, guess, average="weighted", zero_division=0.0))


def balanced_accuracy(y_true: npt.ArrayLike, y_pred: npt.ArrayLike) -> float:
    """Share of each class's labels that were predicted, averaged over the classes that occur; 0 to 1.

    Parameters
    ----------
    y_true, y_pred : array of shape (n_rows,)
        As for `accuracy`.

    Raises
    ------
    TooFewLabels, ShapeMismatch
        As for `accuracy`.

    Examples
    --------
    >>> balanced_accuracy(["red", "red", "red", "blue"], ["red", "red", "red", "red"])
    0.5
    """
    from sklearn.metrics import recall_score

    truth, guess = _numbered(*_pairs("balanced_accuracy", y_true, y_pred))
    return float(recall_score(truth, guess, labels=np.unique(truth), average="macro", zero_division=0.0))


def log_loss(y_true: npt.ArrayLike, probability: npt.ArrayLike, classes: Sequence[Any]) -> float:
    """Mean of minus the logarithm of the true class's probability; 0 is perfect, lower is better.

    A probability of zero counts as 2.2e-16 (loss 36), so a few classes that were ruled
    out wrongly decide the mean; `brier` is bounded.

    Parameters
    ----------
    y_true : array of shape (n_rows,)
        Classes, NaN or None = missing (ignored).
    probability : array of shape (n_rows, n_classes)
        In the order of ``classes``.
    classes : sequence
        A label that is none of them had the probability zero.

    Raises
    ------
    TooFewLabels
        No label is there.
    ShapeMismatch
        There is not one row of probabilities per label and one column per class.
    NotFinite
        A probability for a label is NaN or infinite.

    Examples
    --------
    >>> round(log_loss(["red"], [[0.25, 0.75]], ["blue", "red"]), 4)
    0.2877
    """
    is_class, odds = known_odds("log_loss", y_true, probability, classes)
    return float(-np.mean(np.log(np.clip((is_class * odds).sum(axis=1), _LEAST, 1.0))))


def brier(y_true: npt.ArrayLike, probability: npt.ArrayLike, classes: Sequence[Any]) -> float:
    """Mean squared distance of the probabilities from the truth: 0 is perfect, 2 surely wrong.

    A proper score: it is lowest in expectation where the probabilities are the true ones.

    Parameters
    ----------
    y_true, probability, classes
        As for `log_loss`.

    Raises
    ------
    TooFewLabels, ShapeMismatch, NotFinite
        As for `log_loss`.

    References
    ----------
    Brier, Monthly Weather Review 78, 1 (1950), the original sum over all classes.

    Examples
    --------
    >>> brier(["red"], [[0.25, 0.75]], ["blue", "red"])
    0.125
    """
    return float(np.mean(brier_by_row(y_true, probability, classes)))


def brier_by_row(
    y_true: npt.ArrayLike, probability: npt.ArrayLike, classes: Sequence[Any]
) -> npt.NDArray[np.float64]:
    """Brier score of every labelled row, shape (n_labelled,).

    Parameters
    ----------
    y_true, probability, classes
        As for `log_loss`.

    Raises
    ------
    TooFewLabels, ShapeMismatch, NotFinite
        As for `log_loss`.

    Examples
    --------
    >>> brier_by_row(["red", "green"], [[0.25, 0.75], [1.0, 0.0]], ["blue", "red"])
    array([0.125, 2.   ])
    """
    is_class, odds = known_odds("brier", y_true, probability, classes)
    # A label that is none of the classes had the probability zero: (0 - 1)^2 is added.
    return ((odds - is_class) ** 2).sum(axis=1) + ~is_class.any(axis=1)


def roc_auc(y_true: npt.ArrayLike, probability: npt.ArrayLike, classes: Sequence[Any]) -> float:
    """Area under the ROC curve, each class against the rest, weighted by the number of its labels.

    0.5 is chance, 1 perfect.  With two classes it is the usual area.  A class that no label
    has, or that every label has, has no curve; NaN where no class has one.

    Parameters
    ----------
    y_true, probability, classes
        As for `log_loss`.

    Raises
    ------
    TooFewLabels, ShapeMismatch, NotFinite
        As for `log_loss`.

    References
    ----------
    Hanley and McNeil, Radiology 143, 29 (1982): the area is the share of pairs in order.

    Examples
    --------
    >>> roc_auc(["a", "b", "b"], [[0.9, 0.1], [0.8, 0.2], [0.1, 0.9]], ["a", "b"])
    1.0
    """
    from scipy.stats import rankdata

    is_class, odds = known_odds("roc_auc", y_true, probability, classes)
    areas, weights = [], []
    for is_true, odd in zip(is_class.T, odds.T, strict=True):
        n_true, n_other = int(is_true.sum()), int((~is_true).sum())
        if n_true and n_other:
            in_order = rankdata(odd)[is_true].sum() - n_true * (n_true + 1) / 2
            areas.append(in_order / (n_true * n_other))
            weights.append(n_true)
    return float(np.average(areas, weights=weights)) if areas else float("nan")


def _present(y_true: npt.ArrayLike) -> tuple[npt.NDArray[Any], npt.NDArray[np.bool_]]:
    cells = np.asarray(y_true, dtype=object)
    return cells, np.array([cell is not None and cell == cell for cell in cells.ravel()], dtype=bool)


def _pairs(who: str, y_true: npt.ArrayLike, y_pred: npt.ArrayLike) -> tuple[Any, Any]:
    truth, there = _present(y_true)
    guess = np.asarray(y_pred, dtype=object)
    if truth.ndim != 1 or truth.shape != guess.shape:
        raise ShapeMismatch(
            f"{who}: y_true {truth.shape} and y_pred {guess.shape} need one dimension and one length."
        )
    if not there.any():
        raise TooFewLabels(f"{who}: there is no label among {len(truth)} rows; at least one is needed.")
    return truth[there], guess[there]


def _numbered(truth: Any, guess: Any) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Number the classes, so that texts, truth values and numbers are alike to scikit-learn."""
    number: dict[Any, int] = {}
    both = [np.array([number.setdefault(c, len(number)) for c in cells.tolist()]) for cells in (truth, guess)]
    return both[0], both[1]


def known_odds(who: str, y_true: npt.ArrayLike, probability: npt.ArrayLike, classes: Sequence[Any]) -> Any:
    """Return which class each label is and the probabilities, both (n_labelled, n_classes).

    Parameters
    ----------
    who : str
        Name of the caller, for messages.
    y_true, probability, classes
        As for `log_loss`.

    Raises
    ------
    TooFewLabels, ShapeMismatch, NotFinite

    Examples
    --------
    >>> is_class, odds = known_odds("Example", ["red", None], [[0.2, 0.8], [1.0, 0.0]], ["blue", "red"])
    >>> is_class, odds
    (array([[False,  True]]), array([[0.2, 0.8]]))
    """
    truth, there = _present(y_true)
    odds = np.asarray(probability, dtype=np.float64)
    if truth.ndim != 1 or odds.shape != (len(truth), len(classes)):
        raise ShapeMismatch(
            f"{who}: probability has shape {odds.shape} for {len(truth)} labels and {len(classes)} classes; "
            "give one row per label and one column per class."
        )
    if not there.any():
        raise TooFewLabels(f"{who}: there is no label among {len(truth)} rows; at least one is needed.")
    truth, odds = truth[there], odds[there]
    if not np.isfinite(odds).all():
        raise NotFinite(
            f"{who}: {int((~np.isfinite(odds)).any(axis=1).sum())} rows have a probability that is NaN or "
            "infinite; predict all labelled rows."
        )
    return np.array([truth == known for known in classes]).reshape(len(classes), -1).T, odds
