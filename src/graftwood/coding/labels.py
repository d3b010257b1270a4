"""Labels: checks Y, names the tasks, keeps what the labels looked like.

Inside, tasks stand in the order of their names, so that their order in a file
changes nothing; predictions come back in the order in which Y came.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from graftwood.coding.cells import unmasked
from graftwood.coding.kinds import (
    CATEGORY,
    NONNEGATIVE,
    REAL,
    Class,
    check_kinds,
    class_numbers,
    find_classes,
    read_numbers,
    tell_kind,
)
from graftwood.coding.mappings import as_table
from graftwood.coding.parts import WHETHER, check_names, owner, parts_of, with_parts
from graftwood.coding.resolution import check_resolution
from graftwood.errors import MissingColumn, ShapeMismatch, TooFewLabels, UnitMismatch, UnknownTask


@dataclass(frozen=True)
class LabelColumns:
    """The tasks of a Y.

    Attributes
    ----------
    names : tuple of str
        Task names in the order of Y's columns ("0", "1", ... for an array).
    named : bool
        Whether Y was a DataFrame.
    flat : bool
        Whether Y was one-dimensional.
    kinds : tuple of str
        Kind of each task, in the order of ``names``; all are real when it is empty.
    classes : tuple of tuple
        Classes of each task, in the order of ``names``; empty for tasks that are no category.
    computed : tuple of str
        Tasks that Y did not have, computed from others; the last of ``names``.

    Examples
    --------
    >>> columns = LabelColumns(("gap_exp", "gap_dft"), named=True, flat=False)
    >>> columns.canonical, columns.find(0, "Example")
    (('gap_dft', 'gap_exp'), 'gap_exp')
    """

    names: tuple[str, ...]
    named: bool
    flat: bool
    kinds: tuple[str, ...] = ()
    classes: tuple[tuple[Class, ...], ...] = ()
    computed: tuple[str, ...] = ()

    @property
    def given(self) -> tuple[str, ...]:
        """Tasks that Y had, in the order of its columns."""
        return tuple(name for name in self.names if name not in self.computed)

    def kind(self, task: str) -> str:
        """Kind of a task, or of a part of a nonnegative one."""
        if owner(task) != task:
            return CATEGORY if task.endswith(WHETHER) else REAL
        return self.kinds[self.names.index(task)] if self.kinds else REAL

    def classes_of(self, task: str) -> tuple[Class, ...]:
        """Classes of a task in sorted order, none for a real one."""
        if owner(task) != task:
            return (False, True) if task.endswith(WHETHER) else ()
        return self.classes[self.names.index(task)] if self.classes else ()

    @property
    def canonical(self) -> tuple[str, ...]:
        """Task names in canonical order: sorted if they are names, as given if they are numbers."""
        return tuple(sorted(self.names)) if self.named else self.names

    @property
    def nonnegative(self) -> tuple[str, ...]:
        """Nonnegative tasks, in canonical order."""
        return tuple(task for task in self.canonical if self.kind(task) == NONNEGATIVE)

    @property
    def learned(self) -> tuple[str, ...]:
        """Columns of labels as learned: the tasks in canonical order, then parts of nonnegative ones."""
        return (*self.canonical, *parts_of(self.nonnegative))

    def expand(self, labels: np.ndarray) -> np.ndarray:
        """Append the parts of nonnegative tasks to labels in canonical order."""
        return with_parts(labels, [self.canonical.index(task) for task in self.nonnegative])

    def find(self, task: str | int, who: str) -> str:
        """Return the name of a task given by name or column number.

        Where Y had names, an integer that is one of them means that column, and a position otherwise.

        Raises
        ------
        UnknownTask
        """
        if isinstance(task, (int, np.integer)) and not isinstance(task, bool):
            if self.named and str(task) in self.names:
                return str(task)
            if 0 <= task < len(self.names):
                return self.names[int(task)]
        if isinstance(task, str) and task in self.names:
            return task
        raise UnknownTask(f"{who}: there is no task {task!r}; the tasks are {', '.join(self.names)}.")


def read_labels(
    Y: Any,
    who: str,
    kinds: Mapping[Any, str] | None = None,
    weights: np.ndarray | None = None,
    units: Mapping[Any, str] | None = None,
) -> tuple[LabelColumns, np.ndarray]:
    """Return the tasks and their labels (n_rows, n_columns), float64, in the order of ``columns.learned``.

    Parameters
    ----------
    Y : DataFrame, Series or array of shape (n_rows,) or (n_rows, n_tasks)
        Numbers or classes, NaN or None = missing.
    who : str
        Class name for messages.
    kinds : dict, optional
        Task name or column number -> "real", "positive", "nonnegative" or "category"; else told from the
        dtype.
    weights : ndarray of shape (n_rows,), optional
        Labels in rows of weight 0 are left out as if they were missing.
    units : dict, optional
        Task -> unit; only its tasks are looked at.

    Returns
    -------
    columns : LabelColumns
    labels : ndarray of shape (n_rows, n_columns)
        As trees learn them: the logarithm of a positive label, the number of a class; a nonnegative
        task's own labels and, behind all tasks, its two parts.

    Raises
    ------
    UnknownTask
        Kinds or units name a task that Y does not have.
    NotFinite
        A label is infinite, or not of its task's kind.
    LabelRange
        A label is beyond 1e150, or so far out that exact sums cannot tell the others apart.
    TooFewLabels
        A task has no label, one class only, or a class with a single label.
    """
    if Y is None:
        raise ShapeMismatch(f"{who}: requires y to be passed, but the target y is None; give the labels.")
    columns, table = label_table(Y, who)
    check_names(columns.names, who)
    check_kinds(kinds or {}, who)
    told = {columns.find(task, f"{who}: kinds"): kind for task, kind in (kinds or {}).items()}
    _check_unit_names(units or {}, columns, who)
    n_rows = len(table[0])
    # Where the lengths differ, whoever puts X and Y together says so.
    is_used = weights > 0 if weights is not None and len(weights) == n_rows else np.ones(n_rows, dtype=bool)
    labels, all_kinds, classes = [], [], []
    for name, values in zip(columns.names, table, strict=True):
        _check_present(values, is_used, name, who)
        rows = np.flatnonzero(is_used)
        seen = values if is_used.all() else values[is_used]
        kind = told.get(name) or tell_kind(seen)
        known = find_classes(seen, name, who, is_told=name in told, rows=rows) if kind == CATEGORY else ()
        labels.append(np.full(n_rows, np.nan))
        labels[-1][rows] = learned_form(seen, kind, known, name, who, rows)
        if kind in (REAL, NONNEGATIVE):
            # What is learned of a nonnegative task as a number are its labels above zero.
            numbers = labels[-1] if kind == REAL else np.where(labels[-1] > 0, labels[-1], np.nan)
            check_resolution(numbers, weights, name, who)
        all_kinds.append(kind)
        classes.append(known)
    columns = replace(columns, kinds=tuple(all_kinds), classes=tuple(classes))
    ordered = np.column_stack([labels[columns.names.index(name)] for name in columns.canonical])
    return columns, columns.expand(ordered)


def _check_present(values: Any, is_used: np.ndarray, name: str, who: str) -> None:
    """Refuse a task without labels, or with labels in rows of weight 0 only."""
    is_present = ~np.asarray(pd.isna(values))
    if not is_present.any():
        raise TooFewLabels(
            f"{who}: all {len(values)} labels of task {name} are missing (NaN); "
            "drop the task or give labels for it."
        )
    if not (is_present & is_used).any():
        raise TooFewLabels(
            f"{who}: all {np.count_nonzero(is_present)} labels of task {name} are in rows of sample_weight "
            "0; give some of these rows a weight or drop the task."
        )


def learned_form(
    values: Any,
    kind: str,
    classes: tuple[Class, ...],
    name: str,
    who: str,
    rows: np.ndarray | None = None,
) -> np.ndarray:
    """One task's labels as trees learn them."""
    if kind == CATEGORY:
        return class_numbers(values, classes, name, who, rows)
    return read_numbers(values, kind, name, who, rows)


