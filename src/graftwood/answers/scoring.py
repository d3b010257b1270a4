"""Score of a fitted architecture: R2 or accuracy, over the rows that have a label."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from sklearn.metrics import r2_score

from graftwood.coding.kinds import CATEGORY, REAL, read_numbers
from graftwood.coding.labels import LabelColumns, label_table
from graftwood.coding.weights import read_weights
from graftwood.errors import ShapeMismatch, TooFewLabels, UnknownTask, WrongOption


def score_rows(
    y: Any, predicted: Any, columns: LabelColumns, tasks: tuple[str, ...], sample_weight: Any, who: str
) -> float:
    """Return the mean R2 of the tasks, or the accuracy if the one task is a category.

    Parameters
    ----------
    y : DataFrame, Series or array of shape (n_rows,) or (n_rows, n_tasks)
        The Y of fit, or the given tasks alone; NaN = missing.
    predicted : ndarray of shape (n_rows,) or (n_rows, len(tasks))
    columns : LabelColumns
        Tasks of fit.
    tasks : tuple of str
        Those that are predicted.
    sample_weight : array of shape (n_rows,) or None
    who : str
        Class name for messages.

    Raises
    ------
    WrongOption, UnknownTask, ShapeMismatch, TooFewLabels, NotFinite

    Examples
    --------
    >>> columns = LabelColumns(("0",), named=False, flat=True)
    >>> score_rows([1.0, np.nan, 3.0], np.array([1.0, 9.0, 3.0]), columns, ("0",), None, "Example")
    1.0
    """
    kinds = [columns.kind(task) for task in tasks]
    if CATEGORY in kinds and len(tasks) > 1:
        raise WrongOption(
            f"{who}: score needs one kind of task, and some of "
            f"{', '.join(tasks)} are categories; name a target."
        )
    truths = labels_of(y, columns, tasks, who)
    weights = read_weights(sample_weight, len(truths[0]), who)
    of_task = np.asarray(predicted).reshape(-1, len(tasks)).T
    scores = [
        score_task(truth, said, kind, weights, task, who)
        for truth, said, kind, task in zip(truths, of_task, kinds, tasks, strict=True)
    ]
    return float(np.mean(scores))


def labels_of(y: Any, columns: LabelColumns, tasks: tuple[str, ...], who: str) -> list[Any]:
    """Find the labels of these tasks in a y that may have more.

    Parameters
    ----------
    y : DataFrame, Series or array of shape (n_rows,) or (n_rows, n_tasks)
        The Y of fit, or the given tasks alone.
    columns : LabelColumns
        Tasks of fit.
    tasks : tuple of str
    who : str
        Class name for messages.

    Raises
    ------
    UnknownTask, ShapeMismatch

    Examples
    --------
    >>> columns = LabelColumns(("dft", "exp"), named=True, flat=False)
    >>> labels_of(np.array([[1.0, 2.0], [3.0, 4.0]]), columns, ("exp",), "Example")
    [array([2., 4.])]
    """
    given, table = label_table(y, who)
    is_of_fit = given.named and columns.named and (not given.flat or given.names[0] in columns.names)
    if is_of_fit:
        lacking = [task for task in tasks if task not in given.names]
        if lacking:
            raise UnknownTask(
                f"{who}: score needs labels of task {lacking[0]}, and y has {', '.join(given.names)}."
            )
        return [table[given.names.index(task)] for task in tasks]
    if len(table) == len(tasks):
        return table
    if len(table) == len(columns.given) and set(tasks) <= set(columns.given):
        return [table[columns.given.index(task)] for task in tasks]
    raise ShapeMismatch(
        f"{who}: score needs a column of y for each of {', '.join(tasks)}, or the columns of fit, "
        f"and y has {len(table)}."
    )


def score_task(
    truth: Any, predicted: np.ndarray, kind: str, weights: np.ndarray | None, task: str, who: str
) -> float:
    """Return R2, or the accuracy of a category, over the rows that have a label.

    Parameters
    ----------
    truth : Series or ndarray of shape (n_rows,), NaN or None = missing
    predicted : ndarray of shape (n_rows,)
    kind : str
    weights : ndarray of shape (n_rows,), optional
    task, who : str
        Task and class name for messages.

    Raises
    ------
    ShapeMismatch, TooFewLabels, NotFinite

    Examples
    --------
    >>> score_task(np.array([1.0, np.nan, 3.0]), np.array([1.0, 9.0, 3.0]), "real", None, "gap", "Example")
    1.0
    """
    if len(truth) != len(predicted):
        raise ShapeMismatch(
            f"{who}: Found input variables with inconsistent numbers of samples: "
            f"[{len(predicted)}, {len(truth)}]; score needs one row of y per row of X."
        )
    rows = np.flatnonzero(~np.asarray(pd.isna(truth)))
    least = 1 if kind == CATEGORY else 2
    if len(rows) < least:
        raise TooFewLabels(
            f"{who}: task {task} has {len(rows)} labelled rows to score, {least} or more are needed; "
            "score other rows, or another task."
        )
    weights = None if weights is None else weights[rows]
    if kind == CATEGORY:
        cells = [cell for row, cell in enumerate(truth) if not pd.isna(cell)]
        is_right = [one == other for one, other in zip(cells, predicted[rows].tolist(), strict=True)]
        return float(np.average(is_right, weights=weights))
    labels = read_numbers(truth, REAL, task, f"{who}: score")
    return float(r2_score(labels[rows], predicted[rows], sample_weight=weights))
