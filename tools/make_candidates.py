"""Draw the candidates that ship as ``src/graftwood/datasets/gap_candidates/candidates.csv``.

Run ``python tools/make_candidates.py`` from the repository's root after a change of the
rule below, which that folder's ``PROVENANCE.md`` states in words.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from graftwood.datasets import load_dft_gaps, load_experimental_gaps
from graftwood.datasets.draw import draw_places
from graftwood.features.elements import element_table
from graftwood.features.formula import read_formulas

TARGET = Path(__file__).parent.parent / "src/graftwood/datasets/gap_candidates/candidates.csv"
N_ROWS, SEED = 200, 1711
SMALLEST_GAP, LARGEST_GAP = 0.5, 4.0  # eV
LARGEST_UNIT = 12  # atoms

WELL_KNOWN = """
    GaAs NaCl CdS GaN ZnO CdTe InP ZnS MgO SiC AlN ZnSe MoS2 SrTiO3 CsPbBr3 BiVO4 Ga2O3 BaTiO3 CaO CdSe
"""
METALS = """
    Li Na K Rb Cs Be Mg Ca Sr Ba Sc Y La Ti Zr Hf V Nb Ta Mo W Mn Fe Co Ni Cu Ag Zn Cd
    B Al Ga In Si Ge Sn Pb Sb Bi
"""
ANIONS = "N P As O S Se Te Cl Br I"


def make_candidates() -> pd.DataFrame:
    """Return the candidates: well-known materials, then materials drawn by the rule.

    Returns
    -------
    DataFrame of shape (200, 2)
        Columns ``formula`` and ``gap_dft`` in eV, NaN in every second row.
    """
    calculated = load_dft_gaps().frame
    table = read_formulas(calculated["formula"])
    place = {key: row for row, key in enumerate(table.materials)}
    well_known = WELL_KNOWN.split()
    known = [place[key] for key in read_formulas(well_known).materials]
    measured = read_formulas(load_experimental_gaps().frame["formula"]).materials
    if not set(measured).isdisjoint(table.materials[known]):
        raise SystemExit("A well-known candidate has an experimental gap in the shipped set.")
    fits = calculated["gap_median_eV"].between(SMALLEST_GAP, LARGEST_GAP).to_numpy()
    fits = fits & is_semiconductor_like(table.fractions) & is_small(table.fractions)
    fits = fits & ~pd.Series(table.materials).isin([*measured, *table.materials[known]]).to_numpy()
    rows = np.flatnonzero(fits)
    drawn = rows[np.argsort(draw_places(table.materials[rows], SEED), kind="stable")]
    chosen = np.concatenate([known, drawn[: N_ROWS - len(known)]])
    formulas = calculated["formula"].to_numpy()[chosen[len(known) :]]
    frame = pd.DataFrame({"formula": [*well_known, *formulas]})
    frame["gap_dft"] = calculated["gap_median_eV"].to_numpy()[chosen]
    frame.loc[1::2, "gap_dft"] = np.nan
    return frame


def is_semiconductor_like(fractions: np.ndarray) -> np.ndarray:
    """Whether each row has two or three elements, metals and anions, both present."""
    symbols = element_table().symbols
    metals = np.array([symbol in METALS.split() for symbol in symbols])
    anions = np.array([symbol in ANIONS.split() for symbol in symbols])
    present = fractions > 0
    n_metals, n_anions = (present[:, kind].sum(axis=1) for kind in (metals, anions))
    n_elements = present.sum(axis=1)
    few = (n_elements == 2) | (n_elements == 3)
    return few & (n_metals >= 1) & (n_anions >= 1) & (n_metals + n_anions == n_elements)


def is_small(fractions: np.ndarray) -> np.ndarray:
    """Whether the reduced formula of each row has at most 12 atoms."""
    small = np.zeros(len(fractions), dtype=bool)
    for n_atoms in range(1, LARGEST_UNIT + 1):
        scaled = fractions * n_atoms
        small |= (np.abs(scaled - np.rint(scaled)) < 1e-6).all(axis=1)
    return small


if __name__ == "__main__":
    make_candidates().to_csv(TARGET, index=False, lineterminator="\n")
