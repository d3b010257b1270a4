"""How far predictions are from labels: MAE, RMSE, NDME and R2, missing labels ignored.

Whether predicted spreads are true is in ``metrics/calibration.py``, whether one model
beats another in ``metrics/transfer.py``.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from graftwood.metrics.pairs import labelled


def mae(y_true: npt.ArrayLike, y_pred: npt.ArrayLike) -> float:
    """Mean absolute error, in the label's unit.

    Parameters
    ----------
    y_true : array of shape (n_rows,)
        Labels, NaN = missing (ignored).
    y_pred : array of shape (n_rows,)
        Predictions in the same unit.

    Returns
    -------
    float

    Raises
    ------
    TooFewLabels
        No label is there.
    NotFinite
        A prediction for a label is NaN or infinite, or a label is infinite.
    ShapeMismatch
        The arrays differ in shape or are not one-dimensional.

    Examples
    --------
    >>> mae([1.0, float("nan"), 3.0], [1.5, 9.0, 2.5])
    0.5
    """
    truth, guess = labelled("mae", y_true, y_pred=y_pred)
    return float(np.mean(np.abs(guess - truth)))


def rmse(y_true: npt.ArrayLike, y_pred: npt.ArrayLike) -> float:
    """Root of the mean squared error, in the label's unit.

    Parameters
    ----------
    y_true : array of shape (n_rows,)
        Labels, NaN = missing (ignored).
    y_pred : array of shape (n_rows,)

    Returns
    -------
    float

    Raises
    ------
    TooFewLabels, NotFinite, ShapeMismatch
        As for `mae`.

    Examples
    --------
    >>> rmse([0.0, 0.0], [3.0, 4.0])
    3.5355339059327378
    """
    truth, guess = labelled("rmse", y_true, y_pred=y_pred)
    return float(np.sqrt(np.mean((guess - truth) ** 2)))


def ndme(y_true: npt.ArrayLike, y_pred: npt.ArrayLike) -> float:
    """Non-dimensional model error: RMSE divided by the standard deviation of the labels.

    0 is perfect, 1 is as good as predicting the mean of the test labels.  The standard
    deviation is that of the population (divided by n), so that R2 = 1 - NDME^2.

    Parameters
    ----------
    y_true : array of shape (n_rows,)
        Labels, NaN = missing (ignored).
    y_pred : array of shape (n_rows,)

    Returns
    -------
    float
        NaN when all labels are equal, because the ratio is then not defined.

    Raises
    ------
    TooFewLabels, NotFinite, ShapeMismatch
        As for `mae`.

    Examples
    --------
    >>> ndme([1.0, 3.0], [2.0, 2.0])
    1.0
    """
    truth, guess = labelled("ndme", y_true, y_pred=y_pred)
    if np.ptp(truth) == 0:
        return float("nan")
    return float(np.sqrt(np.mean((guess - truth) ** 2)) / np.std(truth))


def r2(y_true: npt.ArrayLike, y_pred: npt.ArrayLike) -> float:
    """Coefficient of determination: 1 - (mean squared error) / (variance of the labels).

    Parameters
    ----------
    y_true : array of shape (n_rows,)
        Labels, NaN = missing (ignored).
    y_pred : array of shape (n_rows,)

    Returns
    -------
    float
        At most 1; NaN when all labels are equal, because it is then not defined.

    Raises
    ------
    TooFewLabels, NotFinite, ShapeMismatch
        As for `mae`.

    Examples
    --------
    >>> r2([1.0, 2.0, 3.0], [1.0, 2.0, 2.0])
    0.5
    """
    truth, guess = labelled("r2", y_true, y_pred=y_pred)
    if np.ptp(truth) == 0:
        return float("nan")
    return float(1.0 - np.mean((guess - truth) ** 2) / np.var(truth))
