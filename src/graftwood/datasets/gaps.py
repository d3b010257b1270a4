"""Loaders of the shipped band gaps: measured, calculated, and candidates to be predicted.

The files are in the folders beside this one, each with its ``PROVENANCE.md``.  How
they become one table of tasks is in ``datasets/band_gaps.py``.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pandas as pd

from graftwood.datasets.dataset import Dataset, read_shipped
from graftwood.datasets.draw import draw_places
from graftwood.errors import WrongOption
from graftwood.features.formula import read_formulas

DEMO_ROWS = 12_000
DEMO_SEED = 20171113

_CRABNET = "https://github.com/anthony-wang/CrabNet at 457b4d48, data/matbench"
_MATBENCH = "A. Dunn et al., npj Comput. Mater. 6, 138 (2020)"
_JAIN = "A. Jain et al., APL Mater. 1, 011002 (2013)"


def load_experimental_gaps() -> Dataset:
    """Load measured band gaps of inorganic solids: Matbench v0.1 ``expt_gap``.

    Returns
    -------
    Dataset
        4,604 rows, 4,601 materials, in Matbench's order; columns ``formula`` and
        ``gap_eV``.  53 % of the gaps are exactly 0: metals, mostly assumed and not
        measured.  Some are doubtful; AlAs and MnS are listed as 0 and are not metals.

    Examples
    --------
    >>> load_experimental_gaps().frame.head(3)
              formula  gap_eV
    0        Ag(AuS)2    0.00
    1    Ag(W3Br7)2    0.00
    2  Ag0.5Ge1Pb1.75S4    1.83
    """
    return Dataset(
        frame=read_shipped("experimental_gaps", "gaps.csv"),
        units={"formula": "", "gap_eV": "eV"},
        source=f"Matbench v0.1 expt_gap, from {_CRABNET}/expt_gap.csv",
        licence="MIT (the repository's; the upstream data set states none)",
        citation="Y. Zhuo, A. Mansouri Tehrani, J. Brgoch, J. Phys. Chem. Lett. 9, 1668 (2018), "
        f"doi:10.1021/acs.jpclett.8b00124; {_MATBENCH}, doi:10.1038/s41524-020-00406-3",
    )


def load_dft_gaps(subset: str | None = None) -> Dataset:
    """Load calculated band gaps by composition: Materials Project, functional PBE.

    Parameters
    ----------
    subset : None or "demo", default None
        None gives all 78,164 compositions; "demo" 12,000 of them: all 3,372 that have an
        experimental gap in `load_experimental_gaps` and 8,628 of the others, those with
        the smallest hash of "20171113:material".  Materials of `load_gap_candidates` are
        never among the 8,628, so that a candidate's gap is known only where it is given.

    Returns
    -------
    Dataset
        Columns ``formula``, ``n_structures`` (polymorphs) and ``gap_min_eV``,
        ``gap_median_eV``, ``gap_max_eV`` over them.  The ground state is not marked.

    Raises
    ------
    WrongOption
        ``subset`` is neither.

    Examples
    --------
    >>> frame = load_dft_gaps().frame
    >>> frame.loc[frame["formula"] == "GaAs", "gap_median_eV"].item()  # measured: 1.42 eV
    0.1887
    """
    if subset not in (None, "demo"):
        raise WrongOption(f"load_dft_gaps: subset must be None or 'demo', got {subset!r}.")
    gaps = {f"gap_{statistic}_eV": "eV" for statistic in ("min", "median", "max")}
    return Dataset(
        frame=_all_dft_gaps() if subset is None else _demo_dft_gaps().copy(),
        units={"formula": "", "n_structures": ""} | gaps,
        source=f"Materials Project of 2 April 2019 by Matbench v0.1 mp_gap, from {_CRABNET}/mp_gap.csv, "
        "grouped by composition",
        licence="CC BY 4.0 (Materials Project); MIT (the repository's)",
        citation=f"{_JAIN}, doi:10.1063/1.4812323; {_MATBENCH}, doi:10.1038/s41524-020-00406-3",
    )


def load_gap_candidates() -> Dataset:
    """Load 200 compositions without an experimental gap in `load_experimental_gaps`.

    Returns
    -------
    Dataset
        Columns ``formula`` and ``gap_dft``, the median PBE gap in eV.  The cell is given
        for every second row and empty for the others, although theirs is known, so that
        a prediction meets both cases.  20 well-known semiconductors and insulators come
        first; the other 180 are drawn by the rule in the folder's ``PROVENANCE.md``.

    Examples
    --------
    >>> load_gap_candidates().frame.head(2)
      formula  gap_dft
    0    GaAs   0.1887
    1    NaCl      NaN
    """
    return Dataset(
        frame=read_shipped("gap_candidates", "candidates.csv"),
        units={"formula": "", "gap_dft": "eV"},
        source="drawn from load_dft_gaps() by tools/make_candidates.py",
        licence="CC BY 4.0 (Materials Project)",
        citation=f"{_JAIN}, doi:10.1063/1.4812323",
    )


def _all_dft_gaps() -> pd.DataFrame:
    return read_shipped("dft_gaps", "gaps.csv.gz")


@lru_cache(maxsize=1)
def _demo_dft_gaps() -> pd.DataFrame:
    return _demo_rows(_all_dft_gaps())


def _demo_rows(frame: pd.DataFrame) -> pd.DataFrame:
    materials = _materials(frame)
    measured = materials.isin(_materials(load_experimental_gaps().frame))
    others = materials[~measured & ~materials.isin(_materials(load_gap_candidates().frame))]
    order = np.argsort(draw_places(others, DEMO_SEED), kind="stable")
    drawn = others.index[order[: DEMO_ROWS - int(measured.sum())]]
    return frame[measured | materials.index.isin(drawn)].reset_index(drop=True)


def _materials(frame: pd.DataFrame) -> pd.Series:
    return pd.Series(read_formulas(frame["formula"]).materials)
