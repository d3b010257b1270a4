"""Labels: checks Y, names the tasks, keeps what the labels looked like.

Inside, tasks stand in the order of their names, so that their order in a file
changes nothing; predictions come back in the order in which Y came.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from graftwood.errors import LabelRange, MissingColumn, NotFinite, ShapeMismatch, TooFewLabels, UnknownTask

_LARGEST = 1e150  # squares of labels are summed


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

    Examples
    --------
    >>> columns = LabelColumns(("gap_exp", "gap_dft"), named=True, flat=False)
    >>> columns.canonical, columns.find(0, "Example")
    (('gap_dft', 'gap_exp'), 'gap_exp')
    """

    names: tuple[str, ...]
    named: bool
    flat: bool

    @property
    def canonical(self) -> tuple[str, ...]:
        """Task names in canonical order: sorted if they are names, as given if they are numbers."""
        return tuple(sorted(self.names)) if self.named else self.names

    def find(self, task: str | int, who: str) -> str:
        """Return the name of a task given by name or column number.

        Raises
        ------
        UnknownTask
        """
        if isinstance(task, (int, np.integer)) and not isinstance(task, bool) and 0 <= task < len(self.names):
            return self.names[int(task)]
        if isinstance(task, str) and task in self.names:
            return task
        raise UnknownTask(f"{who}: there is no task {task!r}; the tasks are {', '.join(self.names)}.")


def read_labels(Y: Any, who: str) -> tuple[LabelColumns, np.ndarray]:
    """Return the tasks and the labels (n_rows, n_tasks), float64, in canonical order of tasks.

    Parameters
    ----------
    Y : DataFrame, Series or array of shape (n_rows,) or (n_rows, n_tasks)
        Numbers, NaN = missing.
    who : str
        Class name for messages.

    Raises
    ------
    NotFinite
        A label is infinite or not a number.
    LabelRange
        A label is beyond 1e150.
    TooFewLabels
        A task has fewer than two labels.
    """
    if Y is None:
        raise ShapeMismatch(f"{who}: requires y to be passed, but the target y is None; give the labels.")
    columns, labels = _as_table(Y, who)
    for column, name in enumerate(columns.names):
        bad = np.flatnonzero(np.isinf(labels[:, column]))
        if len(bad):
            raise NotFinite(
                f"{who}: the label of task {name} in row {bad[0]} is infinity; "
                "correct it or leave it missing."
            )
        huge = np.flatnonzero(np.abs(labels[:, column]) > _LARGEST)
        if len(huge):
            raise LabelRange(
                f"{who}: the label of task {name} in row {huge[0]} is {labels[huge[0], column]:.3g}, "
                "too large to square; correct it or choose a larger unit."
            )
        n_labels = int(np.count_nonzero(~np.isnan(labels[:, column])))
        if n_labels == 0:
            raise TooFewLabels(
                f"{who}: all {len(labels)} labels of task {name} are missing (NaN); "
                "drop the task or give labels for it."
            )
    return columns, labels[:, [columns.names.index(name) for name in columns.canonical]]


def read_known(known: Any, columns: LabelColumns, n_rows: int, who: str) -> np.ndarray:
    """Return known labels (n_rows, n_tasks) in canonical order of tasks; NaN where nothing is known.

    Parameters
    ----------
    known : DataFrame with any of the tasks as columns, array of Y's shape, or None
    """
    result = np.full((n_rows, len(columns.names)), np.nan)
    if known is None:
        return result
    given, labels = _as_table(known, who)
    if len(labels) != n_rows:
        raise ShapeMismatch(f"{who}: known has {len(labels)} rows and X has {n_rows}; give one row each.")
    if not given.named and len(given.names) != len(columns.names):
        raise ShapeMismatch(
            f"{who}: known has {len(given.names)} columns and Y had {len(columns.names)}; "
            "give one column per task, NaN where a label is not known."
        )
    names = given.names if given.named else columns.names
    for column, name in enumerate(names):
        task = columns.find(name, who)
        if np.isinf(labels[:, column]).any():
            row = int(np.flatnonzero(np.isinf(labels[:, column]))[0])
            raise NotFinite(f"{who}: the known label of task {task} in row {row} is infinite; correct it.")
        result[:, columns.canonical.index(task)] = labels[:, column]
    return result


def _as_table(Y: Any, who: str) -> tuple[LabelColumns, np.ndarray]:
    if hasattr(Y, "columns"):
        names = tuple(str(name) for name in Y.columns)
        if len(set(names)) < len(names):
            raise MissingColumn(f"{who}: two columns of Y have one name; give each task its own.")
        numbers = [_numbers(Y.iloc[:, i], name, who) for i, name in enumerate(names)]
        labels = np.column_stack(numbers) if names else np.empty((len(Y), 0))
        columns = LabelColumns(names, named=True, flat=False)
    elif getattr(Y, "name", None) is not None and np.ndim(Y) == 1:
        labels = _numbers(Y, str(Y.name), who)[:, None]
        columns = LabelColumns((str(Y.name),), named=True, flat=True)
    else:
        values = _numbers(Y, "0", who)
        if values.ndim not in (1, 2):
            raise ShapeMismatch(f"{who}: Y must have one or two dimensions, got shape {values.shape}.")
        labels = values if values.ndim == 2 else values[:, None]
        names = tuple(str(i) for i in range(labels.shape[1]))
        columns = LabelColumns(names, named=False, flat=values.ndim == 1)
    if labels.shape[1] == 0:
        raise MissingColumn(f"{who}: Y has no columns; give one column of labels per task.")
    return columns, labels


def _numbers(values: Any, name: str, who: str) -> np.ndarray:
    array = np.asarray(values)
    if array.dtype.kind == "c":
        raise NotFinite(f"{who}: Complex data not supported; task {name} needs real numbers.")
    try:
        return array.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise NotFinite(
            f"{who}: the labels of task {name} are not all numbers ({error}); use NaN for a missing label."
        ) from None


def check_units(units: Mapping[str, str], tasks: tuple[str, ...], who: str) -> None:
    """Refuse to add or pool tasks whose stated units differ.

    Raises
    ------
    UnitMismatch
    """
    from graftwood.errors import UnitMismatch

    stated = {task: units[task] for task in tasks if task in units}
    if len(set(stated.values())) > 1:
        (one, unit), (other, other_unit) = sorted(stated.items(), key=lambda item: item[1])[
            :: len(stated) - 1
        ][:2]
        raise UnitMismatch(
            f"{who}: task {one} is in {unit!r} and task {other} in {other_unit!r}; "
            "convert them to one unit before they are added or pooled."
        )
