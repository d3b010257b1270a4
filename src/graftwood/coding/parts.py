"""A nonnegative task is learned in two parts: whether it is above zero, and how much where it is.

Both stand as columns of their own beside the task's labels:

    task    task (above zero?)    task (where above zero)
    0.0     0 (no)                NaN
    1.4     1 (yes)               1.4
    NaN     NaN                   NaN

Architectures learn the two parts like any class and any number; the task itself is then computed
from them.  What a user is told of the mixture is in ``answers/hurdle.py``.
"""

from __future__ import annotations

import numpy as np

from graftwood.errors import WrongOption

WHETHER, HOW_MUCH = " (above zero?)", " (where above zero)"


def whether(task: str) -> str:
    """Name of the part that says whether a nonnegative task is above zero: a class, no or yes."""
    return task + WHETHER


def how_much(task: str) -> str:
    """Name of the part that says how much a nonnegative task is where it is above zero: a real number."""
    return task + HOW_MUCH


def owner(task: str) -> str:
    """Return the task that a part is of, or the task itself.

    Examples
    --------
    >>> owner(whether("gap")), owner(how_much("gap")), owner("gap")
    ('gap', 'gap', 'gap')
    """
    return task.removesuffix(WHETHER).removesuffix(HOW_MUCH)


def check_names(names: tuple[str, ...], who: str) -> None:
    """Refuse a task that is named as a part would be.

    Raises
    ------
    WrongOption
    """
    for name in names:
        if owner(name) != name:
            raise WrongOption(
                f"{who}: the task {name!r} has a name kept for a part of a nonnegative task; rename it."
            )


def parts_of(tasks: tuple[str, ...]) -> tuple[str, ...]:
    """Names of the parts of nonnegative tasks.

    Examples
    --------
    >>> parts_of(("gap",))
    ('gap (above zero?)', 'gap (where above zero)')
    """
    return tuple(name for task in tasks for name in (whether(task), how_much(task)))


def with_parts(labels: np.ndarray, columns: list[int]) -> np.ndarray:
    """Append the parts of nonnegative tasks to labels.

    Parameters
    ----------
    labels : ndarray of shape (n_rows, n_tasks), NaN = missing
    columns : list of int
        Where the nonnegative tasks stand.

    Returns
    -------
    ndarray of shape (n_rows, n_tasks + 2 * len(columns))

    Examples
    --------
    >>> with_parts(np.array([[0.0], [1.5], [np.nan]]), [0])
    array([[0. , 0. , nan],
           [1.5, 1. , 1.5],
           [nan, nan, nan]])
    """
    more = []
    for column in columns:
        values = labels[:, column]
        more += [np.where(np.isnan(values), np.nan, values > 0), np.where(values > 0, values, np.nan)]
    return np.column_stack([labels, *more]) if more else labels
