"""What a transfer problem is, and where its data lie.

The data sets themselves are in one file per domain, the list of them in ``benchmarks/problems/__init__.py``.
"""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

DATA_VARIABLE = "GRAFTWOOD_BENCHMARK_DATA"
BESIDE_REPOSITORY = Path(__file__).resolve().parents[3] / "shared" / "data"
READING: dict[str, Any] = {"keep_default_na": False, "na_values": [""]}  # NaN is sodium nitride


@dataclass(frozen=True)
class Problem:
    """Materials with labels of several tasks, of which one is the target.

    Parameters
    ----------
    name : str
    X : ndarray of shape (n_rows, n_inputs), float64
    Y : DataFrame of shape (n_rows, n_tasks)
        NaN or None = missing.
    target : str
        The task to predict.
    sources : tuple of str
        The other tasks.
    groups : ndarray of shape (n_rows,)
        Key of each row's material, or of what else must not be split between training and test.
    kinds : dict
        Task -> "real", "positive" or "category".
    units : dict
        Task -> unit; a category has none.
    same_as : tuple of str
        Sources that repeat the target or, with the other sources, determine it: they are hidden with the
        target where a test material keeps its other labels.

    Raises
    ------
    ValueError
        Shapes disagree, a task is named that Y lacks, or Y has one that is neither target nor source.

    Examples
    --------
    >>> Y = pd.DataFrame({"exp": [1.0, np.nan], "DFT": [0.5, 0.7]})
    >>> problem = Problem(
    ...     "gaps", np.eye(2), Y, "exp", ("DFT",), np.array(["Si", "Ge"]), {"exp": "real", "DFT": "real"}
    ... )
    >>> problem.labelled
    array([0])
    """

    name: str
    X: npt.NDArray[np.float64]
    Y: pd.DataFrame
    target: str
    sources: tuple[str, ...]
    groups: npt.NDArray[Any]
    kinds: dict[str, str]
    units: dict[str, str] = field(default_factory=dict)
    same_as: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a problem whose parts do not fit."""
        if not len(self.X) == len(self.Y) == len(self.groups):
            raise ValueError(
                f"Problem {self.name!r}: X has {len(self.X)} rows, Y {len(self.Y)} and groups "
                f"{len(self.groups)}; give one of each per row."
            )
        tasks = {self.target, *self.sources}
        wrong = (
            tasks ^ set(self.Y.columns) or tasks ^ set(self.kinds) or set(self.same_as) - set(self.sources)
        )
        if wrong:
            raise ValueError(
                f"Problem {self.name!r}: {sorted(wrong)} must be the target or a source, with a column in Y "
                "and a kind; same_as names sources only."
            )

    @property
    def labelled(self) -> npt.NDArray[np.int64]:
        """Numbers of the rows that have a label of the target."""
        return np.flatnonzero(self.Y[self.target].notna())


def read_table(*parts: str) -> pd.DataFrame:
    """Read a table of the data folder: ``../shared/data`` beside the repository, or what the variable says.

    Parameters
    ----------
    *parts : str
        Path of the file below the folder.

    Returns
    -------
    DataFrame
        Only empty cells are missing.

    Raises
    ------
    FileNotFoundError
        The file is not there.
    """
    path = Path(os.environ.get(DATA_VARIABLE, BESIDE_REPOSITORY)).joinpath(*parts)
    if not path.is_file():
        raise FileNotFoundError(
            f"Benchmarks: the data set {path} is missing; put the folder shared/data beside the repository "
            f"or name it in {DATA_VARIABLE}."
        )
    return pd.read_csv(path, **READING)
