"""Measured and calculated band gaps side by side, and the folds of Matbench.

What ships is the Materials Project; OQMD and AFLOW come from a folder (``--data``).  Compositions are
joined by material, that is, by atomic fractions.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from graftwood.errors import MissingColumn, UnreadableFile

TARGET, START, MEAN = "gap_exp", "gap_mp", "gap_mean"
MATBENCH_SEED, N_FOLDS = 18012019, 5
DRAW_SEED = 20171113
OTHER_DATABASES = {
    "gap_oqmd": ("oqmd_gap_by_composition.csv.gz", "oqmd_gap_eV"),
    "gap_aflow": ("aflow_gap_by_composition.csv.gz", "aflow_gap_eV"),
}


@dataclass(frozen=True, eq=False)
class GapTable:
    """Rows of measured gaps in Matbench's order, then rows that only the calculations have.

    Attributes
    ----------
    X : ndarray of shape (n_rows, n_inputs)
        Magpie's statistics and atomic fractions.
    Y : DataFrame of shape (n_rows, n_tasks)
        ``gap_exp``, ``gap_mp`` (median over polymorphs), ``gap_mp_min``, ``gap_mp_max``, and with a
        folder of further data ``gap_oqmd``, ``gap_aflow`` and ``gap_mean``, the mean of the three
        databases where they have the material; eV, NaN = missing.
    materials, systems : ndarray of shape (n_rows,), str
        Material keys; sets of elements such as "Ga-N".
    n_measured : int
        Rows with a measured gap; they come first.

    Examples
    --------
    >>> frame = pd.DataFrame({"gap_exp": [1.0]})
    >>> GapTable(np.zeros((1, 2)), frame, np.array(["Si"]), np.array(["Si"]), 1).n_measured
    1
    """

    X: np.ndarray
    Y: pd.DataFrame
    materials: np.ndarray
    systems: np.ndarray
    n_measured: int

    @property
    def sources(self) -> tuple[str, ...]:
        """Names of the calculated tasks."""
        return tuple(str(task) for task in self.Y if task != TARGET)

    @property
    def start(self) -> str:
        """What a difference starts from: the mean of the databases, of one alone its median."""
        return MEAN if MEAN in self.Y else START

    def first(self, n_rows: int) -> GapTable:
        """Return the first rows alone."""
        return GapTable(
            self.X[:n_rows], self.Y.iloc[:n_rows], self.materials[:n_rows], self.systems[:n_rows],
            min(self.n_measured, n_rows),
        )  # fmt: skip


def read_gaps(n_source_only: int, data: Path | None = None, n_measured: int | None = None) -> GapTable:
    """Read the gaps.

    Parameters
    ----------
    n_source_only : int
        Compositions without a measured gap that are drawn from the Materials Project.
    data : Path, optional
        Folder with ``bandgap_dft``, which adds OQMD and AFLOW.
    n_measured : int, optional
        Only the first so many measured gaps.

    Raises
    ------
    UnreadableFile, MissingColumn
        The folder does not hold what it should.
    """
    from graftwood.data.split import chemical_systems
    from graftwood.datasets import load_dft_gaps, load_experimental_gaps
    from graftwood.datasets.draw import draw_places
    from graftwood.features import CompositionFeatures
    from graftwood.features.elements import element_table
    from graftwood.features.formula import read_formulas

    others = {} if data is None else read_databases(data)
    measured = load_experimental_gaps().frame.iloc[:n_measured]
    calculated = load_dft_gaps().frame
    keys = read_formulas(calculated["formula"]).materials
    measured_keys = read_formulas(measured["formula"]).materials
    ever_measured = read_formulas(load_experimental_gaps().frame["formula"]).materials
    only = np.flatnonzero(~pd.Index(keys).isin(ever_measured))
    drawn = only[np.argsort(draw_places(keys[only], DRAW_SEED), kind="stable")[:n_source_only]]
    formulas = [*measured["formula"], *calculated["formula"].iloc[drawn]]
    materials = np.concatenate([measured_keys, keys[drawn]]).astype(str)
    Y = pd.DataFrame({TARGET: np.concatenate([measured["gap_eV"], np.full(len(drawn), np.nan)])})
    by_key = calculated.assign(key=keys).groupby("key")
    for task, column, rule in (
        (START, "gap_median_eV", "median"),
        ("gap_mp_min", "gap_min_eV", "min"),
        ("gap_mp_max", "gap_max_eV", "max"),
    ):  # fmt: skip
        Y[task] = by_key[column].agg(rule).reindex(materials).to_numpy()
    for task, gaps in others.items():
        Y[task] = gaps.reindex(materials).to_numpy()
    if len(Y.columns) > 4:
        Y[MEAN] = Y[[START, *OTHER_DATABASES]].mean(axis=1)
    fractions = read_formulas(formulas).fractions
    return GapTable(
        X=CompositionFeatures().fit_transform(formulas), Y=Y, materials=materials,
        systems=chemical_systems(fractions, np.array(element_table().symbols)), n_measured=len(measured),
    )  # fmt: skip


def read_databases(data: Path) -> dict[str, pd.Series]:
    """Read OQMD's and AFLOW's gaps, the median per material, eV."""
    from graftwood.features.formula import read_formulas

    found = {}
    for task, (file, column) in OTHER_DATABASES.items():
        path = data / "bandgap_dft" / file
        if not path.is_file():
            raise UnreadableFile(
                f"band-gap study: {path} does not exist; name with --data the folder that holds "
                f"{path.parent.name}/{path.name}."
            )
        table = pd.read_csv(path, keep_default_na=False, na_values=[""])
        for name in ("formula", column):
            if name not in table:
                raise MissingColumn(f"band-gap study: {path} has no column {name!r}; fetch the file again.")
        table = table.dropna(subset=[column])
        found[task] = table.groupby(read_formulas(table["formula"]).materials)[column].median()
    return found


def matbench_folds(
    n_measured: int, n_rows: int, seed: int = MATBENCH_SEED, n_folds: int = N_FOLDS
) -> np.ndarray:
    """Fold of every row as in Matbench: KFold with shuffling on the order of rows; -1 without a label.

    Examples
    --------
    >>> sorted(matbench_folds(10, 12).tolist())
    [-1, -1, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
    """
    from sklearn.model_selection import KFold

    fold = np.full(n_rows, -1)
    splitter = KFold(n_folds, shuffle=True, random_state=seed)
    for number, (_, test) in enumerate(splitter.split(np.arange(n_measured))):
        fold[test] = number
    return fold
