"""Which rows disagree with the others: a method or phase whose labels of the same material differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

LEAST = 10  # materials that a class must share with the others
SHARE = 0.1  # of the labels' standard deviation that it must lie off by
STANDARD_ERRORS = 3.0  # that it must lie off by


@dataclass(frozen=True)
class OddClass:
    """A class of rows whose labels lie off.

    Attributes
    ----------
    column : str
    value : str
    n_materials : int
        That have labels of the class and others.
    offset : float
        Mean over materials of the class's median minus the others', in the label's unit.

    Examples
    --------
    >>> OddClass("method", "Thermal activation", 58, -0.9).offset
    -0.9
    """

    column: str
    value: str
    n_materials: int
    offset: float


def oddest_class(frame: pd.DataFrame, key: str, label: str, columns: Sequence[str]) -> OddClass | None:
    """Find the class of rows whose labels differ most from other rows of the same material, None if none do.

    Parameters
    ----------
    frame : DataFrame
    key : str
        Column whose equal cells are one material.
    label : str
        Column of labels; cells that are no number are passed over.
    columns : sequence of str
        Columns of classes.

    Examples
    --------
    >>> frame = pd.DataFrame({"formula": list(range(12)) * 2, "gap": [2.0, 3.0] * 6 + [1.0, 2.0] * 6})
    >>> frame["method"] = ["optical"] * 12 + ["thermal"] * 12
    >>> oddest_class(frame, "formula", "gap", ["method"]).value in ("optical", "thermal")
    True
    """
    gaps = pd.to_numeric(frame[label], errors="coerce")
    spread = float(gaps.std())
    found: OddClass | None = None
    for column in columns:
        for value in frame[column].dropna().unique():
            differences = _differences(gaps, frame[key], (frame[column] == value).to_numpy())
            n, offset = len(differences), float(differences.mean())
            least = SHARE * spread if found is None else abs(found.offset)
            # Few materials that differ much are no reason to suspect a class.
            error = float(differences.std()) / np.sqrt(n) if n >= LEAST else np.inf
            if abs(offset) > max(least, STANDARD_ERRORS * error):
                found = OddClass(column, str(value), n, offset)
    return found


def _differences(labels: pd.Series, keys: pd.Series, is_inside: np.ndarray) -> pd.Series:
    """The class's median minus the others', of every material that has both."""
    inside = labels[is_inside].groupby(keys[is_inside]).median()
    others = labels[~is_inside].groupby(keys[~is_inside]).median()
    return (inside - others).dropna()
