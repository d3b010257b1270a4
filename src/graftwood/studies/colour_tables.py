"""Colours with band gaps beside them: Strehlow and Cook's own, and compounds with gaps from elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

COLOUR, GAP = "colour", "gap"
SHIPPED, MEASURED, CALCULATED = "Strehlow and Cook", "compounds, measured gaps", "compounds, calculated gaps"
# White, yellow and red follow an absorption edge that moves through the visible; what has no single edge
# there is "other": brown, grey, black, and five rows of blue, green or violet, too few for their own classes.
CLASS_OF = {
    "white": ("White", "Yellow-White"),
    "yellow": ("Yellow", "Pale Yellow", "Amber", "Ocher", "Yellow-Orange"),
    "red": ("Orange", "Orange-Red", "Red-Yellow", "Red", "Dark Red", "Copper-Red"),
    "other": ("Brown", "Dark Brown", "Brown-Black", "Bronze", "Light Gray", "Gray", "Dark Gray", "Black",
              "Blue", "Bluish", "Dark Green", "Violet"),
}  # fmt: skip
DRAW_SEED = 20171113


@dataclass(frozen=True, eq=False)
class ColourTable:
    """Compositions with a colour, a gap or both.

    Attributes
    ----------
    name : str
    X : ndarray of shape (n_rows, n_inputs)
        Magpie's statistics and atomic fractions.
    Y : DataFrame of shape (n_rows, 2)
        ``colour``, classes, and ``gap``, eV; NaN = missing.
    materials : ndarray of shape (n_rows,), str

    Examples
    --------
    >>> frame = pd.DataFrame({"colour": ["red"], "gap": [2.0]})
    >>> ColourTable("one", np.zeros((1, 2)), frame, np.array(["CdSe"])).Y.shape
    (1, 2)
    """

    name: str
    X: np.ndarray
    Y: pd.DataFrame
    materials: np.ndarray

    def shuffled(self, seed: int) -> ColourTable:
        """Return the table with its gaps dealt to other materials, as a control that must not help."""
        gaps = self.Y[GAP].to_numpy(copy=True)
        there = np.flatnonzero(~np.isnan(gaps))
        gaps[there] = gaps[np.random.default_rng(seed).permutation(there)]
        return ColourTable(self.name, self.X, self.Y.assign(**{GAP: gaps}), self.materials)


def read_colours(n_source_only: int, n_coloured: int | None = None) -> list[ColourTable]:
    """Read the three tables.

    Parameters
    ----------
    n_source_only : int
        Compositions that have a gap and no colour, drawn from the measured and from the calculated gaps.
    n_coloured : int, optional
        Only so many coloured compounds.
    """
    from graftwood.datasets.draw import draw_places

    optical, own_colours = _strehlow_cook()
    colours = _compounds()
    if n_coloured is not None:
        colours = colours.iloc[np.argsort(draw_places(colours.index, DRAW_SEED))[:n_coloured]]
    measured, calculated = _measured(optical), _calculated()
    return [
        _table(SHIPPED, own_colours, optical, len(optical)),
        _table(MEASURED, colours, measured, n_source_only),
        _table(CALCULATED, colours, calculated, n_source_only),
    ]


def _strehlow_cook() -> tuple[pd.Series, pd.Series]:
    """Median optical gap of each material, and the class that most of its rows name, none if two draw."""
    from graftwood.datasets import load_optical_gaps
    from graftwood.features.formula import read_formulas

    frame = load_optical_gaps().frame
    frame["material"] = read_formulas(frame["formula"]).materials
    classes = {spelling: merged for merged, spellings in CLASS_OF.items() for spelling in spellings}
    named = frame.assign(colour=frame["colour"].map(classes)).dropna(subset=["colour"])
    modes = named.groupby("material")["colour"].agg(lambda each: each.mode().tolist())
    return (
        frame.groupby("material")["gap_eV"].median().dropna(),
        modes[modes.map(len) == 1].map(lambda each: each[0]),
    )


def _compounds() -> pd.Series:
    from graftwood.datasets import load_compound_colours
    from graftwood.features.formula import read_formulas

    frame = load_compound_colours().frame
    frame["material"] = read_formulas(frame["formula"]).materials
    return frame.drop_duplicates("material").set_index("material")["colour_class"]


def _measured(optical: pd.Series) -> pd.Series:
    """Optical gaps of Strehlow and Cook, and where they have none those of Zhuo's collection."""
    from graftwood.datasets import load_experimental_gaps
    from graftwood.features.formula import read_formulas

    frame = load_experimental_gaps().frame
    frame["material"] = read_formulas(frame["formula"]).materials
    return optical.combine_first(frame.groupby("material")["gap_eV"].median())


def _calculated() -> pd.Series:
    from graftwood.datasets import load_dft_gaps
    from graftwood.features.formula import read_formulas

    frame = load_dft_gaps("demo").frame
    everything = load_dft_gaps().frame
    coloured = set(_compounds().index)
    keys = read_formulas(everything["formula"]).materials
    rows = np.isin(keys, list(coloured)) | everything["formula"].isin(frame["formula"]).to_numpy()
    chosen = everything[rows].assign(material=keys[rows])
    return chosen.groupby("material")["gap_median_eV"].median()


def _table(name: str, colours: pd.Series, gaps: pd.Series, n_source_only: int) -> ColourTable:
    from graftwood.datasets.draw import draw_places
    from graftwood.features import CompositionFeatures

    others = np.array(sorted(set(gaps.index) - set(colours.index)), dtype=object)
    drawn = others[np.argsort(draw_places(others, DRAW_SEED), kind="stable")[:n_source_only]]
    materials = np.array([*sorted(colours.index), *drawn], dtype=object)
    Y = pd.DataFrame({COLOUR: colours.reindex(materials), GAP: gaps.reindex(materials).astype(float)})
    X = CompositionFeatures().fit_transform(list(materials))
    return ColourTable(name, X, Y.reset_index(drop=True), materials.astype(str))
