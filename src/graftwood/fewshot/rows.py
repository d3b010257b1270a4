"""The table of a few-shot problem: rows of inputs, one label each, sorted by the task they belong to.

This file reads and refuses; it computes nothing.  How the rows are laid out for
the solvers is in ``blocks.py``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from graftwood.errors import (
    DependentInputs,
    EmptyTable,
    MissingColumn,
    NotFinite,
    ShapeMismatch,
    TooFewLabels,
    UnknownTask,
)

LARGEST = 1e40  # moments are fourth powers, and those of larger values overflow
_BEYOND = f"products of values beyond {LARGEST:g} overflow; correct it or change the unit"


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
    inputs = _as_floats(who, "X", X, "code text and categories first")
    if inputs.ndim != 2 or inputs.shape[1] == 0:
        raise ShapeMismatch(
            f"{who}: X must be a table of rows and inputs, its shape is {inputs.shape}; "
            "use X.reshape(-1, 1) for one input and X.reshape(1, -1) for one row."
        )
    if len(inputs) == 0:
        raise EmptyTable(f"{who}: X has no rows; give at least one.")
    if n_inputs is not None and inputs.shape[1] != n_inputs:
        raise ShapeMismatch(
            f"{who}: X has {inputs.shape[1]} inputs and {n_inputs} were learned; give the columns of fit."
        )
    # NaN is within no limits; the search for the culprit is left to the bad case.
    with np.errstate(invalid="ignore"):
        is_good = (inputs.min(axis=0) >= -LARGEST) & (inputs.max(axis=0) <= LARGEST)
    if not is_good.all():
        _refuse_bad_input(who, X, inputs)
    return inputs


def read_new_inputs(who: str, X: Any, n_inputs: int, names: list[str] | None) -> np.ndarray:
    """Return inputs in the order of fit: columns are found by name where fit and X both have names."""
    given = column_names(X)
    if names is not None and given is not None and given != names:
        lost = [name for name in names if name not in given]
        if lost:
            raise MissingColumn(f"{who}: X has no column {lost[0]!r}; give the columns of fit.")
        X = X.iloc[:, [given.index(name) for name in names]]
    return read_inputs(who, X, n_inputs)


def column_names(X: Any) -> list[str] | None:
    """Return the names of a table's columns, None where it has none."""
    return [str(name) for name in X.columns] if hasattr(X, "columns") else None


def _as_floats(who: str, what: str, given: Any, way_out: str) -> np.ndarray:
    """Return contiguous floats; what pandas calls missing becomes NaN."""
    if hasattr(given, "toarray"):
        raise NotFinite(f"{who}: {what} is a sparse matrix; give {what}.toarray().")
    if getattr(given, "dtype", np.dtype(float)).kind == "c":
        raise NotFinite(f"{who}: {what} has complex numbers; give their real and imaginary parts.")
    try:
        try:
            return np.ascontiguousarray(given, dtype=np.float64)
        except TypeError:
            if not given.isna().to_numpy().any():
                raise
            return np.ascontiguousarray(given.to_numpy(dtype=np.float64, na_value=np.nan))
    except (AttributeError, TypeError, ValueError) as error:
        raise NotFinite(f"{who}: {what} cannot be read as numbers ({error}); {way_out}.") from None


def _refuse_bad_input(who: str, X: Any, inputs: np.ndarray) -> None:
    row, column = np.argwhere(~(np.abs(inputs) <= LARGEST))[0]
    name, value = _column_name(X, column), inputs[row, column]
    if np.isnan(inputs[:, column]).all():
        raise NotFinite(f"{who}: input {name} is NaN in every row; drop it.")
    if np.isfinite(value):
        raise NotFinite(f"{who}: input {name} of row {row} is {value:g} and {_BEYOND}.")
    raise NotFinite(f"{who}: input {name} of row {row} is {value}; correct it, fill it or leave the row out.")


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
    labels = _as_floats(who, "y", y, "give one number a row")
    if labels.shape != (n_rows,):
        raise ShapeMismatch(
            f"{who}: y has shape {labels.shape} and X has {n_rows} rows; give one label for each row."
        )
    bad = np.flatnonzero(~np.isfinite(labels))
    if bad.size:
        raise NotFinite(
            f"{who}: the label of row {bad[0]} is {labels[bad[0]]}; leave rows without a label out."
        )
    large = np.flatnonzero(np.abs(labels) > LARGEST)
    if large.size:
        raise NotFinite(f"{who}: the label of row {large[0]} is {labels[large[0]]:g} and {_BEYOND}.")
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
    if given.dtype.kind == "U" and isinstance(task, list | tuple):
        # NumPy has made text of whatever stood beside text, of a missing name too.
        named = np.asarray(task, dtype=object)
        given = given if all(isinstance(name, str) for name in named.ravel()) else named
    missing = pd.isna(given.ravel())
    if missing.any():
        raise UnknownTask(f"{who}: the task of row {int(np.flatnonzero(missing)[0])} is missing; name it.")
    return given
