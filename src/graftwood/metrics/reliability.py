"""Whether class probabilities come true: reliability curve and expected calibration error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from graftwood.errors import WrongOption
from graftwood.metrics.classes import known_odds


@dataclass(frozen=True)
class ReliabilityCurve:
    """How often classes came true, by what was promised.

    Attributes
    ----------
    promised, found : ndarray of shape (n_bins,)
        Mean probability in each bin, and the share of it that came true.
    n : ndarray of shape (n_bins,), int
        How many probabilities fell into the bin; empty bins are left out.

    Examples
    --------
    >>> round(float(ReliabilityCurve(np.array([0.7]), np.array([0.5]), np.array([10])).gap), 3)
    0.2
    """

    promised: np.ndarray
    found: np.ndarray
    n: np.ndarray

    @property
    def gap(self) -> float:
        """Mean distance of found from promised, each bin by its number: the calibration error."""
        return np.round(np.average(np.abs(self.promised - self.found), weights=self.n), 15)


def reliability_curve(
    y_true: npt.ArrayLike,
    probability: npt.ArrayLike,
    classes: Sequence[Any],
    *,
    of: Any = None,
    n_bins: int = 10,
) -> ReliabilityCurve:
    """Compare probabilities with how often they came true, in bins of equal width.

    Parameters
    ----------
    y_true : array of shape (n_rows,)
        Classes, NaN or None = missing (ignored).
    probability : array of shape (n_rows, n_classes)
        In the order of ``classes``.
    classes : sequence
    of : class, optional
        The class whose probabilities are looked at; by default each row's most probable one.
    n_bins : int, default 10

    Raises
    ------
    WrongOption
        ``of`` is none of the classes, or ``n_bins`` is below 1.
    TooFewLabels, ShapeMismatch, NotFinite

    Examples
    --------
    >>> odds = [[0.9, 0.1], [0.9, 0.1], [0.2, 0.8]]
    >>> curve = reliability_curve(["blue", "red", "red"], odds, ["blue", "red"])
    >>> curve.promised.tolist(), curve.found.tolist(), curve.n.tolist()
    ([0.8, 0.9], [1.0, 0.5], [1, 2])
    """
    name = "reliability_curve"
    if n_bins < 1:
        raise WrongOption(f"{name}: n_bins must be 1 or more, got {n_bins!r}.")
    is_class, odds = known_odds(name, y_true, probability, classes)
    if of is None:
        at = np.argmax(odds, axis=1)
        promised = odds[np.arange(len(odds)), at]
        came_true = is_class[np.arange(len(odds)), at]
    else:
        if of not in list(classes):
            raise WrongOption(f"{name}: of must be one of the classes, got {of!r}.")
        column = list(classes).index(of)
        promised, came_true = odds[:, column], is_class[:, column]
    number = np.minimum((promised * n_bins).astype(int), n_bins - 1)
    n = np.bincount(number, minlength=n_bins)
    there = n > 0
    sums = [np.bincount(number, weights=values, minlength=n_bins)[there] for values in (promised, came_true)]
    return ReliabilityCurve(sums[0] / n[there], sums[1] / n[there], n[there])


def expected_calibration_error(
    y_true: npt.ArrayLike, probability: npt.ArrayLike, classes: Sequence[Any], *, n_bins: int = 10
) -> float:
    """ECE: by how much the most probable class's probability misses how often it is right, 0 to 1.

    Even true probabilities do not give 0: each bin's share is a count.

    Parameters
    ----------
    y_true, probability, classes, n_bins
        As for `reliability_curve`.

    Raises
    ------
    WrongOption, TooFewLabels, ShapeMismatch, NotFinite

    References
    ----------
    Naeini, Cooper and Hauskrecht, AAAI (2015); Guo et al., ICML (2017), arXiv:1706.04599.

    Examples
    --------
    >>> expected_calibration_error(["blue", "red"], [[0.75, 0.25], [0.75, 0.25]], ["blue", "red"])
    0.25
    """
    return float(reliability_curve(y_true, probability, classes, n_bins=n_bins).gap)
