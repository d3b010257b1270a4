"""Kinds of tasks: real, positive (learned in its logarithm), nonnegative (zeros apart) and category.

This file turns one column of labels into the numbers that trees learn, and
says whose label is of the wrong kind.  How tasks stand in a Y is in ``labels.py``.
"""

from __future__ import annotations

import numbers
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from graftwood.coding.cells import reads_as_number
from graftwood.errors import LabelRange, NotFinite, TooFewLabels, WrongOption

REAL, POSITIVE, NONNEGATIVE, CATEGORY = "real", "positive", "nonnegative", "category"
KINDS = (REAL, POSITIVE, NONNEGATIVE, CATEGORY)
LARGEST = 1e150  # squares of labels are summed

Class = str | int | float | bool


def check_kinds(kinds: Mapping[Any, str], who: str) -> None:
    """Refuse a kind that does not exist.

    Raises
    ------
    WrongOption
    """
    for task, kind in kinds.items():
        if kind not in KINDS:
            raise WrongOption(f"{who}: kinds of task {task} must be {', '.join(KINDS)}, got {kind!r}.")


def tell_kind(values: Any) -> str:
    """Tell the kind of a column nobody named one for: text, booleans and categoricals are categories.

    Where text and numbers are mixed the more frequent decide, and the others are refused later.

    Parameters
    ----------
    values : Series or ndarray of shape (n_rows,)

    Examples
    --------
    >>> tell_kind(np.array(["red", "blue"])), tell_kind(np.array([1, 2]))
    ('category', 'real')
    """
    dtype = getattr(values, "dtype", None)
    if isinstance(dtype, pd.CategoricalDtype):
        return CATEGORY
    if isinstance(dtype, np.dtype) and dtype.kind in "iufc":
        return REAL
    present = [cell for cell in values if not pd.isna(cell)]
    is_class = [isinstance(cell, (str, bool, np.bool_)) for cell in present]
    return CATEGORY if 2 * sum(is_class) > len(is_class) else REAL


def read_numbers(values: Any, kind: str, name: str, who: str, rows: np.ndarray | None = None) -> np.ndarray:
    """Return the labels of a task that is no category as trees learn them, NaN = missing.

    Parameters
    ----------
    values : Series or ndarray of shape (n,)
    kind, name, who : str
        Kind and task, and class name for messages.
    rows : ndarray of shape (n,), int, optional
        Number of each label's row in the table, for messages.

    Raises
    ------
    NotFinite, LabelRange
        A label is no number, infinite, not positive, below zero, or too large; the message names its row.
    """
    array = np.asarray(values)
    if array.dtype.kind == "c":
        raise NotFinite(f"{who}: Complex data not supported; task {name} needs real numbers.")
    rows = np.arange(len(array)) if rows is None else rows
    labels = _floats(values, array, name, who, rows)
    _refuse(np.isinf(labels), labels, name, who, rows, "is infinity; correct it or leave it missing")
    if kind == POSITIVE:
        fault = "is zero, and the task is positive; correct it or make the task nonnegative"
        _refuse(labels == 0, labels, name, who, rows, fault)
        fault = "is below zero, and the task is positive; correct it or make the task real"
        _refuse(labels < 0, labels, name, who, rows, fault)
        return np.log(labels)
    if kind == NONNEGATIVE:
        fault = "is below zero, and the task is nonnegative; correct it or make the task real"
        _refuse(labels < 0, labels, name, who, rows, fault)
    huge = np.flatnonzero(np.abs(labels) > LARGEST)
    if len(huge):
        raise LabelRange(
            f"{who}: the label of task {name} in row {rows[huge[0]]} is {labels[huge[0]]:.3g}, "
            "too large to square; correct it or choose a larger unit."
        )
    return labels


def _floats(values: Any, array: np.ndarray, name: str, who: str, rows: np.ndarray) -> np.ndarray:
    if array.dtype.kind in "iuf":
        return array.astype(np.float64)
    labels = np.full(len(array), np.nan)
    for i, cell in enumerate(values):
        if pd.isna(cell):
            continue
        if not isinstance(cell, (numbers.Real, np.bool_)):
            raise NotFinite(
                f"{who}: the label of task {name} in row {rows[i]} is {cell!r} and not a number; correct it, "
                f"leave it missing (NaN), or, if these are classes, fit with kinds={{{name!r}: 'category'}}."
            )
        labels[i] = float(cell)
    return labels


