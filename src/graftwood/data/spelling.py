"""Spellings of formulas: which of them are one material, and which one is shown.

Reading a formula is the business of ``features/formula.py``; here every spelling is
read once, however many rows have it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from graftwood.features.formula import read_formulas


@dataclass(frozen=True)
class Spellings:
    """What the spellings of formulas mean.

    Parameters
    ----------
    material : dict of spelling to the material's key
        Readable spellings only.
    problem : dict of spelling to problem
        The other spellings; "" is an empty cell.
    shown : dict of the material's key to spelling
        The shortest spelling, of equally short ones the first in alphabetical order.

    Examples
    --------
    >>> import pandas as pd
    >>> read_spellings([pd.Series(["GaN", "NGa", "Ga2N2"])]).shown
    {'GaN': 'GaN'}
    """

    material: dict[str, str]
    problem: dict[str, str]
    shown: dict[str, str]


def as_spelling(cells: pd.Series) -> pd.Series:
    """Turn cells into texts without outer blanks; an empty cell becomes "".

    Examples
    --------
    >>> import pandas as pd
    >>> as_spelling(pd.Series([" GaN", None])).tolist()
    ['GaN', '']
    """
    return cells.astype(object).where(cells.notna(), "").map(lambda cell: str(cell).strip())


def read_spellings(columns: Iterable[pd.Series]) -> Spellings:
    """Read every spelling in the columns once.

    Parameters
    ----------
    columns : iterable of Series of str
        As `as_spelling` gives them.

    Examples
    --------
    >>> import pandas as pd
    >>> spellings = read_spellings([pd.Series(["GaN", "N1Ga1"])])
    >>> spellings.material["GaN"] == spellings.material["N1Ga1"]
    True
    """
    found = {text for column in columns for text in column.unique()} - {""}
    texts = sorted(found, key=lambda text: (len(text), text))
    read = read_formulas([None, *texts])
    material: dict[str, str] = {}
    problem: dict[str, str] = {}
    shown: dict[str, str] = {}
    for text, key, fault in zip(["", *texts], read.materials, read.problems, strict=True):
        if fault:
            problem[text] = fault
            continue
        material[text] = key
        shown.setdefault(key, text)
    return Spellings(material, problem, shown)
