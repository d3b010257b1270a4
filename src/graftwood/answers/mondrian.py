"""Intervals per group of materials: each group is calibrated by its own out-of-bag errors (Mondrian)."""

from __future__ import annotations

from typing import Any

import numpy as np

from graftwood.answers.answer import Answer, is_too_few
from graftwood.coding.kinds import CATEGORY, NONNEGATIVE, POSITIVE
from graftwood.errors import NoOutOfBagRows, ShapeMismatch, UnreliableSpread, WrongOption, warn


def interval_by(
    answer: Answer, coverage: float, of_fit: np.ndarray, of_rows: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Bounds that cover new labels with this probability within each group.

    Parameters
    ----------
    answer : Answer
    coverage : float
    of_fit : ndarray of shape (n_rows_of_fit,)
        Group of each row of fit.
    of_rows : ndarray of shape (n_rows,)
        Group of each row of the answer.

    Returns
    -------
    low, high : ndarray of shape (n_rows,), in the label's unit; NaN for a category

    Raises
    ------
    NoOutOfBagRows
        The model does not know which row each of its errors is of.
    WrongOption
        The task is nonnegative.

    Warns
    -----
    UnreliableSpread
        Groups have too few errors for the coverage; they have the interval of all rows.

    References
    ----------
    Vovk, Gammerman and Shafer, Algorithmic Learning in a Random World (2005), section 4.5.

    Examples
    --------
    >>> from graftwood.uncertainty.rescale import Calibration
    >>> scores = np.array([0.1, 0.2, 0.3, 1.0, 2.0, 3.0])
    >>> calibration = Calibration(scores, floor=0.1, n_zero=0, rows=np.arange(6))
    >>> ones = np.ones(2)
    >>> answer = Answer("gap", "real", (), 0 * ones, ones, np.array(["hidden"] * 2), {"hidden": calibration})
    >>> interval_by(answer, 0.5, np.array(["oxide"] * 3 + ["metal"] * 3), np.array(["oxide", "metal"]))[1]
    array([0.2, 2. ])
    """
    if answer.kind == CATEGORY:
        return answer.interval(coverage)
    if answer.kind == NONNEGATIVE:
        raise WrongOption(
            f"{answer.who}: there are no intervals per group of the nonnegative task {answer.task}, whose "
            "zeros are not calibrated per group; ask without by=, or declare it real."
        )
    half, few = np.zeros(len(answer.sd)), set()
    for calibration, rows in answer.parts():
        if len(calibration.rows) != len(calibration.scores):
            raise NoOutOfBagRows(
                f"{answer.who}: the model does not know which rows its errors are of, as it was saved by an "
                "early version; fit it again for intervals per group."
            )
        of_score = of_fit[calibration.rows]
        for group in np.unique(of_rows[rows]):
            here = rows[of_rows[rows] == group]
            own = calibration.of_rows(np.flatnonzero(of_score == group))
            if is_too_few(own.summed[-1], coverage):
                few.add(str(group))
                own = calibration
            half[here] = own.half_width(answer.sd[here], coverage)
    if few:
        warn(
            f"{answer.who}: group(s) {', '.join(sorted(few)[:5])} have fewer out-of-bag errors of task "
            f"{answer.task} than a coverage of {coverage:g} needs; their intervals are those of all rows.",
            UnreliableSpread,
        )
    low, high = answer.center - half, answer.center + half
    return (np.exp(low), np.exp(high)) if answer.kind == POSITIVE else (low, high)


def read_groups(by: Any, n_fit: int, n_rows: int, who: str) -> tuple[np.ndarray, np.ndarray]:
    """Check the groups of the rows of fit and of the rows asked about.

    Parameters
    ----------
    by : pair of arrays
    n_fit, n_rows : int
    who : str
        Class name for messages.

    Raises
    ------
    WrongOption, ShapeMismatch

    Examples
    --------
    >>> read_groups((["oxide", "metal"], ["oxide"]), 2, 1, "Example")[1]
    array(['oxide'], dtype='<U5')
    """
    if not isinstance(by, (tuple, list)) or len(by) != 2:
        raise WrongOption(
            f"{who}: by must be a pair: groups of the rows of fit and of those of X; got {str(by)[:60]}."
        )
    of_fit, of_rows = (np.asarray(keys).astype(str) for keys in by)
    if of_fit.shape != (n_fit,) or of_rows.shape != (n_rows,):
        raise ShapeMismatch(
            f"{who}: by has groups of shapes {of_fit.shape} and {of_rows.shape}, fit had {n_fit} rows and "
            f"X has {n_rows}; give one group per row."
        )
    return of_fit, of_rows
