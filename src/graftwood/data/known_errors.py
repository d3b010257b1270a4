"""Which labels' measurement errors a table knows well enough to learn from them.

A label without an error would have to be taken as exact or as typical, and either guess
changes what every other label of its task counts.  So the errors of a task are used when all its
labels have one; which tasks those are is settled on the whole table, so that every fold and the final
model treat a task alike.
"""

from __future__ import annotations

import pandas as pd

from graftwood.data.table import Table


def known_errors(table: Table) -> pd.DataFrame | None:
    """Return the measurement errors of the tasks of which every label has one.

    Parameters
    ----------
    table : Table

    Returns
    -------
    DataFrame of shape (n_rows, n_known_tasks), or None if there is no such task
        In the unit of each task, NaN where its label is missing.

    Examples
    --------
    >>> import numpy as np
    >>> from graftwood.data import Task
    >>> labels = pd.DataFrame({"dft": [1.0, 2.0], "exp": [1.1, np.nan]})
    >>> errors = pd.DataFrame({"dft": [0.1, np.nan], "exp": [0.02, np.nan]})
    >>> inputs = pd.DataFrame({"formula": ["Si", "Ge"]})
    >>> table = Table(inputs, labels, np.array(["Si", "Ge"]), (Task("dft"), Task("exp")), label_std=errors)
    >>> known_errors(table).columns.tolist()  # an error of one of dft's two labels is not known
    ['exp']
    """
    if table.label_std is None:
        return None
    has_label, has_error = table.labels.notna(), table.label_std.notna()
    complete = [
        name
        for name in table.labels.columns
        if has_label[name].any() and (has_error[name] | ~has_label[name]).all()
    ]
    return table.label_std[complete].where(has_label[complete]) if complete else None
