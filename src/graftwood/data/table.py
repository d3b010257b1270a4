"""Tasks and the table that holds their labels: one row per material, a label may be missing.

A table is checked once, when it is made, and never changed afterwards: every
method gives a new one.  How files become a table is in ``data/join.py``, how its
materials are divided into folds in ``data/split.py``; features are not kept here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from graftwood.data.fingerprint import rows_hash
from graftwood.errors import MissingColumn, NotFinite, ShapeMismatch, UnknownTask, WrongOption

KINDS = ("real", "positive", "nonnegative", "category")
PROBLEM_COLUMNS = ("source", "row", "input", "problem")


def no_problems() -> pd.DataFrame:
    """Return an empty record of unreadable rows, with columns source, row, input, problem."""
    return pd.DataFrame({name: pd.Series(dtype=object) for name in PROBLEM_COLUMNS})


@dataclass(frozen=True)
class Task:
    """One property from one source: a column of labels.

    Parameters
    ----------
    name : str
        Name of the label column.
    kind : {"real", "positive", "nonnegative", "category"}, default "real"
        What the labels are.  Positive ones are learned in the logarithm; among
        nonnegative ones the exact zeros are a class of their own.
    unit : str, default ""
        Unit of the labels, "" for none.
    source : str, default ""
        Where the labels come from, for people.
    same_as : tuple of str, default ()
        Names of tasks that repeat or contain this one's measurement, and are
        therefore hidden together with it.

    Raises
    ------
    WrongOption
        The name is empty or the kind is not one of the four.

    Examples
    --------
    >>> Task("gap_exp", kind="nonnegative", unit="eV").unit
    'eV'
    """

    name: str
    kind: str = "real"
    unit: str = ""
    source: str = ""
    same_as: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name:
            raise WrongOption(f"Task: name must be a text that is not empty, got {self.name!r}.")
        if self.kind not in KINDS:
            raise WrongOption(f"Task {self.name}: kind must be one of {', '.join(KINDS)}, got {self.kind!r}.")


# Frames have no single truth value, so tables are compared by fingerprint, not by ==.
@dataclass(frozen=True, eq=False)
class Table:
    """Inputs and labels of materials, row by row.

    Parameters
    ----------
    inputs : DataFrame of shape (n_rows, n_inputs)
        What is known of each row before any label, for example the column ``formula``.
    labels : DataFrame of shape (n_rows, n_tasks)
        One column per task, in the order and with the names of ``tasks``, in the
        task's unit; NaN = missing.
    materials : ndarray of shape (n_rows,) of str
        Key of each row's material.  Rows with one key are never split between
        training and test.
    tasks : tuple of Task
    problems : DataFrame with columns source, row, input, problem, optional
        Rows that could not be read, and why.  They are not among the rows above.
    label_std : DataFrame of shape (n_rows, n_tasks), optional
        Standard deviation of each label, in the task's unit; NaN = not known.

    Raises
    ------
    ShapeMismatch
        Inputs, labels, materials and tasks do not fit together.
    MissingColumn
        Label columns and tasks differ, or ``problems`` lacks a column.
    WrongOption
        Two tasks have one name, or a material's key is not a text.
    NotFinite
        A label of a task that is not a category is infinite or not a number.
    UnknownTask
        A task's ``same_as`` names no task of the table.

    Notes
    -----
    The index of the frames is replaced by 0, 1, ..., n_rows - 1.

    Examples
    --------
    >>> import pandas as pd
    >>> table = Table(
    ...     inputs=pd.DataFrame({"formula": ["GaN", "ZnO"]}),
    ...     labels=pd.DataFrame({"gap_dft": [1.7, 0.7], "gap_exp": [3.2, None]}),
    ...     materials=np.array(["Ga1 N1", "O1 Zn1"]),
    ...     tasks=(Task("gap_dft"), Task("gap_exp")),
    ... )
    >>> int(table.overlap().loc["gap_dft", "gap_exp"])
    1
    """

    inputs: pd.DataFrame
    labels: pd.DataFrame
    materials: npt.NDArray[Any]
    tasks: tuple[Task, ...]
    problems: pd.DataFrame = field(default_factory=no_problems)
    label_std: pd.DataFrame | None = None

    def __post_init__(self) -> None:
        settle = object.__setattr__
        settle(self, "inputs", self.inputs.reset_index(drop=True))
        settle(self, "labels", self.labels.reset_index(drop=True))
        settle(self, "materials", _material_keys(self.materials))
        settle(self, "tasks", tuple(self.tasks))
        if self.label_std is not None:
            settle(self, "label_std", self.label_std.reset_index(drop=True))
        _check_shapes(self)
        _check_columns(self)
        _check_numbers(self)

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return len(self.materials)

    def task(self, name: str) -> Task:
        """Return the task of this name.

        Raises
        ------
        UnknownTask
            The table has no such task; the message lists those it has.
        """
        for task in self.tasks:
            if task.name == name:
                return task
        known = ", ".join(task.name for task in self.tasks)
        raise UnknownTask(f"Table: there is no task {name!r}; the tasks are {known}.")

    def overlap(self) -> pd.DataFrame:
        """Count the materials that carry both labels, for every pair of tasks.

        Returns
        -------
        DataFrame of shape (n_tasks, n_tasks) of int
            The diagonal holds the number of labelled materials of each task.
        """
        carries = self.labels.notna().groupby(self.materials).any().to_numpy(dtype=np.int64)
        names = [task.name for task in self.tasks]
        return pd.DataFrame(carries.T @ carries, index=names, columns=names)

    def subset(self, mask: npt.ArrayLike) -> Table:
        """Return the rows where ``mask`` (n_rows,) is true; tasks and problems stay.

        Raises
        ------
        ShapeMismatch
            The mask is not one boolean per row.
        """
        keep = self._row_mask(mask)
        std = None if self.label_std is None else self.label_std[keep]
        rows = {"inputs": self.inputs[keep], "labels": self.labels[keep], "label_std": std}
        return replace(self, materials=self.materials[keep], **rows)  # type: ignore[arg-type]

    def without_labels(self, mask: npt.ArrayLike, tasks: Sequence[str]) -> Table:
        """Return a table in which the labels of ``tasks`` are missing where ``mask`` is true.

        Parameters
        ----------
        mask : array of bool of shape (n_rows,)
        tasks : sequence of str
            Names of the tasks to hide.  Tasks that repeat the same measurement
            (``Task.same_as``) are hidden only if they are named too.

        Raises
        ------
        ShapeMismatch
            The mask is not one boolean per row.
        UnknownTask
            The table has no such task.
        """
        if isinstance(tasks, str):
            raise WrongOption(f"Table: tasks must be a list of names, got the text {tasks!r}.")
        hide = self._row_mask(mask)
        names = [self.task(name).name for name in tasks]
        labels = self.labels.copy()
        labels[names] = labels[names].mask(np.repeat(hide[:, None], len(names), axis=1))
        return replace(self, labels=labels)

    def fingerprint(self) -> str:
        """Return a short hash of inputs, labels, materials and tasks that ignores the order of rows.

        Returns
        -------
        str
            16 hexadecimal digits; the record of problems does not enter.
        """
        columns = [("material", pd.Series(self.materials))]
        columns += [(f"input {name}", column) for name, column in self.inputs.items()]
        columns += [(f"label {name}", column) for name, column in self.labels.items()]
        if self.label_std is not None:
            columns += [(f"std {name}", column) for name, column in self.label_std.items()]
        return rows_hash(repr(self.tasks), columns)

    def _row_mask(self, mask: npt.ArrayLike) -> npt.NDArray[np.bool_]:
        rows = np.asarray(mask)
        if rows.shape != (self.n_rows,) or rows.dtype != np.bool_:
            raise ShapeMismatch(
                f"Table: mask must be one boolean per row, shape ({self.n_rows},); "
                f"got {rows.dtype} of shape {rows.shape}."
            )
        return rows


def _material_keys(materials: npt.ArrayLike) -> npt.NDArray[Any]:
    keys = np.asarray(materials, dtype=object)
    if keys.ndim != 1:
        raise ShapeMismatch(f"Table: materials must have one dimension, got shape {keys.shape}.")
    for row, key in enumerate(keys):
        if not isinstance(key, str) or not key:
            raise WrongOption(
                f"Table: the material of row {row} must be a text that is not empty, got {key!r}."
            )
    return keys.astype(str)


def _check_shapes(table: Table) -> None:
    n_rows = len(table.materials)
    if len(table.inputs) != n_rows or table.labels.shape != (n_rows, len(table.tasks)):
        raise ShapeMismatch(
            f"Table: inputs {table.inputs.shape}, labels {table.labels.shape}, materials {(n_rows,)} and "
            f"{len(table.tasks)} tasks do not fit: give one row of inputs and of labels per material key, "
            "and one label column per task."
        )
    if table.label_std is not None and (
        table.label_std.shape != table.labels.shape or list(table.label_std) != list(table.labels)
    ):
        raise ShapeMismatch("Table: label_std must have the rows and columns of the labels.")


def _check_columns(table: Table) -> None:
    names = [task.name for task in table.tasks]
    repeated = sorted(name for name, count in Counter(names).items() if count > 1)
    if repeated:
        raise WrongOption(f"Table: two tasks are named {repeated[0]!r}; give each task its own name.")
    if list(table.labels.columns) != names:
        raise MissingColumn(
            f"Table: the label columns are {list(table.labels.columns)} but the tasks are {names}; "
            "name and order them alike."
        )
    for task in table.tasks:
        for name in set(task.same_as) - set(names):
            raise UnknownTask(
                f"Table: task {task.name} is said to be the same as {name!r}, which is none of the tasks "
                f"{names}; a label that should be hidden would be seen."
            )
    lacking = [name for name in PROBLEM_COLUMNS if name not in table.problems.columns]
    if lacking:
        raise MissingColumn(f"Table: problems lacks the column {lacking[0]!r}; it needs {PROBLEM_COLUMNS}.")


def _check_numbers(table: Table) -> None:
    for task in table.tasks:
        column = table.labels[task.name]
        if task.kind == "category":
            continue
        if not pd.api.types.is_numeric_dtype(column):
            raise NotFinite(
                f"Table: the labels of task {task.name} are {column.dtype}, not numbers; "
                "convert them or give the task the kind 'category'."
            )
        infinite = np.flatnonzero(np.isinf(column.to_numpy(dtype=float, na_value=np.nan)))
        if infinite.size:
            raise NotFinite(
                f"Table: the label of task {task.name} in row {infinite[0]} is infinite; "
                "correct it or leave it missing."
            )
