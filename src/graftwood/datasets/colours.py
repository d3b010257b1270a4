"""Loaders of colours and of the optical band gaps that go with them."""

from __future__ import annotations

from graftwood.datasets.dataset import Dataset, read_shipped
from graftwood.errors import WrongOption

NOT_OPTICAL = ("Thermal activation", "Estimated")


def load_optical_gaps(methods: str = "optical") -> Dataset:
    """Load band gaps and colours of semiconductors and insulators (Strehlow and Cook 1973).

    Parameters
    ----------
    methods : {"optical", "all"}, default "optical"
        "optical" empties the gap of rows whose method is thermal activation, which is no optical
        gap, or an estimate; "all" gives every gap.

    Returns
    -------
    Dataset
        1,459 rows; columns ``formula``, ``gap_eV``, ``method``, ``transition``,
        ``temperature_K``, ``colour`` as written.

    Raises
    ------
    WrongOption
        ``methods`` is neither.

    Examples
    --------
    >>> frame = load_optical_gaps().frame
    >>> len(frame), int(frame["gap_eV"].notna().sum()), int(frame["colour"].notna().sum())
    (1459, 1142, 139)
    """
    if methods not in ("optical", "all"):
        raise WrongOption(f"load_optical_gaps: methods must be 'optical' or 'all', got {methods!r}.")
    frame = read_shipped("optical_gaps", "gaps.csv")
    if methods == "optical":
        frame["gap_eV"] = frame["gap_eV"].where(~frame["method"].isin(NOT_OPTICAL))
    return Dataset(
        frame=frame,
        units={
            "formula": "", "gap_eV": "eV", "method": "", "transition": "", "temperature_K": "K", "colour": ""
        },
        source="Citrination data set 1160, from https://github.com/CitrineInformatics/smlb at db3ec2e7",
        licence="Apache-2.0",
        citation="W. H. Strehlow, E. L. Cook, J. Phys. Chem. Ref. Data 2, 163 (1973), doi:10.1063/1.3253115",
    )  # fmt: skip


def load_compound_colours() -> Dataset:
    """Load colours of inorganic compounds, six classes (Wikipedia's info boxes).

    Returns
    -------
    Dataset
        428 rows, one per composition; columns ``formula``, ``colour_class``,
        ``primary_colour``, ``sources``.  The data file is under CC BY-SA 4.0.

    Examples
    --------
    >>> load_compound_colours().frame["colour_class"].value_counts().idxmax()
    'colourless_white'
    """
    return Dataset(
        frame=read_shipped("compound_colours", "colours.csv"),
        units=dict.fromkeys(("formula", "colour_class", "primary_colour", "sources"), ""),
        source="Wikipedia info boxes of 2016 and 2021, parsed in https://github.com/draskell/"
        "Wikimedia-ChemBox-Parsing at 390e5db7 and https://github.com/karolzlot/chembox_wiki_scrap at "
        "446eb469",
        licence="CC BY-SA 4.0 (this data file alone)",
        citation="Wikipedia contributors, info boxes of chemical compounds, 2016 and 2021",
    )
