"""Magpie's table of element properties: 22 numbers for each element from H to Lr.

The numbers are in ``elements.csv``, where they come from and what is doubtful about
them in ``PROVENANCE.md``.  What is made of them is in ``features/magpie.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

_ORBITALS = "electron configurations of periodictable.com"
_OQMD = "OQMD, calculated ground state at 0 K"


@dataclass(frozen=True)
class Property:
    """A column of the element table: its name, unit ("" for none), source and meaning.

    Examples
    --------
    >>> [prop.name for prop in PROPERTIES if prop.unit == "K"]
    ['MeltingT']
    """

    name: str
    unit: str
    source: str
    meaning: str


# Units, sources and meanings follow Magpie's description, in the supplement of Ward et al. (2016).
PROPERTIES = (
    Property("Number", "", "periodic table", "atomic number"),
    Property("MendeleevNumber", "", "Villars et al. (2004)", "position, counted column by column from H"),
    Property("AtomicWeight", "g/mol", "Mathematica ElementData", "standard atomic weight"),
    Property("MeltingT", "K", "Mathematica ElementData", "melting temperature"),
    Property("Column", "", "periodic table", "group, 1 to 18; 3 for all rare earths"),
    Property("Row", "", "periodic table", "period, 1 to 7"),
    Property("CovalentRadius", "pm", "Mathematica ElementData", "covalent radius"),
    Property("Electronegativity", "", "Mathematica ElementData", "electronegativity after Pauling"),
    Property("NsValence", "", _ORBITALS, "filled s valence orbitals"),
    Property("NpValence", "", _ORBITALS, "filled p valence orbitals"),
    Property("NdValence", "", _ORBITALS, "filled d valence orbitals"),
    Property("NfValence", "", _ORBITALS, "filled f valence orbitals"),
    Property("NValence", "", _ORBITALS, "valence electrons"),
    Property("NsUnfilled", "", _ORBITALS, "unfilled s valence orbitals, 0 in an empty shell"),
    Property("NpUnfilled", "", _ORBITALS, "unfilled p valence orbitals, 0 in an empty shell"),
    Property("NdUnfilled", "", _ORBITALS, "unfilled d valence orbitals, 0 in an empty shell"),
    Property("NfUnfilled", "", _ORBITALS, "unfilled f valence orbitals, 0 in an empty shell"),
    Property("NUnfilled", "", _ORBITALS, "unfilled valence orbitals"),
    Property("GSvolume_pa", "angstrom^3/atom", _OQMD, "volume per atom"),
    Property("GSbandgap", "eV", _OQMD, "band gap"),
    Property("GSmagmom", "bohr_magneton/atom", _OQMD, "magnetic moment"),
    Property("SpaceGroupNumber", "", "ICSD, ground state at 0 K", "space group, 1 to 230"),
)


@dataclass(frozen=True)
class ElementTable:
    """Symbols and properties of the elements, in the order of their atomic numbers.

    Parameters
    ----------
    symbols : tuple of str
        One per element; element ``i`` has the atomic number ``i + 1``.
    values : ndarray of shape (n_elements, n_properties), read-only
        In the units of `PROPERTIES`.

    Examples
    --------
    >>> element_table().symbols[-1], element_table().values.shape
    ('Lr', (103, 22))
    """

    symbols: tuple[str, ...]
    values: npt.NDArray[np.float64]


@lru_cache(maxsize=1)
def element_table() -> ElementTable:
    """Return the table of elements, read once per process.

    Returns
    -------
    ElementTable
        103 elements and 22 properties.

    Examples
    --------
    >>> table = element_table()
    >>> table.symbols[25], float(table.values[25, 3])  # iron melts at 1811 K
    ('Fe', 1811.0)
    """
    lines = (files(__package__) / "elements.csv").read_text(encoding="utf-8").splitlines()
    cells = [line.split(",") for line in lines[1:]]
    values = np.array([row[1:] for row in cells], dtype=np.float64)
    values.setflags(write=False)
    return ElementTable(tuple(row[0] for row in cells), values)
