"""Tables of labels that are given as mappings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from graftwood.errors import ShapeMismatch


def as_table(given: Any, who: str, what: str) -> Any:
    """Return a mapping of task to labels, or to the label of one row, as a DataFrame; anything else as it is.

    Raises
    ------
    ShapeMismatch
        Tasks have different numbers of labels.

    Examples
    --------
    >>> as_table({"gap": [1.0, 2.0]}, "Example", "known").shape
    (2, 1)
    """
    if not isinstance(given, Mapping):
        return given
    columns = {task: labels if np.ndim(labels) else [labels] for task, labels in given.items()}
    n_rows = {len(labels) for labels in columns.values()}
    if len(n_rows) > 1:
        raise ShapeMismatch(
            f"{who}: {what} has {' and '.join(map(str, sorted(n_rows)))} labels of its tasks; give one per "
            "row for each, NaN where a label is not known."
        )
    return pd.DataFrame({task: np.asarray(labels) for task, labels in columns.items()})
