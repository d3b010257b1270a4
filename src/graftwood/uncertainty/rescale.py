"""The spread of an observation: the bags' standard deviation, scaled by what out-of-bag errors show.

The scale is taken from rows treated exactly as test rows will be, one per task
and regime: the 68th percentile of |error| / s.d. is the factor that makes 68 %
of new labels fall within one spread (lolo's recalibrated bootstrap, Folie and
Hutchinson, arXiv:2205.02260), and other percentiles give conformal intervals
of other coverages.  Where the s.d. does not rank errors it is drawn towards one for all first (``trust.py``).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from scipy.special import ndtri

from graftwood.errors import NoOutOfBagRows
from graftwood.uncertainty.linear import fit_line
from graftwood.uncertainty.noise import factor_without_noise
from graftwood.uncertainty.ranks import (
    ALL_ONE,
    ONE_SIGMA,
    between,
    counted,
    counts_of_rows,
    effective,
    in_order,
    quantile,
    rank_of,
)
from graftwood.uncertainty.trust import FULL, learn_trust, trusted


@dataclass(frozen=True)
class Calibration:
    """What out-of-bag errors say about spreads, of one task in one regime.

    Attributes
    ----------
    scores : ndarray of shape (n_rows,), increasing
        Out-of-bag |error| / `width`.
    floor : float
        Smallest positive out-of-bag s.d.: where all bags agree, the spread starts here.
    n_zero : int
        Rows in which all bags agreed.
    largest : float, default inf
        Largest out-of-bag |error|: draws go no farther from the prediction.
    error : float, default nan
        Out-of-bag |error| that ONE_SIGMA of materials do not exceed.
    rows : ndarray of shape (n_rows,), int, or empty
        Which row of fit each score is of.
    counts : ndarray of shape (n_rows,), or empty
        What each score counts, as much as the others of other materials (`ranks.py`); empty where all
        count 1.
    value_factor : float, default nan
        How many s.d. cover ONE_SIGMA of true values, where measurement errors of labels were told.
    line : tuple of float, optional
        a and b of the other form of a spread, a sd + b.
    trust : int, default 4
        How far the s.d. is trusted to rank errors, in quarters; 0 is one spread for all.
    typical : float, default 1.0
        The s.d. towards which others are drawn with less than full trust.

    Examples
    --------
    >>> calibration = Calibration(np.array([0.5, 1.0, 2.0, 4.0]), floor=0.1, n_zero=0)
    >>> calibration.spread(np.array([0.0, 1.0])) / calibration.factor()
    array([0.1, 1. ])
    """

    scores: np.ndarray
    floor: float
    n_zero: int
    largest: float = np.inf
    rows: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    counts: np.ndarray = field(default_factory=lambda: np.empty(0))
    value_factor: float = np.nan
    line: tuple[float, float] | None = None
    trust: int = FULL
    typical: float = 1.0
    error: float = np.nan

    def width(self, bag_sd: np.ndarray) -> np.ndarray:
        """What scores are multiples of: the s.d. over bags, at least the floor, as far as it is trusted."""
        return trusted(np.maximum(bag_sd, self.floor), self.typical, self.trust)

    @property
    def summed(self) -> np.ndarray:
        """Counts of scores below each and below none, (n_rows + 1,) from 0 to the independent rows."""
        return counted(len(self.scores), self.counts)

    def factor(self, coverage: float = ONE_SIGMA) -> float:
        """How many widths cover this share: the ceil((n + 1) coverage)-th smallest score if all count 1."""
        return float(self.scores[int(rank_of(coverage, self.summed)) - 1])

    def spread(self, bag_sd: np.ndarray) -> np.ndarray:
        """Spread of an observation, in the label's unit, from the s.d. over bags."""
        return self.factor() * self.width(bag_sd)

    def half_width(self, bag_sd: np.ndarray, coverage: float) -> np.ndarray:
        """Half the width of the interval that covers this share of new labels."""
        return self.factor(coverage) * self.width(bag_sd)

    def deviation(self, bag_sd: np.ndarray, level: np.ndarray) -> np.ndarray:
        """How far from the prediction the quantile of a new label is, symmetric about 1/2.

        Parameters
        ----------
        bag_sd : ndarray of shape (n_rows,)
        level : ndarray of shape (..., n_rows), between 0 and 1

        Notes
        -----
        Between two scores it is interpolated.  A score is a ratio, and that of a row whose bags nearly
        agreed may be huge; put on a wide row it would be an error that no row ever had, hence ``largest``.
        """
        score = between(np.abs(2 * level - 1), self.scores, self.summed)
        size = np.minimum(score * self.width(bag_sd), self.largest)
        return np.sign(level - 0.5) * size

    def of_rows(self, rows: np.ndarray) -> Calibration:
        """Calibrate by some rows of fit only; their scores must be there."""
        counts = self.counts[rows] if len(self.counts) else self.counts
        return replace(self, scores=self.scores[rows], rows=self.rows[rows], counts=counts)


AS_IT_IS = Calibration(np.ones(1), floor=0.0, n_zero=0)  # of a spread that needs no calibration


