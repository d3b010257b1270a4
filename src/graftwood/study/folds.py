"""Which rows are held out together: materials, chemical systems, or equal values of an input.

A material is never split, whatever is asked: values that share a material are held out together.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from graftwood.data.split import chemical_system_folds, chemical_systems, material_folds
from graftwood.data.table import Table
from graftwood.errors import MissingColumn, TooFewLabels
from graftwood.features.elements import element_table
from graftwood.features.formula import read_formulas

MATERIAL, SYSTEM = "material", "system"


def split_rows(
    table: Table, target: str, split: str, n_folds: int, random_state: int, who: str = "compare"
) -> np.ndarray:
    """Fold of every row, -1 where it is never tested.

    Parameters
    ----------
    table : Table
    target : str
    split : str
        "material", "system", or an input column.
    n_folds, random_state : int
    who : str, default "compare"
        What the user called, for messages.

    Raises
    ------
    MissingColumn
        ``split`` is none of the two and no input, or there is no formula to tell systems from.
    TooFewLabels
        There are fewer groups than folds.

    Examples
    --------
    >>> import pandas as pd
    >>> from graftwood.data import Task
    >>> inputs = pd.DataFrame({"formula": ["GaN", "Ga2N", "ZnO"], "lab": ["A", "B", "B"]})
    >>> table = Table(inputs, pd.DataFrame({"gap": [3.2, 1.0, 3.3]}), inputs["formula"], (Task("gap"),))
    >>> folds = split_rows(table, "gap", "system", 2, 0)
    >>> bool(folds[0] == folds[1] != folds[2])
    True
    """
    labelled = table.labels[target].notna().to_numpy()
    options = {"n_folds": n_folds, "random_state": random_state}
    if split == MATERIAL:
        check_count(table.materials[labelled], "materials", target, n_folds, who)
        return material_folds(table.materials, labelled, **options)
    keys = _never_split(_systems(table) if split == SYSTEM else _values(table, split), table.materials)
    what = "chemical systems" if split == SYSTEM else f"groups of equal {split}"
    check_count(keys[labelled], what, target, n_folds, who)
    return chemical_system_folds(keys, labelled, **options)


def check_count(labelled: np.ndarray, what: str, target: str, n_folds: int, who: str) -> None:
    """Refuse more folds than there is to divide, in the words of what the user called.

    Parameters
    ----------
    labelled : array of shape (n_rows,)
        Materials or groups of the rows with a label.
    what : str
        What they are.
    target : str
    n_folds : int
    who : str

    Raises
    ------
    TooFewLabels

    Examples
    --------
    >>> check_count(np.array(["Si", "Ge"]), "materials", "gap", 2, "compare")
    """
    n_labelled = len(set(labelled))
    if n_labelled < n_folds:
        fewer = "lower n_folds (on the command line --folds) or " if n_labelled > 1 else ""
        raise TooFewLabels(
            f"{who}: {n_labelled} {what} carry a label of {target} but {n_folds} folds need at least "
            f"as many; {fewer}add labels."
        )


def _systems(table: Table) -> np.ndarray:
    if "formula" not in table.inputs:
        raise MissingColumn("split 'system': there is no input 'formula' to tell chemical systems from.")
    fractions = read_formulas(table.inputs["formula"]).fractions
    return chemical_systems(np.nan_to_num(fractions), np.array(element_table().symbols))


def _values(table: Table, split: str) -> np.ndarray:
    if split not in table.inputs:
        raise MissingColumn(
            f"split {split!r}: it must be material, system or one of the inputs "
            f"{', '.join(map(str, table.inputs.columns))}."
        )
    return table.inputs[split].astype(str).to_numpy()


def _never_split(keys: np.ndarray, materials: np.ndarray) -> np.ndarray:
    """Join groups that share a material; a group is named after the first of its keys."""
    values, key = np.unique(keys, return_inverse=True)
    names, material = np.unique(materials, return_inverse=True)
    n = len(values) + len(names)
    edges = coo_array((np.ones(len(key)), (key, len(values) + material)), shape=(n, n))
    _, group = connected_components(edges, directed=False)
    first: dict[int, str] = {}
    for place, value in enumerate(values):
        first.setdefault(int(group[place]), str(value))
    return np.array([first[int(group[place])] for place in key])
