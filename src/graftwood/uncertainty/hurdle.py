"""The distribution of a new label that is zero or above zero.

    F(y) = (1 - p) 1[y >= 0] + p G(y)

p is the probability of a label above zero.  G is the value's own distribution around its center,
out-of-bag errors scaled by the spread over bags as in ``rescale.py``, without what would be below
zero: G(y) = (H(y) - H(0)) / (1 - H(0)).  So zero has just the probability 1 - p.

A forest's vote is too timid a probability: it is stretched by Platt's logistic function of its log odds,
fitted out of bag (Platt, Advances in Large Margin Classifiers (1999), with his smoothed targets).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit, logit

from graftwood.uncertainty.ranks import counts_of_rows, rank_of, written_out
from graftwood.uncertainty.rescale import ONE_SIGMA, Calibration


@dataclass(frozen=True)
class HurdleCalibration:
    """What out-of-bag rows say about a nonnegative task in one regime.

    Attributes
    ----------
    value : Calibration
        Of the value where it is above zero.
    slope, offset : float
        Log odds of a label above zero are offset + slope * log odds of the forest's vote.
    edge : float
        Votes are taken to lie from this to one minus this, as few trees cannot make certain.

    Examples
    --------
    >>> value = Calibration(np.array([0.5, 1.0, 2.0, 4.0]), floor=0.1, n_zero=0)
    >>> gap = HurdleCalibration(value, slope=1.0, offset=0.0, edge=0.005)
    >>> gap.quantile(np.array([0.2, 0.9]), np.array([2.0, 2.0]), np.array([0.5, 0.5]), 0.5)
    array([0.  , 1.75])
    """

    value: Calibration
    slope: float
    offset: float
    edge: float

    def chance(self, vote: np.ndarray) -> np.ndarray:
        """Probability of a label above zero, from the share of trees that say so."""
        return expit(self.offset + self.slope * logit(np.clip(vote, self.edge, 1 - self.edge)))

    def quantile(
        self, vote: np.ndarray, center: np.ndarray, sd: np.ndarray, level: float | np.ndarray
    ) -> np.ndarray:
        """Return the label that a new one is at most with a given probability.

        Parameters
        ----------
        vote : ndarray of shape (n_rows,)
            Share of trees that say above zero.
        center, sd : ndarray of shape (n_rows,)
            Of the value where it is above zero: mean and standard deviation over bags, in the label's unit.
        level : float or ndarray of shape (n_rows,)
            From 0 to 1.
        """
        chance = self.chance(vote)
        share = np.clip((level - (1 - chance)) / chance, 0.0, 1.0)
        start, width = self._start(center, sd)
        cut = self._below(-start, width)
        way = 2 * (cut + share * (1 - cut)) - 1
        # Rank 0, the very center, is an error of 0.
        reach = np.append(0.0, self.value.scores)[rank_of(np.abs(way), self.value.summed)]
        return np.where(share > 0, np.maximum(start + np.sign(way) * reach * width, 0.0), 0.0)

    def at_most(self, vote: np.ndarray, center: np.ndarray, sd: np.ndarray, label: np.ndarray) -> np.ndarray:
        """Return the probability of a new label of at most this much: the inverse of `quantile`."""
        chance = self.chance(vote)
        start, width = self._start(center, sd)
        cut = self._below(-start, width)
        share = np.maximum((self._below(label - start, width) - cut) / (1 - cut), 0.0)
        return np.where(label < 0, 0.0, np.where(label > 0, 1 - chance + chance * share, 1 - chance))

    def mean(self, vote: np.ndarray, center: np.ndarray) -> np.ndarray:
        """Return the mean of zero or a value with this center, p c, in the label's unit."""
        return self.chance(vote) * np.maximum(center, 0.0)

    def spread(self, vote: np.ndarray, center: np.ndarray, sd: np.ndarray) -> np.ndarray:
        """Return the standard deviation of zero or a value with this center, in the label's unit.

        sqrt(p s^2 + p (1 - p) c^2), s being the value's own spread.  Mean and standard deviation are
        taken from center and spread, not from G, whose far tails a few out-of-bag rows make.
        """
        chance = self.chance(vote)
        start, _ = self._start(center, sd)
        own = self.value.half_width(sd, ONE_SIGMA)
        return np.sqrt(chance * own**2 + chance * (1 - chance) * start**2)

    def _start(self, center: np.ndarray, sd: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Center of the value, at zero or above, and the unit of its scores."""
        return np.maximum(center, 0.0), self.value.width(sd)

    def _below(self, error: np.ndarray, width: np.ndarray) -> np.ndarray:
        """Share of new values whose signed error is at most this: H before the cut at zero."""
        with np.errstate(over="ignore"):  # a width next to zero makes any error the farthest
            score = np.abs(error) / width
        summed = self.value.summed
        inside = summed[np.searchsorted(self.value.scores, score, side="right")]
        return 0.5 + 0.5 * np.sign(error) * inside / (summed[-1] + 1)


def calibrate_chance(
    is_above: np.ndarray,
    vote: np.ndarray,
    material: np.ndarray,
    n_trees: int,
    sample_weight: np.ndarray | None = None,
) -> tuple[float, float, float]:
    """Fit the logistic function that makes a forest's out-of-bag votes probabilities.

    Parameters
    ----------
    is_above : ndarray of shape (n_rows,), bool
    vote : ndarray of shape (n_rows,)
        Share of trees that say above zero, without those that saw the row's material.
    material : ndarray of shape (n_rows,), int
        Rows of one material count as one.
    n_trees : int
    sample_weight : ndarray of shape (n_rows,), optional

    Returns
    -------
    slope, offset, edge : float
        The slope is never negative: the order of the votes is kept.

    Examples
    --------
    >>> is_above, vote = np.repeat([True, False], 50), np.repeat([0.7, 0.3], 50)
    >>> slope, offset, edge = calibrate_chance(is_above, vote, np.arange(100), 100)
    >>> round(float(expit(offset + slope * logit(0.7))), 2)
    0.98
    """
    edge = 0.5 / (n_trees + 1)
    shares = written_out(len(vote), counts_of_rows(material, sample_weight))
    order = np.lexsort((shares, vote, is_above))
    shares = shares[order] / np.mean(shares[order])
    is_above, odds = is_above[order], logit(np.clip(vote[order], edge, 1 - edge))
    counts = [len(np.unique(material[order][is_above == side])) for side in (False, True)]
    target = np.where(is_above, (counts[1] + 1) / (counts[1] + 2), 1 / (counts[0] + 2))

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        said = weights[0] * odds + weights[1]
        miss = expit(said) - target
        value = np.mean(shares * (np.logaddexp(0.0, said) - target * said))
        return float(value), np.array([np.mean(shares * miss * odds), np.mean(shares * miss)])

    slope, offset = minimize(loss, np.array([1.0, 0.0]), jac=True, method="BFGS").x
    if slope < 0:
        return 0.0, float(logit(np.mean(shares * target))), edge
    return float(slope), float(offset), edge