def calibrate(
    labels: np.ndarray,
    center: np.ndarray,
    bag_sd: np.ndarray,
    who: str = "Calibration",
    task: str | None = None,
    rows: np.ndarray | None = None,
    noise: np.ndarray | None = None,
    excess: np.ndarray | None = None,
    material: np.ndarray | None = None,
    sample_weight: np.ndarray | None = None,
    has_line: bool = True,
) -> Calibration:
    """Compare out-of-bag errors with out-of-bag spreads.

    Parameters
    ----------
    labels, center : ndarray of shape (n_rows,)
        Measured, and predicted without the row's own material.
    bag_sd : ndarray of shape (n_rows,)
        Spread over the bags that never saw the row's material, NaN where fewer than two did not.
    who, task : str, optional
        Class name and task for messages.
    rows : ndarray of shape (n_rows,), int, optional
        What the rows are called in the table of fit.
    noise : ndarray of shape (n_rows,), optional
        Standard deviations of the labels' measurements.
    excess : ndarray of shape (n_rows,), optional
        By how much the variance of ``center`` exceeds that of a prediction, in units of bag_sd squared.
    material : ndarray of shape (n_rows,), optional
        Which rows are of one material, which counts once; else each is of its own.
    sample_weight : ndarray of shape (n_rows,), optional
    has_line : bool, default True
        Whether the other form of a spread is fitted, which takes longer than all else.

    Raises
    ------
    NoOutOfBagRows
        Fewer than two rows were out of two bags.

    Notes
    -----
    Rows that are predicted exactly and with full agreement (a metal's gap of 0)
    fit any spread and are left out, or a share of them would narrow all others.
    Errors are made smaller by what more trees would take from them, see `with_all_trees`.
    """
    usable = ~np.isnan(bag_sd)
    _refuse_few(int(np.count_nonzero(usable)), who, task)
    # What rounding leaves of agreement is no spread, and no error either.
    rounding = 1e-9 * float(np.ptp(labels[usable]))
    error, bag_sd = (
        np.where(values > rounding, values, 0.0)[usable] for values in (np.abs(labels - center), bag_sd)
    )
    floor, informative = _floor(error, bag_sd), (error > 0) | (bag_sd > 0)
    if not informative.any():
        return Calibration(np.ones(1), floor, len(bag_sd))
    of_fit, of_material = (np.arange(len(usable)) if these is None else these for these in (rows, material))
    at, width = np.flatnonzero(usable)[informative], np.maximum(bag_sd, floor)[informative]
    counts = counts_of_rows(of_material[at], None if sample_weight is None else sample_weight[at])
    if excess is not None:
        error = error * with_all_trees(error[informative] / width, ordered_mean(excess[at]), counts)
    trust, typical = learn_trust(error[informative], width, of_material[at], ONE_SIGMA)
    width = trusted(width, typical, trust)
    scores = error[informative] / width
    counts = effective(scores, counts, of_material[at])
    factor = np.nan if noise is None else factor_without_noise(error[informative], width, noise[at], counts)
    order = in_order(scores, counts)
    return Calibration(
        scores[order], floor, int(np.count_nonzero(bag_sd == 0)), float(np.max(error)),
        of_fit[at][order].astype(np.int64), counts[order] if len(counts) else counts, factor,
        fit_line(error, bag_sd) if has_line else None, trust, typical,
        quantile(error[informative], ONE_SIGMA, counts),
    )  # fmt: skip


def _floor(error: np.ndarray, bag_sd: np.ndarray) -> float:
    """Return the smallest positive s.d., the largest error where there is none."""
    positive = bag_sd[bag_sd > 0]
    return float(positive.min()) if len(positive) else max(float(np.max(error)), float(np.finfo(float).tiny))


def ordered_mean(values: np.ndarray) -> float:
    """Mean that is the same bits in any order of values.

    Examples
    --------
    >>> ordered_mean(np.array([0.3, 0.1, 0.2])) == ordered_mean(np.array([0.1, 0.2, 0.3]))
    True
    """
    return float(np.mean(np.sort(values)))


def _refuse_few(n_rows: int, who: str, task: str | None) -> None:
    if n_rows < 2:
        of_task = "" if task is None else f"of task {task} "
        raise NoOutOfBagRows(
            f"{who}: {n_rows} labelled rows {of_task}were out of bag in two trees or more, "
            "2 are needed for a spread; use more trees (about 10), more labels, or bootstrap=False, "
            "which gives no spreads."
        )


def with_all_trees(scores: np.ndarray, excess: float, counts: np.ndarray = ALL_ONE) -> float:
    """By what out-of-bag errors are multiplied to be those of predictions of all trees.

    An out-of-bag mean is that of some three trees in eight, and noisier.  With f the factor that covers
    ONE_SIGMA of errors, the squared error of s.d. sd is f^2 sd^2 out of bag and (f^2 - excess) sd^2 of all.

    Parameters
    ----------
    scores : ndarray of shape (n_rows,)
        Out-of-bag |error| / s.d. over bags.
    excess : float
        1 / b - 1 / B, for means over b of B trees.
    counts : ndarray of shape (n_rows,), optional
        What each row counts.

    Returns
    -------
    float
        From 1/2, as few trees make what is taken away uncertain itself, to 1.

    Examples
    --------
    >>> with_all_trees(np.full(4, 0.5), 0.0), with_all_trees(np.full(4, 0.5), 1 / 16)
    (1.0, 0.8660254037844386)
    """
    factor = quantile(scores, ONE_SIGMA, counts)
    if factor == 0.0:
        return 1.0
    return float(np.sqrt(np.clip(1.0 - excess / factor**2, 0.25, 1.0)))


def uncalibrated() -> Calibration:
    """Return what takes spreads of bags for spreads of labels, normally distributed.

    Examples
    --------
    >>> round(uncalibrated().factor(), 2)
    1.0
    """
    levels = (np.arange(999) + 1) / 1000
    return Calibration(ndtri(0.5 + levels / 2), floor=float(np.finfo(float).tiny), n_zero=0)
