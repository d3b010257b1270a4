"""What the forests are timed on: calculated band gaps of compositions, dense or as three sparse tasks."""

from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.problems.definition import read_table

KEPT = (0.7, 0.4, 0.1)  # share of labels of each sparse task: 30, 60 and 90 % are missing
SOURCES = ("mp_gap_median_eV", "mp_gap_min_eV", "mp_gap_max_eV")

Arrays = dict[str, npt.NDArray[Any]]


def planted(n_rows: int, seed: int) -> Arrays:
    """Return a small made-up table, for runs that only show that the benchmark works."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n_rows, 20))
    return {"X": X, "Y": X[:, :3].cumsum(axis=1) + rng.normal(size=(n_rows, 3)) / 4}


def gaps_of_materials_project(seed: int) -> Arrays:
    """All compositions of shared/data/bandgap_dft with a gap, 132 Magpie features, rows shuffled.

    The three labels are the median, smallest and largest gap of the polymorphs in eV. A composition is one
    row, so rows are materials.
    """
    from graftwood import CompositionFeatures

    frame = read_table("bandgap_dft", "mp_pbe_gap_by_composition.csv.gz")
    frame = frame[frame["mp_gap_median_eV"].notna()].sample(frac=1.0, random_state=seed)
    X = CompositionFeatures(fractions=False).fit_transform(frame["formula"].tolist())
    return {"X": np.asarray(X), "Y": frame[list(SOURCES)].to_numpy(dtype=np.float64)}


def dense(table: Arrays, n_rows: int, n_test: int) -> Arrays:
    """One task, all labels; the last rows of the table are the test."""
    return _part(table, table["Y"][:, :1], n_rows, n_test)


def sparse(table: Arrays, n_rows: int, n_test: int, seed: int) -> Arrays:
    """Three tasks, 30, 60 and 90 % of their labels missing at random; test labels are all there."""
    part = _part(table, table["Y"], n_rows, n_test)
    missing = np.random.default_rng(seed).uniform(size=part["Y"].shape) >= KEPT
    # A row without any label would be left out by some and kept by others.
    missing[missing.all(axis=1), 0] = False
    part["Y"] = np.where(missing, np.nan, part["Y"])
    return part


def _part(table: Arrays, Y: npt.NDArray[Any], n_rows: int, n_test: int) -> Arrays:
    X = table["X"]
    train, test = slice(0, min(n_rows, len(X))), slice(len(X) - n_test, len(X))
    return {"X": X[train], "Y": Y[train], "X_test": X[test], "Y_test": Y[test]}
