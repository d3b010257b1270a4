"""The table of a few-shot problem: rows of inputs, one label each, sorted by the task they belong to.

This file reads and refuses; it computes nothing.  How the rows are laid out for
the solvers is in ``blocks.py``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from graftwood.errors import DependentInputs, EmptyTable, NotFinite, ShapeMismatch, TooFewLabels, UnknownTask


@dataclass(frozen=True)
class Rows:
    """Rows sorted by task.

    Attributes
    ----------
    X : ndarray of shape (n_rows, n_inputs)
    y : ndarray of shape (n_rows,)
        Labels.
    task : ndarray of shape (n_rows,)
        Number of each row's task, never falling.
    n_tasks : int
        Tasks; one of them may have no rows here (all of them are held out, say).

    Examples
    --------
    >>> rows = Rows(np.ones((3, 2)), np.zeros(3), np.array([0, 0, 2]), 3)
    >>> rows.counts
    array([2, 0, 1])
    """

    X: np.ndarray
    y: np.ndarray
    task: np.ndarray
    n_tasks: int

    @property
    def counts(self) -> np.ndarray:
        """Rows of each task, shape (n_tasks,)."""
        return np.bincount(self.task, minlength=self.n_tasks)

    @property
    def n_inputs(self) -> int:
        """Columns of X."""
        return self.X.shape[1]

    def pick(self, chosen: np.ndarray) -> Rows:
        """Return the rows where a mask of shape (n_rows,) is true; the tasks stay the same."""
        return replace(self, X=self.X[chosen], y=self.y[chosen], task=self.task[chosen])


def read_rows(who: str, X: Any, y: Any, task: Any) -> tuple[Rows, np.ndarray]:
    """Check a table, sort it by task, and return it with the tasks' names.

    Nothing is copied where the rows already are contiguous floats sorted by task.

    Parameters
    ----------
    who : str
        Who asks, for messages.
    X : array or DataFrame of shape (n_rows, n_inputs)
        Numbers, none missing and no column constant.
    y : array of shape (n_rows,)
        Labels, none missing.
    task : array of shape (n_rows,)
        Name or number of each row's task.

    Raises
    ------
    EmptyTable, ShapeMismatch, NotFinite, DependentInputs, UnknownTask, TooFewLabels

    Examples
    --------
    >>> rows, names = read_rows("example", [[1.0], [2.0], [4.0]], [0, 1, 2], ["b", "a", "b"])
    >>> rows.X[:, 0], rows.task, names.tolist()
    (array([2., 1., 4.]), array([0, 1, 1]), ['a', 'b'])
    """
    inputs = read_inputs(who, X)
    labels = read_labels(who, y, len(inputs))
    _refuse_constant(who, X, inputs)
    names, number = _number_tasks(who, task, len(inputs))
    if np.any(number[1:] < number[:-1]):
        order = np.argsort(number, kind="stable")
        inputs, labels, number = inputs[order], labels[order], number[order]
    return Rows(inputs, labels, number, len(names)), names


def read_inputs(who: str, X: Any, n_inputs: int | None = None) -> np.ndarray:
    """Return inputs as contiguous floats of shape (n_rows, n_inputs), or refuse them by name."""
    try:
        inputs = np.ascontiguousarray(X, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise NotFinite(
            f"{who}: X cannot be read as numbers ({error}); code text and categories first."
        ) from None
    if inputs.ndim != 2 or inputs.shape[1] == 0:
        raise ShapeMismatch(
            f"{who}: X must be a table of rows and inputs, its shape is {inputs.shape}; "
            "use X.reshape(-1, 1) for one input."
        )
    if len(inputs) == 0:
        raise EmptyTable(f"{who}: X has no rows; give at least one.")
    if n_inputs is not None and inputs.shape[1] != n_inputs:
        raise ShapeMismatch(
            f"{who}: X has {inputs.shape[1]} inputs and {n_inputs} were learned; give the columns of fit."
        )
    # A sum is finite only if every part is; the search for the culprit is left to the bad case.
    with np.errstate(over="ignore", invalid="ignore"):
        is_good = np.isfinite(inputs.sum(axis=0))
    if not is_good.all():
        _name_bad_input(who, X, inputs)
    return inputs


def _name_bad_input(who: str, X: Any, inputs: np.ndarray) -> None:
    bad = ~np.isfinite(inputs)
    if not bad.any():
        return
    row, column = np.argwhere(bad)[0]
    name = _column_name(X, column)
    if np.isnan(inputs[:, column]).all():
        raise NotFinite(f"{who}: input {name} is NaN in every row; drop it.")
    raise NotFinite(
        f"{who}: input {name} of row {row} is {inputs[row, column]}; correct it, fill it or leave the row "
        "out."
    )


def _column_name(X: Any, column: int) -> str:
    return repr(str(X.columns[column])) if hasattr(X, "columns") else str(column)


def _refuse_constant(who: str, X: Any, inputs: np.ndarray) -> None:
    constant = np.flatnonzero(inputs.min(axis=0) == inputs.max(axis=0))
    if len(inputs) > 1 and constant.size:
        raise DependentInputs(
            f"{who}: input {_column_name(X, constant[0])} is {inputs[0, constant[0]]:g} in every row; drop "
            "it, and say fit_intercept=True where tasks have offsets."
        )


def read_labels(who: str, y: Any, n_rows: int) -> np.ndarray:
    """Return labels as floats of shape (n_rows,), or refuse them by row."""
    try:
        labels = np.ascontiguousarray(y, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise NotFinite(f"{who}: y cannot be read as numbers ({error}); give one number a row.") from None
    if labels.shape != (n_rows,):
        raise ShapeMismatch(
            f"{who}: y has shape {labels.shape} and X has {n_rows} rows; give one label for each row."
        )
    bad = np.flatnonzero(~np.isfinite(labels))
    if bad.size:
        raise NotFinite(
            f"{who}: the label of row {bad[0]} is {labels[bad[0]]}; leave rows without a label out."
        )
    return labels


def _number_tasks(who: str, task: Any, n_rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Return sorted names of the tasks and the number of each row's task."""
    given = as_task_names(who, task)
    if given.shape != (n_rows,):
        raise ShapeMismatch(
            f"{who}: task has shape {given.shape} and X has {n_rows} rows; name the task of each row."
        )
    if hasattr(getattr(task, "dtype", None), "categories"):
        empty = set(task.dtype.categories) - set(given.tolist())
        if empty:
            raise TooFewLabels(
                f"{who}: task {min(map(repr, empty))} has no rows; remove it from the categories or add rows."
            )
    try:
        names, number = np.unique(given, return_inverse=True)
    except TypeError:
        raise UnknownTask(
            f"{who}: tasks are named by values of several types; use text only or numbers only."
        ) from None
    return names, number.astype(np.int64, copy=False)


def as_task_names(who: str, task: Any) -> np.ndarray:
    """Return names of tasks as an array, or refuse a missing one."""
    given = np.asarray(task)
    if given.dtype == object:
        missing = np.array([name is None or name != name for name in given.ravel()], dtype=bool)
    else:
        missing = given.ravel() != given.ravel()
    if missing.any():
        raise UnknownTask(f"{who}: the task of row {int(np.flatnonzero(missing)[0])} is missing; name it.")
    return given
