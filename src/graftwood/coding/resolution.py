"""Whether exact sums can tell a task's labels apart, or an outlier takes all their digits.

Trees add up labels as integers, whose unit is a fraction of the labels' standard
deviation.  One label of 1e15 among ordinary ones makes that unit larger than
whatever the others differ by, and every prediction becomes the same number.
"""

from __future__ import annotations

import numpy as np

from graftwood.errors import LabelRange

# Units in the typical distance of a label from the median.  Measured on 200 and 2000 rows with one label of
# 1e3 to 1e15 times the others' spread: R2 of the other rows is as without it, to 0.003, down to 10 units; it
# starts to fall at 1 and is 0 at 0.01.  64 keep what rounding moves a label by below 1 % of that distance.
LEAST_UNITS = 64
_BITS = 61  # of a sum, see engine/arrays.py
_MOST_FRACTION_BITS = 40
# A far label is the odd one out if few rows are far, or few of many distinct labels.  Where more are far they
# are the task, and what the others differ by is noise that may go.
_FAR_ROWS = 0.1
_FAR_VALUES, _MANY = 0.25, 10
_ROUNDING = 1e-12  # of the median: distances below are what arithmetic left of equal labels


def exact_unit(labels: np.ndarray, weights: np.ndarray | None = None) -> float:
    """Estimate the unit of exact sums, in the labels' own, to a factor of about four.

    Parameters
    ----------
    labels : ndarray of shape (n,)
        Without missing ones.
    weights : ndarray of shape (n,), optional
        Positive.

    Examples
    --------
    >>> exact_unit(np.array([-1.0, 1.0])) == 2.0**-40
    True
    """
    mean = labels.mean()
    spread = np.sqrt(np.mean((labels - mean) ** 2))
    if spread == 0:
        return 0.0
    scale = 2.0 ** np.rint(np.log2(spread))
    standard = np.abs(labels - (mean if abs(mean) > 8 * scale else 0.0)) / scale
    whole = np.ones(len(labels)) if weights is None else 1024 * weights / weights.mean()
    others = len(labels) if weights is None else 8 * whole.max()  # a row is hardly ever 8 times in a bag
    room = max(float((standard * whole).sum()), 1.0) * float(others)
    return float(scale * 2.0 ** -min(_MOST_FRACTION_BITS, int(np.floor(_BITS - np.log2(room)))))


def check_resolution(labels: np.ndarray, weights: np.ndarray | None, task: str, who: str) -> None:
    """Refuse a label so far out that exact sums cannot tell the others apart.

    Parameters
    ----------
    labels : ndarray of shape (n_rows,), NaN = missing
    weights : ndarray of shape (n_rows,), optional
    task, who : str
        Task and class name for messages.

    Raises
    ------
    LabelRange
    """
    rows = np.flatnonzero(~np.isnan(labels))
    if not len(rows):
        return
    # Each value once: a fill value such as 1e20 may well be the most frequent one.
    distinct = np.unique(labels[rows])
    median = float(np.median(distinct))
    least = LEAST_UNITS * exact_unit(labels[rows], None if weights is None else weights[rows])
    apart = np.abs(distinct - median)
    near = apart[(apart < least) & (apart > _ROUNDING * abs(median))]
    is_far, is_far_row = apart >= least, np.abs(labels[rows] - median) >= least
    is_odd = is_far_row.mean() <= _FAR_ROWS or (len(near) >= _MANY and is_far.mean() <= _FAR_VALUES)
    if not len(near) or not is_odd:
        return
    typical, distance = float(np.median(near)), np.abs(labels[rows] - median)
    row = int(rows[np.argmax(distance)])
    raise LabelRange(
        f"{who}: the label of task {task} in row {row} is {labels[row]:.6g}, so far from the others, which "
        f"differ from their median {median:.3g} by {typical:.3g}, that exact sums cannot tell those apart; "
        "correct it, leave it missing (NaN), round the others if they should be equal, or, if all are above "
        f"zero, say kinds={{{task!r}: 'positive'}}."
    )
