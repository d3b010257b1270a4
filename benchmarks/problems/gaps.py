"""Problems of inorganic compounds: measured band gaps with calculated ones, and colours with band gaps.

Both read compositions, so rows are grouped by the material that graftwood reads from the formula.
"""

import numpy as np
import pandas as pd

from benchmarks.problems.definition import Problem, read_table

CALCULATED = {
    "gap_mp": ("mp_pbe_gap_by_composition.csv.gz", "mp_gap_median_eV"),
    "gap_oqmd": ("oqmd_gap_by_composition.csv.gz", "oqmd_gap_eV"),
    "gap_aflow": ("aflow_gap_by_composition.csv.gz", "aflow_gap_eV"),
}
NOT_OPTICAL = ("Thermal activation", "Estimated")
COLOURS = {
    "white": ("White", "Yellow-White"),
    "yellow": ("Yellow", "Pale Yellow", "Amber", "Ocher", "Yellow-Orange"),
    "red": ("Orange", "Orange-Red", "Red-Yellow", "Red", "Dark Red", "Copper-Red"),
    "other": ("Brown", "Dark Brown", "Brown-Black", "Bronze", "Light Gray", "Gray", "Dark Gray", "Black",
              "Blue", "Bluish", "Dark Green", "Violet"),
}  # fmt: skip


def band_gap(n_source_only: int = 3000, *, fractions: bool = True, seed: int = 0) -> Problem:
    """Measured band gaps, with those of three databases of calculations as sources; all in eV.

    Measured are the gaps of Matbench (Zhuo et al. 2018; 53 % are metals with a gap of 0), calculated the
    median over the polymorphs in the Materials Project, and the gaps of OQMD and AFLOW (PBE, some with U).
    Every composition with a measured gap is a row.  Polymorphs are not told apart.

    Parameters
    ----------
    n_source_only : int, default 3000
        How many further compositions are drawn from those that the Materials Project has a gap of; the
        other two gaps stand beside it where they are known.
    fractions : bool, default True
        Element fractions beside Magpie's 132 statistics.
    seed : int, default 0
        Of that draw.
    """
    from graftwood import CompositionFeatures
    from graftwood.features.formula import read_formulas

    measured = read_table("bandgap_expt_zhuo", "matbench_expt_gap.csv")
    calculated = {
        task: read_table("bandgap_dft", file).set_index("formula")[column].dropna()
        for task, (file, column) in CALCULATED.items()
    }
    others = np.array(
        sorted(set(calculated["gap_mp"].index) - set(measured["reduced_formula"])), dtype=object
    )
    drawn = np.random.default_rng(seed).permutation(others)[:n_source_only]
    formulas = [*measured["reduced_formula"], *drawn]
    Y = pd.DataFrame({task: gaps.reindex(formulas).to_numpy() for task, gaps in calculated.items()})
    Y.insert(0, "gap_exp", np.concatenate([measured["gap_expt_eV"], np.full(len(drawn), np.nan)]))
    return Problem(
        name="band-gap",
        X=CompositionFeatures(fractions=fractions).fit_transform(formulas),
        Y=Y,
        target="gap_exp",
        sources=tuple(calculated),
        groups=np.asarray(read_formulas(formulas).materials),
        kinds=dict.fromkeys(Y, "real"),
        units=dict.fromkeys(Y, "eV"),
    )


def colour() -> Problem:
    """Colour of the compounds of Strehlow and Cook (1973), with their optical band gap in eV as source.

    The 25 spellings of the field are merged into four classes (``COLOURS``).  White, yellow and red follow
    an absorption edge that moves through the visible; other is what has no single edge there (brown, grey,
    black, and five rows of blue, green or violet, too few for classes of their own).  A compound has the
    class that most of its rows name, and none if two classes draw.
    Its gap is the median over rows, without those of thermal activation, which are no optical gaps, and
    those estimated.
    """
    from graftwood import CompositionFeatures
    from graftwood.features.formula import read_formulas

    table = read_table("bandgap_strehlow_cook", "strehlow_cook_1973.csv")
    table["material"] = read_formulas(table["reduced_formula"]).materials
    class_of = {spelling: merged for merged, spellings in COLOURS.items() for spelling in spellings}
    unknown = sorted(set(table["color"].dropna()) - set(class_of))
    if unknown:
        raise ValueError(f"Problem 'colour': no class is set for {unknown}; add them to COLOURS.")
    optical = table[~table["method"].isin(NOT_OPTICAL)]
    gaps = optical.groupby("material")["band_gap_eV"].median()
    colours = table["color"].map(class_of).groupby(table["material"]).agg(_most_frequent)
    Y = pd.DataFrame({"colour": colours, "gap": gaps.reindex(colours.index)})
    Y = Y[Y.notna().any(axis=1)]
    return Problem(
        name="colour",
        X=CompositionFeatures().fit_transform(Y.index.tolist()),
        Y=Y.reset_index(drop=True).astype({"colour": object}),
        target="colour",
        sources=("gap",),
        groups=Y.index.to_numpy(dtype=object),
        kinds={"colour": "category", "gap": "real"},
        units={"gap": "eV"},
    )


def _most_frequent(classes: pd.Series) -> str | None:
    """Most frequent class, None where there is none or two draw."""
    modes = classes.mode()
    return str(modes.iloc[0]) if len(modes) == 1 else None
