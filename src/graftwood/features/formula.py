"""Many formulas at once: atomic fractions, material keys, and a named problem where one fails.

How a single formula is read is in ``features/notation.py``, what makes two formulas
one material in ``features/material.py``, features in ``features/composition.py``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from graftwood.errors import UnreadableFormula
from graftwood.features.elements import element_table
from graftwood.features.material import material_names
from graftwood.features.notation import amounts_of


# Arrays have no single truth value, so tables are not compared by ==.
@dataclass(frozen=True, eq=False)
class FormulaTable:
    """What was read from a list of formulas, row by row; no row is ever left out.

    Parameters
    ----------
    fractions : ndarray of shape (n_formulas, n_elements)
        Atomic fraction of each element of `element_table`; rows sum to 1.  A row is
        NaN where the formula could not be read.
    problems : ndarray of str objects of shape (n_formulas,)
        "" where the formula was read, else one sentence that says why not.

    Examples
    --------
    >>> table = read_formulas(["H2O", ""])
    >>> table.fractions[:, 7]  # oxygen
    array([0.33333333,        nan])
    >>> table.readable
    array([ True, False])
    """

    fractions: npt.NDArray[np.float64]
    problems: npt.NDArray[Any]

    @cached_property
    def materials(self) -> npt.NDArray[Any]:
        """Keys, ndarray of str objects of shape (n_formulas,); "" where unreadable.

        Two keys are equal where the atomic fractions agree to 1e-6 (see `material_key`).
        """
        keys = np.full(len(self.problems), "", dtype=object)
        readable = self.readable
        keys[readable] = material_names(self.fractions[readable])
        return keys

    @property
    def readable(self) -> npt.NDArray[np.bool_]:
        """Whether each formula was read, ndarray of bool of shape (n_formulas,)."""
        return self.problems == ""


def read_formulas(formulas: Iterable[Any]) -> FormulaTable:
    """Read chemical formulas; one that cannot be read gets a problem, never an exception.

    Parameters
    ----------
    formulas : iterable of str
        For example a column of a DataFrame.  pymatgen Compositions may stand among them.

    Returns
    -------
    FormulaTable
        One row per formula, in the order given.

    Examples
    --------
    >>> table = read_formulas(["Cu1.8S", "Cu9S5", "NaN", "Xx2O3"])
    >>> table.materials
    array(['Cu9S5', 'Cu9S5', 'NNa', ''], dtype=object)
    >>> table.problems[3]
    "Formula 'Xx2O3' names 'Xx', which is not a chemical element: correct it."
    """
    # A Series turned into a list at once is ten times as fast as one that is walked through.
    listed = formulas.tolist() if hasattr(formulas, "tolist") else list(formulas)
    problems = np.full(len(listed), "", dtype=object)
    read: list[dict[str, float]] = []
    for row, formula in enumerate(listed):
        try:
            read.append(amounts_of(formula))
        except UnreadableFormula as error:
            problems[row] = str(error)
            read.append({})
    return FormulaTable(_fractions(read), problems)


def _fractions(read: list[dict[str, float]]) -> npt.NDArray[np.float64]:
    column = {symbol: place for place, symbol in enumerate(element_table().symbols)}
    fractions = np.zeros((len(read), len(column)))
    counts = np.array([len(found) for found in read], dtype=np.intp)
    # Sums are exact, so that the order in which elements are written changes no bit.
    totals = np.array([math.fsum(found.values()) for found in read])
    columns = [column[symbol] for found in read for symbol in found]
    amounts = np.array([amount for found in read for amount in found.values()])
    rows = np.repeat(np.arange(len(read)), counts)
    fractions[rows, columns] = amounts / totals[rows]
    fractions[counts == 0] = np.nan
    return fractions


def material_key(formula: Any) -> str:
    """Return the key of a formula's material: equal where atomic fractions agree to 1e-6.

    Parameters
    ----------
    formula : str

    Returns
    -------
    str
        The reduced formula in alphabetical order where the fractions are, to 1e-6,
        those of whole numbers with a sum of at most 500; else the fractions on a grid
        of 1e-6.

    Raises
    ------
    UnreadableFormula
        The formula cannot be read; the message says why.

    Notes
    -----
    To agree within a tolerance is not transitive, so no key can hold to it strictly:
    two formulas that are near no such whole numbers and lie on two sides of a border of
    the grid have different keys although they agree to 1e-6.

    Examples
    --------
    >>> material_key("Cu1.8S"), material_key("S5Cu9"), material_key("Cu0.642857S0.357143")
    ('Cu9S5', 'Cu9S5', 'Cu9S5')
    """
    table = read_formulas([formula])
    if table.problems[0]:
        amounts_of(formula)
    return str(table.materials[0])