def _refuse(bad: np.ndarray, labels: np.ndarray, name: str, who: str, rows: np.ndarray, fault: str) -> None:
    if bad.any():
        first = int(np.flatnonzero(bad)[0])
        value = "" if np.isinf(labels[first]) else f" ({labels[first]:g})"
        raise NotFinite(f"{who}: the label of task {name} in row {rows[first]}{value} {fault}.")


def find_classes(
    values: Any, name: str, who: str, *, is_told: bool, rows: np.ndarray | None = None
) -> tuple[Class, ...]:
    """Return the classes of a category task in sorted order.

    Parameters
    ----------
    values : Series or ndarray of shape (n,)
    name, who : str
        Task and class name for messages.
    is_told : bool
        Whether the user said that it is a category; otherwise text that reads as numbers is refused.
    rows : ndarray of shape (n,), int, optional
        Number of each label's row in the table, for messages.

    Raises
    ------
    NotFinite
        Labels are of several types, or numbers written as text.
    TooFewLabels
        There is one class only, or a class has a single label.
    """
    numbered = zip(range(len(values)) if rows is None else rows.tolist(), values, strict=True)
    cells = {row: _plain(cell) for row, cell in numbered if not pd.isna(cell)}
    _check_types(cells, name, who, is_told=is_told)
    classes = tuple(sorted(set(cells.values())))
    if len(classes) == 1:
        raise TooFewLabels(
            f"{who}: all {len(cells)} labels of task {name} are the class {classes[0]!r}; "
            "drop the task or add labels of another class."
        )
    rows_of: dict[Class, list[int]] = {}
    for row, cell in cells.items():
        rows_of.setdefault(cell, []).append(row)
    for known, its_rows in rows_of.items():
        if len(its_rows) == 1:
            raise TooFewLabels(
                f"{who}: the class {known!r} of task {name} is seen once, in row {its_rows[0]}; "
                "merge it with another class, leave the label missing, or add labels of it."
            )
    return classes


def _check_types(cells: Mapping[int, Class], name: str, who: str, *, is_told: bool) -> None:
    """Refuse classes of several types, by a row of the rarest type, and text that reads as numbers."""
    types = Counter(type(cell) for cell in cells.values())
    if len(types) > 1 and not set(types) <= {int, float}:
        blank = next((row for row, cell in cells.items() if isinstance(cell, str) and not cell.strip()), None)
        if blank is not None:
            raise NotFinite(
                f"{who}: the label of task {name} in row {blank} is the text {cells[blank]!r} among numbers; "
                "leave it missing (NaN)."
            )
        (usual, _), *_, (rare, _) = types.most_common()
        row, other = next((r, c) for r, c in cells.items() if type(c) is rare)
        one = next(c for c in cells.values() if type(c) is usual)
        raise NotFinite(
            f"{who}: the label of task {name} in row {row} is {other!r}, a {rare.__name__} among "
            f"labels such as {one!r}; write all classes in one way, and numbers as numbers."
        )
    if not is_told and set(types) == {str}:
        row = next((r for r, c in cells.items() if reads_as_number(c)), -1)
        if row >= 0:
            raise NotFinite(
                f"{who}: the label of task {name} in row {row} is the text {cells[row]!r}; make the column "
                f"numbers, or say kinds={{{name!r}: 'category'}} if they are classes."
            )


def class_numbers(
    values: Any, classes: Sequence[Class], name: str, who: str, rows: np.ndarray | None = None
) -> np.ndarray:
    """Return each label's number among the classes as a float, NaN = missing.

    Raises
    ------
    NotFinite
        A label is none of the classes.

    Examples
    --------
    >>> class_numbers(["red", None, "blue"], ("blue", "red"), "colour", "Example")
    array([ 1., nan,  0.])
    """
    number = {known: i for i, known in enumerate(classes)}
    result = np.full(len(values), np.nan)
    for i, cell in enumerate(values):
        if pd.isna(cell):
            continue
        if _plain(cell) not in number:
            row = i if rows is None else rows[i]
            raise NotFinite(
                f"{who}: the label of task {name} in row {row} is {cell!r}, which is none of its classes "
                f"{', '.join(map(repr, classes))}; correct it or leave it missing."
            )
        result[i] = number[_plain(cell)]
    return result


def _plain(cell: Any) -> Class:
    return cell.item() if isinstance(cell, np.generic) else cell
