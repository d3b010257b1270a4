"""From the votes of trees to probabilities that come true: a temperature and a doubt, found out of bag.

Trees that are grown until they are pure vote nearly as one, or not at all, for a class that a row
may well have.  Votes are first drawn towards equal shares as if each class had one
vote more, so that none is impossible; their logarithms are divided by a temperature, and a share of doubt
is given to all classes alike.  The order of classes stays, so the class that is predicted does too.

Both numbers are those of the least Brier score out of bag: the log loss is ruled by the few labels that no
tree voted for, and softens all others for their sake.  Labels count as if each class had been seen once more
(Platt's targets): where all votes are right, n labels say that one in n may be wrong, and not that none is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from graftwood.uncertainty.ranks import ALL_ONE, written_out

COLDEST, HOTTEST = 0.25, 8.0
MOST_DOUBT = 0.5


@dataclass(frozen=True)
class Odds:
    """How votes become probabilities.

    Attributes
    ----------
    temperature : float
        1 leaves votes as they are, apart from ``extra``; larger ones even them out.
    extra : float
        Share of votes that is given to all classes alike before.
    doubt : float, default 0
        Share of probability that is given to all classes alike after.
    score : float, default nan
        Brier score of the probabilities out of bag.

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
    doubt: float = 0.0
    score: float = np.nan

    def of(self, votes: np.ndarray) -> np.ndarray:
        """Turn shares of votes (n_rows, n_classes) into probabilities."""
        n_classes = votes.shape[1]
        smooth = (1 - self.extra) * votes + self.extra / n_classes
        with np.errstate(divide="ignore"):
            logarithm = np.log(smooth) / self.temperature
        odds = np.exp(logarithm - logarithm.max(axis=1, keepdims=True))
        return (1 - self.doubt) * odds / _over_classes(odds) + self.doubt / n_classes


def learn_odds(numbers: np.ndarray, votes: np.ndarray, counts: np.ndarray = ALL_ONE) -> Odds:
    """Find the temperature and the doubt of the least Brier score.

    Parameters
    ----------
    numbers : ndarray of shape (n_rows,), int
        Class numbers.
    votes : ndarray of shape (n_rows, n_classes)
        Out of bag.
    counts : ndarray of shape (n_rows,), optional
        What each row counts, a material's together 1 (`ranks.py`).

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
    shares = written_out(len(numbers), counts)
    extra = n_classes / (float(np.rint(np.sum(np.sort(shares)))) + n_classes)
    # In one order, so that the order of rows changes nothing.
    order = np.lexsort((shares, numbers, *votes.T))
    shares = shares[order] / np.mean(shares[order])
    targets = (1 - extra) * np.eye(n_classes)[numbers[order]] + extra / n_classes
    votes = votes[order]

    def brier(logarithms: np.ndarray) -> float:
        temperature, doubt = np.exp(logarithms)
        return float(np.mean(shares[:, None] * (Odds(temperature, extra, doubt).of(votes) - targets) ** 2))

    bounds = [(np.log(COLDEST), np.log(HOTTEST)), (np.log(extra / 4), np.log(MOST_DOUBT))]
    found = minimize(brier, [0.0, np.log(min(2 * extra, MOST_DOUBT))], bounds=bounds, method="L-BFGS-B")
    temperature, doubt = np.exp(found.x)
    return Odds(float(temperature), float(extra), float(doubt), brier(found.x))


def _over_classes(values: np.ndarray) -> np.ndarray:
    """Sum over classes, class after class."""
    total = np.zeros((len(values), 1))
    for column in values.T:
        total[:, 0] += column
    return total
