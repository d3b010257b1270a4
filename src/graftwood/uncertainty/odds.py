"""From the votes of trees to probabilities that come true: a temperature, found out of bag.

Trees that are grown until they are pure vote nearly as one, or not at all, for a class that a row
may well have.  Votes are first drawn towards equal shares as if each class had one
vote more, so that none is impossible; then their logarithms are divided by the temperature at
which out-of-bag labels are most likely.  The order of classes stays, so the class that is
predicted does too.  Labels count as if each class had been seen once more for every row alike (Platt's
targets): where all out-of-bag votes are right, n labels say that one in n may be wrong, and not that none is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar

COLDEST, HOTTEST = 0.25, 8.0
TINY = 1e-300


@dataclass(frozen=True)
class Odds:
    """How votes become probabilities.

    Attributes
    ----------
    temperature : float
        1 leaves votes as they are, apart from ``extra``; larger ones even them out.
    extra : float
        Share of votes that is given to all classes alike.

    References
    ----------
    Guo, Pleiss, Sun and Weinberger, ICML (2017), arXiv:1706.04599 (temperature scaling).

    Examples
    --------
    >>> Odds(temperature=2.0, extra=0.0).of(np.array([[0.1, 0.9]])).round(2)
    array([[0.25, 0.75]])
    """

    temperature: float
    extra: float

    def of(self, votes: np.ndarray) -> np.ndarray:
        """Turn shares of votes (n_rows, n_classes) into probabilities."""
        n_classes = votes.shape[1]
        smooth = (1 - self.extra) * votes + self.extra / n_classes
        with np.errstate(divide="ignore"):
            logarithm = np.log(smooth) / self.temperature
        odds = np.exp(logarithm - logarithm.max(axis=1, keepdims=True))
        return odds / _over_classes(odds)


def learn_odds(numbers: np.ndarray, votes: np.ndarray) -> Odds:
    """Find the temperature at which labels are most likely.

    Parameters
    ----------
    numbers : ndarray of shape (n_rows,), int
        Class numbers.
    votes : ndarray of shape (n_rows, n_classes)
        Out of bag.

    References
    ----------
    Platt, in Advances in Large Margin Classifiers, MIT Press (1999), section 2.2: targets.

    Examples
    --------
    >>> votes = np.tile([0.05, 0.95], (100, 1))
    >>> odds = learn_odds((np.arange(100) % 4 > 0).astype(int), votes)  # right in three of four
    >>> odds.of(votes[:1]).round(2)
    array([[0.25, 0.75]])
    """
    n_classes = votes.shape[1]
    extra = n_classes / (len(numbers) + n_classes)

    def loss(logarithm: float) -> float:
        logarithms = np.log(np.maximum(Odds(float(np.exp(logarithm)), extra).of(votes), TINY))
        own = logarithms[np.arange(len(numbers)), numbers]
        # Sorted, so that the order of rows changes nothing.
        told = (1 - extra) * np.mean(np.sort(own))
        return float(-told - extra * np.mean(np.sort(_over_classes(logarithms)[:, 0])) / n_classes)

    found = minimize_scalar(
        loss, bounds=(np.log(COLDEST), np.log(HOTTEST)), method="bounded", options={"xatol": 1e-6}
    )
    return Odds(float(np.exp(found.x)), float(extra))


def _over_classes(values: np.ndarray) -> np.ndarray:
    """Sum over classes, class after class."""
    total = np.zeros((len(values), 1))
    for column in values.T:
        total[:, 0] += column
    return total
