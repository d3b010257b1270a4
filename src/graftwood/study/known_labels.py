"""What is known of held-out materials besides the target, as a reader wants to see it beside a prediction."""

from __future__ import annotations

import numpy as np
import pandas as pd

from graftwood.data.table import Table


def told_labels(table: Table, target: str, rows: np.ndarray) -> list[str]:
    """Say the labels of rows that the visible regime knows: those of other tasks than the target's repeats.

    Parameters
    ----------
    table : Table
    target : str
    rows : ndarray of int

    Examples
    --------
    >>> from graftwood.data import Task
    >>> labels = pd.DataFrame({"gap": [3.2, 3.3], "dft": [1.70001, None]})
    >>> table = Table(pd.DataFrame({"formula": ["GaN", "ZnO"]}), labels, np.array(["GaN", "ZnO"]),
    ...     (Task("gap"), Task("dft", unit="eV")))
    >>> told_labels(table, "gap", np.array([0, 1]))
    ['dft 1.7 eV', '']
    """
    hidden = {target, *table.task(target).same_as}
    said: list[list[str]] = [[] for _ in rows]
    for task in table.tasks:
        if task.name in hidden:
            continue
        for place, cell in enumerate(table.labels[task.name].iloc[rows]):
            if not pd.isna(cell):
                value = f"{cell:.4g}" if isinstance(cell, (int, float, np.number)) else str(cell)
                said[place].append(f"{task.name} {value} {task.unit}".rstrip())
    return [", ".join(each) for each in said]
