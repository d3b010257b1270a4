"""Labels as a comparison holds them: in the user's own form, so that models are given what a user gives.

Numbers are floats in the label's unit, classes stay the classes that they are.
Kinds are told once, from all labels, because a column's dtype may change where
labels are hidden.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from graftwood.coding.kinds import CATEGORY
from graftwood.coding.labels import read_labels
from graftwood.errors import ShapeMismatch, UnknownTask


@dataclass(frozen=True, eq=False)
class Labels:
    """The labels of a comparison.

    Attributes
    ----------
    frame : DataFrame of shape (n_rows, n_tasks)
        One named column per task, NaN = missing; index 0, 1, ...
    kinds : dict
        Kind of every task.
    classes : dict
        Classes of every category, sorted.

    Examples
    --------
    >>> Y = pd.DataFrame({"gap": [1, 2, 3, 4], "colour": ["red", "red", "blue", "blue"]})
    >>> labels = tell_labels(Y, "Example").without(np.array([True, False, False, False]), ["colour"])
    >>> labels.frame["gap"].tolist(), labels.frame["colour"].tolist()
    ([1.0, 2.0, 3.0, 4.0], [nan, 'red', 'blue', 'blue'])
    """

    frame: pd.DataFrame
    kinds: dict[str, str]
    classes: dict[str, tuple[Any, ...]]

    def without(self, rows: np.ndarray, tasks: Sequence[str] | None = None) -> Labels:
        """Return the labels with those of some rows (bool) removed, of all tasks or some of them."""
        hidden = set(self.frame.columns if tasks is None else tasks)
        columns = {n: _emptied(cells, rows) if n in hidden else cells for n, cells in self.frame.items()}
        return replace(self, frame=pd.DataFrame(columns, index=self.frame.index))


def tell_labels(Y: Any, who: str, kinds: Mapping[Any, str] | None = None) -> Labels:
    """Check labels, tell the kind of every task and name every column.

    Parameters
    ----------
    Y : DataFrame, Series or array of shape (n_rows,) or (n_rows, n_tasks)
    who : str
        Class or function for messages.
    kinds : mapping, optional
        Task name or column number -> kind; else told from the dtype.

    Raises
    ------
    NotFinite, LabelRange, TooFewLabels, UnknownTask, WrongOption, ShapeMismatch, MissingColumn
        As for the architectures.

    Examples
    --------
    >>> labels = tell_labels(pd.DataFrame({"metal": [True, False, True, False]}), "Example")
    >>> labels.kinds, labels.classes
    ({'metal': 'category'}, {'metal': (False, True)})
    """
    columns, _ = read_labels(Y, who, dict(kinds or {}))
    if hasattr(Y, "columns"):
        cells = [Y.iloc[:, i] for i in range(len(columns.names))]
    else:
        values = np.asarray(Y)
        cells = list(values.reshape(len(values), -1).T)
    frame, told = {}, {}
    for name, column in zip(columns.names, cells, strict=True):
        told[name] = columns.kind(name)
        frame[name] = _classes(column) if told[name] == CATEGORY else _numbers(column)
    classes = {name: columns.classes_of(name) for name in columns.names if told[name] == CATEGORY}
    return Labels(pd.DataFrame(frame), told, classes)


def tell_std(label_std: Any, labels: Labels, who: str) -> pd.DataFrame | None:
    """Put standard deviations of labels into the labels' form; what they say is checked where they are used.

    Parameters
    ----------
    label_std : array of the labels' shape, DataFrame of some of their tasks, or None
    labels : Labels
    who : str
        Class or function for messages.

    Raises
    ------
    ShapeMismatch, UnknownTask
    """
    if label_std is None:
        return None
    tasks = list(labels.frame.columns)
    named = label_std if hasattr(label_std, "columns") else None
    values = np.asarray(label_std, dtype=float)
    values = values.reshape(len(values), -1)
    if len(values) != len(labels.frame) or (named is None and values.shape[1] != len(tasks)):
        raise ShapeMismatch(
            f"{who}: label_std has {len(values)} rows and {values.shape[1]} columns, Y "
            f"{len(labels.frame)} and {len(tasks)}; give one error per label, NaN where the label is missing."
        )
    names = tasks if named is None else list(named.columns)
    for name in names:
        if name not in tasks:
            raise UnknownTask(f"{who}: label_std names {name!r}; the tasks are {', '.join(map(str, tasks))}.")
    return pd.DataFrame(values, columns=names).reindex(columns=tasks)


def _emptied(cells: pd.Series, rows: np.ndarray) -> Any:
    """Some labels removed: a comparison does this for every fit, and pandas takes a millisecond for it."""
    if cells.dtype != np.float64:
        return cells.mask(rows)
    values = cells.to_numpy(copy=True)
    values[rows] = np.nan
    return values


def _numbers(cells: Any) -> np.ndarray:
    return np.array([np.nan if pd.isna(cell) else float(cell) for cell in cells])


def _classes(cells: Any) -> np.ndarray:
    plain = [cell.item() if isinstance(cell, np.generic) else cell for cell in cells]
    return np.array([np.nan if pd.isna(cell) else cell for cell in plain] + [None], dtype=object)[:-1]


def teachable(labels: pd.DataFrame, classes: Mapping[str, Any]) -> pd.DataFrame:
    """Remove the labels of classes that only one row has, as no forest learns a class from one label.

    Whether a class is rare depends on the rows that are left to learn from, so this is
    done fold by fold.

    Parameters
    ----------
    labels : DataFrame of shape (n_rows, n_tasks)
    classes : mapping
        Its keys are the categories.

    Examples
    --------
    >>> Y = pd.DataFrame({"colour": ["red", "blue", "red"]})
    >>> teachable(Y, {"colour": ("blue", "red")})["colour"].tolist()
    ['red', nan, 'red']
    """
    result = labels.copy()
    for task in labels.columns:
        if task in classes:
            counts = labels[task].map(labels[task].value_counts())
            result[task] = labels[task].where(counts > 1)
    return result


def learned_only(known: pd.DataFrame, taught: pd.DataFrame, classes: Mapping[str, Any]) -> pd.DataFrame:
    """Remove known labels of classes that a model was not taught; it would refuse them.

    Parameters
    ----------
    known, taught : DataFrame
        Known labels of test rows, labels that the model was fitted on.
    classes : mapping
        Its keys are the categories.

    Examples
    --------
    >>> known = pd.DataFrame({"colour": ["red", "green"]})
    >>> learned_only(known, pd.DataFrame({"colour": ["red", "blue"]}), {"colour": ()})["colour"].tolist()
    ['red', nan]
    """
    result = known.copy()
    for task in known.columns:
        if task in classes:
            result[task] = known[task].where(known[task].isin(taught[task].dropna().unique()))
    return result
