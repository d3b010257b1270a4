"""Which candidates a model's training data has measured: they are not suggested again.

A model file holds a digest of each such material, not the material: files are handed on to others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from graftwood.features.formula import read_formulas

if TYPE_CHECKING:
    from graftwood.data.table import Table


def digests(materials: Iterable[str]) -> list[str]:
    """Digest of each material's name.

    Examples
    --------
    >>> digests(["GaN"])
    ['57a5283f1eda']
    """
    return [hashlib.sha256(material.encode()).hexdigest()[:12] for material in materials]


def measured_materials(table: Table, target: str) -> list[str]:
    """Digests of the materials of a table that have a label of the target, in order.

    Parameters
    ----------
    table : Table
        Whose materials are compositions.
    target : str
    """
    has_label = table.labels[target].notna().to_numpy()
    return sorted(set(digests(map(str, table.materials[has_label]))))


def are_measured(formulas: pd.Series, measured: frozenset[str]) -> np.ndarray:
    """Tell which formulas are of measured materials, however they are spelt: (n_rows,) bool.

    Examples
    --------
    >>> are_measured(pd.Series(["N1Ga1", "ZnO", "?"]), frozenset(digests(["GaN"]))).tolist()
    [True, False, False]
    """
    if not measured:
        return np.zeros(len(formulas), dtype=bool)
    names = read_formulas(formulas.astype(object).tolist()).materials
    return np.array([name is not None and digests([name])[0] in measured for name in names], dtype=bool)
