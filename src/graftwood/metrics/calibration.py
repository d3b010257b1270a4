"""Whether predicted spreads are true: coverage, CRPS and two summaries of miscalibration.

All functions ignore rows whose label is missing.  ``spread`` is the predicted standard
deviation of an observation, in the label's unit.  Making spreads true is the
business of ``uncertainty/``.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

from graftwood.errors import TooFewLabels, WrongOption
from graftwood.metrics.pairs import Numbers, labelled, refuse_fraction, refuse_negative, refuse_reversed
from graftwood.uncertainty.normal import crps_of_rows, standard_scores


def coverage(
    y_true: npt.ArrayLike, mean: npt.ArrayLike, spread: npt.ArrayLike, *, level: float = 0.6827
) -> float:
    """Share of labels inside the central Gaussian interval, mean +- z * spread, ends included.

    Parameters
    ----------
    y_true : array of shape (n_rows,)
        Labels, NaN = missing (ignored).
    mean, spread : array of shape (n_rows,)
        Predicted mean and standard deviation, in the label's unit.
    level : float, default 0.6827
        Share that the interval should hold; the default is one standard deviation.

    Returns
    -------
    float
        Between 0 and 1; true spreads give ``level``.

    Raises
    ------
    TooFewLabels
        No label is there.
    NotFinite
        A prediction for a label is NaN or infinite, or a label is infinite.
    ShapeMismatch
        The arrays differ in shape or are not one-dimensional.
    WrongOption
        A spread is negative or the level is not between 0 and 1.

    Examples
    --------
    >>> coverage([0.0, 0.0, 0.0, float("nan")], [0.5, 1.5, 0.9, 0.0], [1.0, 1.0, 1.0, 1.0])
    0.6666666666666666
    """
    refuse_fraction("coverage", "level", level)
    truth, centre, width = labelled("coverage", y_true, mean=mean, spread=spread)
    refuse_negative("coverage", width)
    return float(np.mean(np.abs(truth - centre) <= ndtri(0.5 + level / 2) * width))


def coverage_of_interval(y_true: npt.ArrayLike, low: npt.ArrayLike, high: npt.ArrayLike) -> float:
    """Share of labels inside a predicted interval, ends included.

    Parameters
    ----------
    y_true : array of shape (n_rows,)
        Labels, NaN = missing (ignored).
    low, high : array of shape (n_rows,)
        Ends of the interval, in the label's unit; they may be infinite.

    Returns
    -------
    float

    Raises
    ------
    TooFewLabels, ShapeMismatch
        As for `coverage`.
    NotFinite
        An end is NaN for a label, or a label is infinite.
    WrongOption
        An interval ends below its beginning.

    Examples
    --------
    >>> coverage_of_interval([1.0, 2.0], [0.0, 2.5], [1.0, 3.0])
    0.5
    """
    widest = np.finfo(np.float64).max
    ends = {
        "low": np.asarray(low),
        "high": np.asarray(high),
    }  # arrays, as pandas takes 1 ms to clip sixty rows
    truth, bottom, top = labelled(
        "coverage_of_interval", y_true, **{name: np.clip(end, -widest, widest) for name, end in ends.items()}
    )
    refuse_reversed("coverage_of_interval", bottom, top)
    return float(np.mean((bottom <= truth) & (truth <= top)))


def crps_normal(y_true: npt.ArrayLike, mean: npt.ArrayLike, spread: npt.ArrayLike) -> float:
    """Mean continuous ranked probability score of Gaussian predictions, in the label's unit.

    With z = (y - mean) / spread, a row's score is
    spread * (z * (2 * Phi(z) - 1) + 2 * phi(z) - 1 / sqrt(pi)); lower is better, and with
    spread 0 it is the absolute error.

    Parameters
    ----------
    y_true : array of shape (n_rows,)
        Labels, NaN = missing (ignored).
    mean, spread : array of shape (n_rows,)
        Predicted mean and standard deviation, in the label's unit.

    Returns
    -------
    float

    Raises
    ------
    TooFewLabels, NotFinite, ShapeMismatch
        As for `coverage`.
    WrongOption
        A spread is negative.

    References
    ----------
    Gneiting and Raftery, J. Am. Stat. Assoc. 102, 359 (2007), section 4.2, in the sense
    in which lower is better.

    Examples
    --------
    >>> round(crps_normal([0.0], [0.0], [1.0]), 4)
    0.2337
    """
    truth, centre, width = labelled("crps_normal", y_true, mean=mean, spread=spread)
    refuse_negative("crps_normal", width)
    return float(np.mean(crps_of_rows(truth - centre, width)))


def expected_normalised_calibration_error(
    y_true: npt.ArrayLike, mean: npt.ArrayLike, spread: npt.ArrayLike, *, n_bins: int = 10
) -> float:
    """ENCE: mean over bins of equal count, sorted by spread, of |RMV - RMSE| / RMV.

    RMV is the root of a bin's mean squared spread, RMSE that of its squared errors.
    Even true spreads do not give 0: with n labels in a bin chance alone gives about
    1 / sqrt(pi * n).

    Parameters
    ----------
    y_true : array of shape (n_rows,)
        Labels, NaN = missing (ignored).
    mean, spread : array of shape (n_rows,)
        Predicted mean and standard deviation, in the label's unit.
    n_bins : int, default 10

    Returns
    -------
    float
        Infinite when all spreads of a bin are 0 and its errors are not.

    Raises
    ------
    TooFewLabels
        There are fewer labels than bins.
    NotFinite, ShapeMismatch
        As for `coverage`.
    WrongOption
        A spread is negative, or ``n_bins`` is below 1.

    References
    ----------
    Levi, Gispan, Giladi and Fetaya, Sensors 22, 5540 (2022), arXiv:1905.11659.

    Examples
    --------
    >>> expected_normalised_calibration_error([0.0, 0.0], [1.0, -1.0], [2.0, 2.0], n_bins=1)
    0.5
    """
    name = "expected_normalised_calibration_error"
    if n_bins < 1:
        raise WrongOption(f"{name}: n_bins must be 1 or more, got {n_bins!r}.")
    truth, centre, width = labelled(name, y_true, mean=mean, spread=spread)
    refuse_negative(name, width)
    if truth.size < n_bins:
        raise TooFewLabels(f"{name}: {truth.size} labels are fewer than {n_bins} bins; lower n_bins.")
    squares = (truth - centre) ** 2
    # Ties in spread are ordered by error, so that the order of the rows changes nothing.
    order = np.lexsort([squares, width])
    gaps = []
    for rows in np.array_split(order, n_bins):
        promised, found = np.sqrt(np.mean(width[rows] ** 2)), np.sqrt(np.mean(squares[rows]))
        gaps.append(abs(promised - found) / promised if promised > 0 else (np.inf if found > 0 else 0.0))
    return float(np.mean(gaps))


def miscalibration_area(y_true: npt.ArrayLike, mean: npt.ArrayLike, spread: npt.ArrayLike) -> float:
    """Area between the coverage of central Gaussian intervals and their levels, over all levels.

    0 is calibrated; 1/2 is the worst (no label inside any interval, or all inside the
    narrowest).  The area is exact: the coverage is a step function of the level.

    Parameters
    ----------
    y_true : array of shape (n_rows,)
        Labels, NaN = missing (ignored).
    mean, spread : array of shape (n_rows,)
        Predicted mean and standard deviation, in the label's unit.

    Returns
    -------
    float
        Between 0 and 0.5.

    Raises
    ------
    TooFewLabels, NotFinite, ShapeMismatch
        As for `coverage`.
    WrongOption
        A spread is negative.

    References
    ----------
    Kuleshov, Fenner and Ermon, ICML (2018), arXiv:1807.00263; Tran et al., Mach. Learn.: Sci.
    Technol. 1, 025006 (2020).

    Examples
    --------
    >>> miscalibration_area([0.0, 0.0], [0.0, 0.0], [1.0, 1.0])
    0.5
    """
    truth, centre, width = labelled("miscalibration_area", y_true, mean=mean, spread=spread)
    refuse_negative("miscalibration_area", width)
    # The narrowest central interval that holds a label has this level.
    levels = np.sort(2 * ndtr(np.abs(standard_scores(truth - centre, width))) - 1)
    edges = np.concatenate([[0.0], levels, [1.0]])
    covered = np.arange(truth.size + 1) / truth.size
    return float(_area_to_diagonal(edges[:-1], edges[1:], covered).sum())


def _area_to_diagonal(start: Numbers, end: Numbers, height: Numbers) -> Numbers:
    """Integrate |height - p| over p from start to end, elementwise."""
    below = np.clip(height, start, end)
    return ((height - start) ** 2 - (height - below) ** 2 + (end - height) ** 2 - (below - height) ** 2) / 2