def label_table(Y: Any, who: str, what: str = "Y") -> tuple[LabelColumns, list[Any]]:
    """Return the tasks and their columns of cells, each a Series or an array.

    Raises
    ------
    MissingColumn, ShapeMismatch
    """
    Y = as_table(Y, who, what)
    if hasattr(Y, "columns"):
        names = tuple(str(name) for name in Y.columns)
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise MissingColumn(
                f"{who}: two columns of {what} are named {twice!r}; give each task its own name."
            )
        columns, table = (
            LabelColumns(names, named=True, flat=False),
            [Y.iloc[:, i] for i in range(len(names))],
        )
    elif getattr(Y, "name", None) is not None and np.ndim(Y) == 1:
        columns, table = LabelColumns((str(Y.name),), named=True, flat=True), [Y]
    elif isinstance(Y, (pd.Series, pd.Index, pd.api.extensions.ExtensionArray)) and Y.ndim == 1:
        columns, table = LabelColumns(("0",), named=False, flat=True), [Y]  # its dtype says what it is
    else:
        values = unmasked(Y)
        if values.ndim not in (1, 2):
            raise ShapeMismatch(f"{who}: {what} must have one or two dimensions, got shape {values.shape}.")
        table = list(values.T) if values.ndim == 2 else [values]
        names = tuple(str(i) for i in range(len(table)))
        columns = LabelColumns(names, named=False, flat=values.ndim == 1)
    if not table:
        raise MissingColumn(f"{who}: {what} has no columns; give one column of labels per task.")
    return columns, table


def check_units(units: Mapping[Any, str], tasks: tuple[str, ...], who: str) -> None:
    """Refuse to add or pool tasks whose stated units differ.

    Raises
    ------
    UnitMismatch
    """
    by_name = {str(task): unit for task, unit in units.items()}
    stated = {task: by_name[task] for task in tasks if task in by_name}
    if len(set(stated.values())) > 1:
        (one, unit), (other, other_unit) = sorted(stated.items(), key=lambda item: item[1])[
            :: len(stated) - 1
        ][:2]
        raise UnitMismatch(
            f"{who}: task {one} is in {unit!r} and task {other} in {other_unit!r}; "
            "convert them to one unit before they are added or pooled."
        )


def _check_unit_names(units: Mapping[Any, str], columns: LabelColumns, who: str) -> None:
    """Refuse a unit of a task that Y does not have."""
    for task in units:
        if str(task) not in columns.names:
            raise UnknownTask(
                f"{who}: units name the task {task!r}, which Y does not have; "
                f"its tasks are {', '.join(columns.names)}."
            )
