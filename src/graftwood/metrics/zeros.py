"""Predictions of quantities that are exactly zero for a whole class of rows: zero or not, and how much.

An exact zero lies inside every interval that begins at zero, so the share of labels inside
closed intervals says nothing: a true 68 % interval holds far more.  The randomised probability
integral transform u = F(y-) + V (F(y) - F(y-)), V uniform, settles it; what is given here is the
expectation over V (Czado, Gneiting and Held, Biometrics 65, 1254 (2009)).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from graftwood.errors import ShapeMismatch, WrongOption
from graftwood.metrics.pairs import labelled, refuse_fraction


def coverage_with_zeros(
    y_true: npt.ArrayLike, low: npt.ArrayLike, high: npt.ArrayLike, p_zero: npt.ArrayLike, *, level: float
) -> float:
    """Share of labels in the middle of their predicted distribution, which may hold an exact zero.

    Parameters
    ----------
    y_true : array of shape (n_rows,)
        Labels, 0 or above; NaN = missing (ignored).
    low, high : array of shape (n_rows,)
        Quantiles (1 - level) / 2 and (1 + level) / 2 of the predicted distribution, in the label's unit.
    p_zero : array of shape (n_rows,)
        Predicted probability of an exact zero.
    level : float
        Promised coverage, between 0 and 1.

    Returns
    -------
    float

    Raises
    ------
    TooFewLabels, NotFinite, ShapeMismatch
        As for `coverage`.
    WrongOption
        The level or a probability is out of range.

    Examples
    --------
    >>> coverage_with_zeros([0.0, 2.0], [0.0, 1.0], [0.0, 3.0], [0.9, 0.0], level=0.5)
    0.7777777777777778
    """
    refuse_fraction("coverage_with_zeros", "level", level)
    truth, bottom, top, zero = labelled("coverage_with_zeros", y_true, low=low, high=high, p_zero=p_zero)
    _refuse_no_probability("coverage_with_zeros", zero)
    start, end = (1 - level) / 2, (1 + level) / 2
    # A zero is spread evenly over the levels from 0 to its probability.
    inside = np.maximum(np.minimum(zero, end) - start, 0.0)
    of_zeros = np.divide(inside, zero, out=np.zeros_like(zero), where=zero > 0)
    of_others = (bottom <= truth) & (truth <= top)
    return float(np.mean(np.where(truth == 0, of_zeros, of_others)))


def coverage_of_transform(below: npt.ArrayLike, at_most: npt.ArrayLike, *, level: float) -> float:
    """Share of labels in the middle of their predicted distributions, from the probability transform.

    Parameters
    ----------
    below, at_most : array of shape (n_rows,)
        Predicted probability of less than the label, and of the label or less.  They differ where the
        distribution holds the very label, which is then spread evenly between them.
    level : float
        Promised coverage, between 0 and 1.

    Returns
    -------
    float

    Raises
    ------
    TooFewLabels, NotFinite, ShapeMismatch
        As for `coverage`.
    WrongOption
        The level or a probability is out of range.

    Examples
    --------
    >>> coverage_of_transform([0.0, 0.6], [0.5, 0.6], level=0.5)
    0.75
    """
    refuse_fraction("coverage_of_transform", "level", level)
    low, high = labelled("coverage_of_transform", below, at_most=at_most)
    for values in (low, high):
        _refuse_no_probability("coverage_of_transform", values)
    start, end = (1 - level) / 2, (1 + level) / 2
    inside = np.maximum(np.minimum(high, end) - np.maximum(low, start), 0.0)
    at_once = (start <= low) & (low <= end)
    return float(np.mean(np.divide(inside, high - low, out=at_once.astype(float), where=high > low)))


def brier_zero(y_true: npt.ArrayLike, p_zero: npt.ArrayLike) -> float:
    """Mean squared difference of the probability of an exact zero and what happened; 0 is perfect.

    Parameters
    ----------
    y_true : array of shape (n_rows,)
        Labels, NaN = missing (ignored).
    p_zero : array of shape (n_rows,)

    Returns
    -------
    float

    Raises
    ------
    TooFewLabels, NotFinite, ShapeMismatch
        As for `coverage`.
    WrongOption
        A probability is out of range.

    References
    ----------
    Brier, Monthly Weather Review 78, 1 (1950), halved: one of two classes is counted.

    Examples
    --------
    >>> brier_zero([0.0, 1.5], [0.5, 0.0])
    0.125
    """
    truth, zero = labelled("brier_zero", y_true, p_zero=p_zero)
    _refuse_no_probability("brier_zero", zero)
    return float(np.mean((zero - (truth == 0)) ** 2))


def crps_of_quantiles(
    y_true: npt.ArrayLike, quantiles: npt.ArrayLike, levels: npt.ArrayLike
) -> npt.NDArray[np.float64]:
    """Continuous ranked probability score of each row, from quantiles at evenly spaced levels.

    Twice the mean over levels of the quantile loss; for distributions of any form.

    Parameters
    ----------
    y_true : array of shape (n_rows,)
        Labels, in the unit of the quantiles.
    quantiles : array of shape (n_levels, n_rows)
    levels : array of shape (n_levels,)
        Such as (i + 1/2) / n_levels.

    Returns
    -------
    ndarray of shape (n_rows,), NaN where the label is missing

    Raises
    ------
    ShapeMismatch

    References
    ----------
    Gneiting and Ranjan, J. Bus. Econ. Stat. 29, 411 (2011), equation 10.

    Examples
    --------
    >>> crps_of_quantiles([1.0], [[1.0], [1.0]], [0.25, 0.75])
    array([0.])
    """
    truth, grid, at = (np.asarray(values, dtype=np.float64) for values in (y_true, quantiles, levels))
    if grid.shape != (len(at), len(truth)):
        raise ShapeMismatch(
            f"crps_of_quantiles: quantiles has shape {grid.shape} for {len(at)} levels and {len(truth)} "
            "labels; give one row per level."
        )
    errors = truth - grid
    return np.asarray(2 * np.mean(np.maximum(at[:, None] * errors, (at[:, None] - 1) * errors), axis=0))


def _refuse_no_probability(metric: str, p_zero: npt.NDArray[np.float64]) -> None:
    if ((p_zero < 0) | (p_zero > 1)).any():
        worst = p_zero[np.argmax(np.abs(p_zero - 0.5))]
        raise WrongOption(f"{metric}: probabilities must be from 0 to 1, got {worst:.6g}.")
