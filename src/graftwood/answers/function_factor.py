"""By what a function's spread is multiplied to be true, as out-of-bag rows tell it.

Only some of the trees may speak of these rows, so functions of what is said of them err more
than those of new rows; what this adds is taken off.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from graftwood.answers.answer import KNOWN, Answer
from graftwood.answers.doubt import JointRows
from graftwood.answers.joined import Joined
from graftwood.coding.kinds import CATEGORY, NONNEGATIVE
from graftwood.network.outlook import HIDDEN
from graftwood.uncertainty.ranks import ONE_SIGMA, between, counted, counts_of_rows, effective, in_order
from graftwood.uncertainty.rescale import ordered_mean, uncalibrated, with_all_trees


def factor_of(error: np.ndarray, spread: np.ndarray, scatter: np.ndarray, material: np.ndarray) -> float:
    """Return how many spreads cover ONE_SIGMA of errors, once they are those of all trees.

    Parameters
    ----------
    error, spread : ndarray of shape (n_rows,), spreads above 0
    scatter : ndarray of shape (n_rows,)
        How far `scatter_of_few_trees` makes the function scatter; NaN where it is not defined.
    material : ndarray of shape (n_rows,), int
        Which rows are of one material, which counts once.

    Examples
    --------
    >>> error, one = np.arange(1.0, 20.0), np.ones(19)
    >>> [round(factor_of(error, one, scatter * one, np.arange(19)), 1) for scatter in (0.0, 5.0)]
    [13.7, 12.7]
    """
    scores, counts = np.abs(error) / spread, counts_of_rows(material)
    # Of means, as of single rows some few bags tell of no spread at all.
    excess = ordered_mean(np.nan_to_num(scatter) ** 2) / ordered_mean(spread**2)
    scores = scores * with_all_trees(scores, excess, counts)
    counts = effective(scores, counts, material)
    order = in_order(scores, counts)
    summed = counted(len(scores), counts[order] if len(counts) else counts)
    # Between two scores as draws are, so that it is neither more nor less on average.
    return float(between(ONE_SIGMA, scores[order], summed))


def scatter_of_few_trees(rows: JointRows, said: Joined) -> Joined:
    """Return predictions that scatter as means over few trees do about those over all.

    The covariance of a mean over b bags exceeds that over all B by 1 / b - 1 / B of the covariance over
    bags.  Categories and nonnegative tasks, whose predictions leap, are held where they are.

    Parameters
    ----------
    rows : JointRows
        Columns as ``said`` has its answers.
    said : Joined
        What is said of these rows.
    """
    excess = rows.excess if rows.excess.size else np.zeros_like(rows.sd)
    sds = (np.sqrt(excess) * np.nan_to_num(rows.sd)).T
    answers = {
        task: _scattering(answer, sd) for (task, answer), sd in zip(said.answers.items(), sds, strict=True)
    }
    return replace(said, answers=answers, correlation=rows.correlation)


def _scattering(answer: Answer, sd: np.ndarray) -> Answer:
    """Return the prediction, normally distributed; a known label stays."""
    if answer.kind == CATEGORY:
        return answer.with_label(np.argmax(answer.center, axis=1).astype(np.float64))
    if answer.kind == NONNEGATIVE:
        return answer.with_label(answer.mean())
    regimes = np.where(answer.regimes == KNOWN, KNOWN, HIDDEN)
    return replace(answer, sd=sd, regimes=regimes, calibrations={HIDDEN: uncalibrated()})
