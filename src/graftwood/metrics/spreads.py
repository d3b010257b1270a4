"""More measures of spreads: likelihood, ranking, coverage where labels repeat, and what is said of zeros.

The common ones are in ``metrics/calibration.py``.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri
from scipy.stats import spearmanr

from graftwood.errors import TooFewLabels, WrongOption
from graftwood.metrics.pairs import Numbers, labelled, refuse_fraction, refuse_negative, refuse_reversed

EXACT = 1e-9  # of the labels' range: an error below it is none


def nll_normal(y_true: npt.ArrayLike, mean: npt.ArrayLike, spread: npt.ArrayLike) -> float:
    """Mean negative logarithm of the normal density at the label; lower is better.

    Parameters
    ----------
    y_true : array of shape (n_rows,)
        Labels, NaN = missing (ignored).
    mean, spread : array of shape (n_rows,)
        Predicted mean and standard deviation, in the label's unit.

    Returns
    -------
    float
        It moves by the logarithm of the unit: only differences on the same labels mean something.

    Raises
    ------
    WrongOption
        A spread is not above 0, so that the density of any other label is none.
    TooFewLabels, NotFinite, ShapeMismatch

    Examples
    --------
    >>> round(nll_normal([0.0], [0.0], [1.0]), 4)
    0.9189
    """
    truth, centre, width = labelled("nll_normal", y_true, mean=mean, spread=spread)
    if (width <= 0).any():
        raise WrongOption(f"nll_normal: spread must be above 0, got {width.min():.6g}.")
    return float(np.mean(0.5 * ((truth - centre) / width) ** 2 + np.log(width) + 0.5 * np.log(2 * np.pi)))


def randomised_coverage(
    y_true: npt.ArrayLike,
    mean: npt.ArrayLike,
    spread: npt.ArrayLike,
    *,
    level: float = 0.6827,
    seed: int = 0,
) -> float:
    """Coverage in which a label that was predicted exactly counts as covered with the level's probability.

    Where many labels are one value (a metal's gap of 0) and predictions hit it, any interval holds
    them, and plain coverage says nothing of the other rows' spreads.  This is the randomised
    probability integral transform of a distribution with an atom at an exact prediction.

    Parameters
    ----------
    y_true : array of shape (n_rows,)
        Labels, NaN = missing (ignored).
    mean, spread : array of shape (n_rows,)
    level : float, default 0.6827
    seed : int, default 0

    Raises
    ------
    TooFewLabels, NotFinite, ShapeMismatch, WrongOption

    Examples
    --------
    >>> zeros = np.zeros(1000)
    >>> 0.64 < randomised_coverage(zeros, zeros, zeros + 1.0) < 0.73
    True
    """
    refuse_fraction("randomised_coverage", "level", level)
    truth, centre, width = labelled("randomised_coverage", y_true, mean=mean, spread=spread)
    refuse_negative("randomised_coverage", width)
    inside = np.abs(truth - centre) <= ndtri(0.5 + level / 2) * width
    return _with_ties_at_random(inside, truth, centre, level, seed)


def randomised_coverage_of_interval(
    y_true: npt.ArrayLike,
    mean: npt.ArrayLike,
    low: npt.ArrayLike,
    high: npt.ArrayLike,
    *,
    level: float = 0.9,
    seed: int = 0,
) -> float:
    """Share of labels inside an interval, those that were predicted exactly with the level's probability.

    What `randomised_coverage` is to `coverage`, this is to `coverage_of_interval`.

    Parameters
    ----------
    y_true : array of shape (n_rows,)
        Labels, NaN = missing (ignored).
    mean : array of shape (n_rows,)
        Prediction.
    low, high : array of shape (n_rows,)
        Ends of the interval, in the label's unit; they may be infinite.
    level : float, default 0.9
        What the interval promises.
    seed : int, default 0

    Raises
    ------
    TooFewLabels, NotFinite, ShapeMismatch, WrongOption

    Examples
    --------
    >>> zeros = np.zeros(1000)
    >>> 0.87 < randomised_coverage_of_interval(zeros, zeros, zeros, zeros) < 0.93
    True
    """
    who, widest = "randomised_coverage_of_interval", np.finfo(np.float64).max
    refuse_fraction(who, "level", level)
    bottom, top = (np.clip(end, -widest, widest) for end in (low, high))
    truth, centre, bottom, top = labelled(who, y_true, mean=mean, low=bottom, high=top)
    refuse_reversed(who, bottom, top)
    return _with_ties_at_random((bottom <= truth) & (truth <= top), truth, centre, level, seed)


def _with_ties_at_random(
    inside: npt.NDArray[np.bool_], truth: Numbers, centre: Numbers, level: float, seed: int
) -> float:
    is_exact = np.abs(truth - centre) <= EXACT * np.ptp(truth)
    drawn = np.random.default_rng(seed).uniform(size=len(truth)) < level
    return float(np.mean(np.where(is_exact, drawn, inside)))


def spread_rank_correlation(y_true: npt.ArrayLike, mean: npt.ArrayLike, spread: npt.ArrayLike) -> float:
    """Spearman's correlation of spread and |error|: whether wide error bars are where errors are large.

    Even true spreads do not give 1, as errors are random: normal errors whose spreads vary
    by a factor of ten give about 0.5.

    Parameters
    ----------
    y_true : array of shape (n_rows,)
        Labels, NaN = missing (ignored).
    mean, spread : array of shape (n_rows,)

    Returns
    -------
    float
        NaN where all spreads or all errors are equal.

    Raises
    ------
    TooFewLabels
        There are fewer than three labels.
    NotFinite, ShapeMismatch

    Examples
    --------
    >>> spread_rank_correlation([0.0, 0.0, 0.0], [1.0, 2.0, 3.0], [0.1, 0.2, 0.3])
    1.0
    """
    truth, centre, width = labelled("spread_rank_correlation", y_true, mean=mean, spread=spread)
    if len(truth) < 3:
        raise TooFewLabels(f"spread_rank_correlation: {len(truth)} labels have no ranking; 3 are needed.")
    error = np.abs(truth - centre)
    if np.ptp(error) == 0 or np.ptp(width) == 0:
        return float("nan")
    return round(float(spearmanr(width, error).statistic), 12)
