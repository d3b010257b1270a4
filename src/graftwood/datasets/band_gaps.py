"""The demo's table: measured and calculated band gaps as two tasks.

The loaders of the single files are in ``datasets/gaps.py``, the joining itself in
``data/join.py``.
"""

from __future__ import annotations

from graftwood.data import Source, join_sources
from graftwood.data.table import Table, Task
from graftwood.datasets.gaps import load_dft_gaps, load_experimental_gaps
from graftwood.errors import WrongOption


def load_band_gaps(subset: str = "demo") -> Table:
    """Load experimental and DFT band gaps, joined by material.

    Parameters
    ----------
    subset : {"demo", "full"}, default "demo"
        "demo" has 12,000 DFT gaps, all 3,372 of materials with an experimental gap and
        8,628 others (see `load_dft_gaps`), and 13,229 rows.  "full" has all 78,164 DFT gaps and
        79,393 rows.  Both have the 4,601 experimental gaps.

    Returns
    -------
    Table
        One input, ``formula``; tasks ``gap_dft`` (Materials Project, PBE, median over
        polymorphs) and ``gap_exp`` (experiment, median over repeated reports), in eV.

    Raises
    ------
    WrongOption
        ``subset`` is neither.

    Examples
    --------
    >>> load_band_gaps().overlap()
             gap_dft  gap_exp
    gap_dft    12000     3372
    gap_exp     3372     4601
    """
    if subset not in ("demo", "full"):
        raise WrongOption(f"load_band_gaps: subset must be 'demo' or 'full', got {subset!r}.")
    calculated = load_dft_gaps("demo" if subset == "demo" else None)
    measured = load_experimental_gaps()
    return join_sources(
        [
            Source(
                Task("gap_dft", unit="eV", source="Materials Project, PBE, median over polymorphs"),
                calculated.frame[["formula", "gap_median_eV"]],
                "gap_median_eV",
                file="dft_gaps/gaps.csv.gz",
            ),
            Source(
                Task("gap_exp", unit="eV", source="experiment, collected by Zhuo et al. (2018)"),
                measured.frame,
                "gap_eV",
                file="experimental_gaps/gaps.csv",
            ),
        ]
    )
