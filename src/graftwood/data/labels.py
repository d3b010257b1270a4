"""Labels of one source: from cells to numbers or classes, and several to one.

Nothing is mended here: a cell that is not a label of its task's kind is refused by
name.  How the labels of several sources meet is in ``data/join.py``.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from graftwood.data.order import canonical_order
from graftwood.data.table import Task
from graftwood.errors import NotFinite, WrongOption

STD = "\x00std"  # column of the labels' standard deviations; no file has one of this name


def read_labels(cells: pd.Series, task: Task, *, place: str) -> pd.Series:
    """Turn the cells of a label column into numbers, or leave them as classes.

    Parameters
    ----------
    cells : Series of shape (n_rows,)
        Numbers, or texts that are numbers; empty (NaN, None) = missing.
    task : Task
        Says by its kind what a label may be.
    place : str
        File and column of the cells, for messages.

    Returns
    -------
    Series of shape (n_rows,) of float, of object if the task is a category
        Index as given; NaN = missing.

    Raises
    ------
    NotFinite
        A cell is infinite or not a number, and the task is not a category.
    WrongOption
        A label contradicts the kind: not above zero, or below zero.

    Examples
    --------
    >>> import pandas as pd
    >>> read_labels(pd.Series([3.2, None]), Task("gap"), place="gaps.csv").tolist()
    [3.2, nan]
    """
    if task.kind == "category":
        return cells.astype(object).where(cells.notna(), np.nan)
    numbers = pd.to_numeric(cells, errors="coerce").astype(float)
    unreadable = (numbers.isna() & cells.notna()) | np.isinf(numbers)
    if unreadable.any():
        row, cell = _first(cells, unreadable)
        raise NotFinite(
            f"Task {task.name}: the label in row {row} of {place} is {cell!r}; "
            "a finite number is needed, or an empty cell for a missing label."
        )
    forbidden = {"positive": numbers <= 0, "nonnegative": numbers < 0}.get(task.kind)
    if forbidden is not None and forbidden.any():
        row, cell = _first(cells, forbidden)
        raise WrongOption(
            f"Task {task.name}: kind {task.kind!r} does not allow the label {cell!r} in row {row} "
            f"of {place}; correct the label or choose another kind."
        )
    return numbers


def merge_repeats(rows: pd.DataFrame, task: Task, repeats: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Merge the labels of rows that agree in all other columns.

    Parameters
    ----------
    rows : DataFrame
        The labels in a column named as the task, perhaps their standard deviations in the
        last column, `STD`, and in all other columns what tells rows apart (NaN equals NaN).
    task : Task
        Classes are merged to the most frequent one, of equals the first in
        alphabetical order.
    repeats : {"median", "mean", "keep"}

    Returns
    -------
    merged : DataFrame
        One row per group of agreeing rows.  Missing labels are ignored; with "keep"
        the label is missing where the group has two or more.  Of n labels that all have a
        standard deviation, the merged one has their root mean square divided by the root of
        n; if one of them has none, it has none.
    several : DataFrame
        The labels left out of ``merged``, one a row; empty unless "keep".

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"formula": ["GaN", "ZnO", "GaN"], "gap": [3.2, 3.4, 3.4]})
    >>> merged, several = merge_repeats(rows, Task("gap"), "median")
    >>> merged
      formula  gap
    0     GaN  3.3
    1     ZnO  3.4
    """
    label = task.name
    by = [column for column in rows.columns if column not in (label, STD)]
    # Sorted first, so that a mean adds its labels in one order whatever the file's.
    order = canonical_order([rows[column] for column in (*by, *rows.columns.drop(by))])
    rows = rows.iloc[order].reset_index(drop=True)
    group = rows.groupby(by, dropna=False, sort=False).ngroup()
    labels, several = rows[label], rows.iloc[:0]
    if repeats == "keep":
        count = labels.groupby(group).transform("count")
        several = rows[(count > 1) & labels.notna()]
        one = labels.where(count == 1).groupby(group).first()
    elif task.kind == "category":
        one = _most_frequent(labels, group)
    else:
        one = labels.groupby(group).agg(repeats)
    merged = rows.loc[~rows.duplicated(by), by].reset_index(drop=True)
    merged[label] = one.to_numpy()
    if STD in rows.columns:
        merged[STD] = _merged_std(rows[STD].where(labels.notna()), labels, group).to_numpy()
    return merged, several


def _merged_std(deviations: pd.Series, labels: pd.Series, group: pd.Series) -> pd.Series:
    n_labels = labels.groupby(group).count()
    whole = deviations.groupby(group).count() == n_labels
    return np.sqrt((deviations**2).groupby(group).sum()).div(n_labels).where(whole & (n_labels > 0))


def _most_frequent(labels: pd.Series, group: pd.Series) -> pd.Series:
    cells = pd.DataFrame({"group": group, "label": labels}).dropna()
    tally = cells.groupby(["group", "label"], sort=False).size().reset_index(name="count")
    order = canonical_order([-tally["count"], tally["label"]])
    winners = tally.iloc[order].drop_duplicates("group").set_index("group")["label"]
    return winners.reindex(range(group.max() + 1))


def _first(cells: pd.Series, where: pd.Series) -> tuple[object, object]:
    position = int(np.flatnonzero(where.to_numpy())[0])
    return cells.index[position], cells.astype(object).iloc[position]
