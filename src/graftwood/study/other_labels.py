"""What other sources say of each row, as a reader of the page wants to see it."""

from __future__ import annotations

import pandas as pd

from graftwood.data.table import Table

BETWEEN = "; "


def other_labels(table: Table, target: str) -> pd.Series:
    """Return a text per row: the other tasks' labels with their units, "" where there are none.

    Parameters
    ----------
    table : Table
    target : str

    Returns
    -------
    Series of shape (n_rows,), str

    Examples
    --------
    >>> import numpy as np
    >>> from graftwood.data import Task
    >>> labels = pd.DataFrame({"dft": [0.61, np.nan], "exp": [1.12, 0.66]})
    >>> inputs = pd.DataFrame({"formula": ["Si", "Ge"]})
    >>> table = Table(inputs, labels, np.array(["Si", "Ge"]), (Task("dft", unit="eV"), Task("exp")))
    >>> other_labels(table, "exp").tolist()
    ['dft 0.61 eV', '']
    """
    texts: list[list[str]] = [[] for _ in range(table.n_rows)]
    for task in table.tasks:
        if task.name == target:
            continue
        cells = table.labels[task.name].to_numpy()
        for row in table.labels[task.name].notna().to_numpy().nonzero()[0]:
            value = f"{cells[row]:.3g}" if task.kind != "category" else str(cells[row])
            texts[row].append(" ".join(part for part in (task.name, value, task.unit) if part))
    return pd.Series([BETWEEN.join(parts) for parts in texts], dtype=object)
