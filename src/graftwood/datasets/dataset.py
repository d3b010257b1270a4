"""What every shipped data set brings along: its rows, units, source, licence and citation.

Which data sets there are, and the file of each one's loader, is in ``datasets/__init__.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import as_file, files

import pandas as pd


# Frames have no single truth value, so data sets are not compared by ==.
@dataclass(frozen=True, eq=False)
class Dataset:
    """A shipped data set.

    Parameters
    ----------
    frame : DataFrame of shape (n_rows, n_columns)
        A copy of its own; empty cells are NaN.
    units : dict of str to str
        Unit of each column, "" where it has none.
    source, licence, citation : str
        Where the data come from, what allows their use, whom to cite.

    Examples
    --------
    >>> from graftwood.datasets import load_experimental_gaps
    >>> gaps = load_experimental_gaps()
    >>> gaps.units["gap_eV"], len(gaps.frame)
    ('eV', 4604)
    """

    frame: pd.DataFrame
    units: dict[str, str]
    source: str
    licence: str
    citation: str


def read_shipped(folder: str, file: str) -> pd.DataFrame:
    """Read a shipped csv file; "NaN" stays sodium nitride, only empty cells are missing.

    Parameters
    ----------
    folder : str
        Name of the data set's folder.
    file : str
        Name of its file; ".gz" is unpacked.

    Returns
    -------
    DataFrame

    Examples
    --------
    >>> read_shipped("experimental_gaps", "gaps.csv").columns.tolist()
    ['formula', 'gap_eV']
    """
    with as_file(files(__package__) / folder / file) as path:
        return pd.read_csv(path, keep_default_na=False, na_values=[""])
