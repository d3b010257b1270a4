"""Which standard deviations of a table's labels can be learned from: all of a task's, or none.

A label without one beside others that have one may be better or worse than they are; no number
stands for that, so a task in which any label lacks one is learned without.
"""

from __future__ import annotations

import pandas as pd

from graftwood.data.table import Table

CATEGORY = "category"


def std_counts(table: Table) -> dict[str, tuple[int, int]]:
    """Number of labels with a standard deviation and of labels, of every task that has any of the former.

    Parameters
    ----------
    table : Table

    Examples
    --------
    >>> from graftwood.data import Task
    >>> gaps = pd.DataFrame({"gap": [3.2, 3.3]})
    >>> table = Table(pd.DataFrame({"formula": ["GaN", "ZnO"]}), gaps, pd.Series(["GaN", "ZnO"]),
    ...     (Task("gap"),), label_std=pd.DataFrame({"gap": [0.1, None]}, dtype=float))
    >>> std_counts(table)
    {'gap': (1, 2)}
    """
    if table.label_std is None:
        return {}
    counts = {}
    for task in table.tasks:
        has_label = table.labels[task.name].notna()
        n_std = int((table.label_std[task.name].notna() & has_label).sum())
        if n_std and task.kind != CATEGORY:
            counts[task.name] = (n_std, int(has_label.sum()))
    return counts


def learnable_std(table: Table) -> pd.DataFrame | None:
    """Standard deviations to fit with: of the tasks all of whose labels have one, NaN elsewhere.

    Which tasks these are is told from the whole table, so that no fold decides otherwise; it
    depends on what is there, never on a value.

    Parameters
    ----------
    table : Table

    Returns
    -------
    DataFrame of shape (n_rows, n_tasks), or None
        In the tasks' units; None where no task has them.

    Examples
    --------
    >>> from graftwood.data import Task
    >>> gaps = pd.DataFrame({"gap": [3.2, 3.3], "dft": [1.7, 0.7]})
    >>> table = Table(pd.DataFrame({"formula": ["GaN", "ZnO"]}), gaps, pd.Series(["GaN", "ZnO"]),
    ...     (Task("gap"), Task("dft")), label_std=pd.DataFrame({"gap": [0.1, 0.2], "dft": [0.1, None]}))
    >>> learnable_std(table)
       gap  dft
    0  0.1  NaN
    1  0.2  NaN
    """
    whole = [name for name, (n_std, n_labels) in std_counts(table).items() if n_std == n_labels]
    if not whole or table.label_std is None:
        return None
    return (
        table.label_std.astype(float)
        .where(table.labels.notna())
        .reindex(columns=whole)
        .reindex(columns=list(table.labels.columns))
    )
