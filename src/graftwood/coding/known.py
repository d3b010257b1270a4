"""Labels that are already known of rows to predict, in the form in which they are learned."""

from __future__ import annotations

from typing import Any

import numpy as np

from graftwood.coding.labels import LabelColumns, label_table, learned_form
from graftwood.errors import ShapeMismatch


def read_known(known: Any, columns: LabelColumns, n_rows: int, who: str) -> np.ndarray:
    """Return known labels (n_rows, n_columns) as read_labels does; NaN where nothing is known.

    Parameters
    ----------
    known : DataFrame or mapping with any of the tasks as columns, array of Y's shape, or None
    columns : LabelColumns
        Of the labels that the model was fitted to.
    n_rows : int
        Rows of X, which ``known`` must have too.
    who : str
        What an error begins with.

    Raises
    ------
    ShapeMismatch
        Rows are not those of X, or columns without a name are not those of Y.
    """
    result = np.full((n_rows, len(columns.names)), np.nan)
    if known is None:
        return columns.expand(result)
    given, table = label_table(known, who, "known")
    if len(table[0]) != n_rows:
        raise ShapeMismatch(f"{who}: known has {len(table[0])} rows and X has {n_rows}; give one row each.")
    if not given.named and len(given.names) != len(columns.given):
        raise ShapeMismatch(
            f"{who}: known has {len(given.names)} columns and Y had {len(columns.given)}; "
            "give one column per task, NaN where a label is not known."
        )
    names = given.names if given.named else columns.given
    for name, values in zip(names, table, strict=True):
        task = columns.find(name, f"{who}: known")
        labels = learned_form(values, columns.kind(task), columns.classes_of(task), task, f"{who}: known")
        result[:, columns.canonical.index(task)] = labels
    return columns.expand(result)
