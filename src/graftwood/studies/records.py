"""What a finished study leaves: its comparison, claims, tables and remarks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

HOLDS, FAILS, UNDECIDED = "holds", "does not hold", "undecided"
CLAIM_COLUMNS = (
    "claim", "standing", "metric", "better", "worse", "difference", "standard_error", "low", "high", "n_folds"
)  # fmt: skip


@dataclass(frozen=True)
class Claim:
    """One claim, the paired difference behind it, and whether it holds.

    Attributes
    ----------
    text : str
    standing : str
        "holds": the whole 95 % interval is on the claim's side; "does not hold": it is on the other
        side; "undecided": it includes 0.
    metric : str
        Such as "rmse", with its unit.
    better, worse : float
        Mean of the metric of the side that the claim says is better, and of the other.
    difference : float
        Advantage of the first; above 0 it is better.
    standard_error : float
        Corrected for training sets that overlap.
    low, high : float
        Ends of the 95 % interval.
    n_folds : int
        Folds of one division.

    Examples
    --------
    >>> claim = Claim("latent beats single", HOLDS, "mae", 0.3, 0.4, 0.1, 0.02, 0.05, 0.15, 5)
    >>> print(claim)
    holds: latent beats single (mae 0.300 against 0.400, advantage +0.100,
    95 % interval +0.050 to +0.150)
    """

    text: str
    standing: str
    metric: str
    better: float
    worse: float
    difference: float
    standard_error: float
    low: float
    high: float
    n_folds: int

    def __str__(self) -> str:
        """Return the claim as a line."""
        return f"{self.standing}: {self.text} ({self.numbers()})"

    def numbers(self) -> str:
        """Return the numbers behind it."""
        return (
            f"{self.metric} {self.better:.3f} against {self.worse:.3f}, advantage {self.difference:+.3f}, "
            f"95 % interval {self.low:+.3f} to {self.high:+.3f}"
        )


@dataclass(frozen=True)
class TextTable:
    """A table to be printed: title, columns and rows of text.

    Examples
    --------
    >>> TextTable("errors", ("architecture", "mae"), (("single", "0.4"),)).columns
    ('architecture', 'mae')
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass
class StudyRecords:
    """A finished study.

    Attributes
    ----------
    name, title : str
        As on the command line, and as people read it.
    comparison : DataFrame
        With the columns of ``comparison.csv``.
    claims : list of Claim
    tables : list of TextTable
    notes : list of str
        What a reader of the tables must know.
    figures : dict
        Name of a figure -> function that draws it to a path, .svg or .png.
    stamp : dict
        Versions, machine, seed and time.

    Examples
    --------
    >>> import pandas as pd
    >>> StudyRecords("colour", "Colours", pd.DataFrame()).claims
    []
    """

    name: str
    title: str
    comparison: pd.DataFrame
    claims: list[Claim] = field(default_factory=list)
    tables: list[TextTable] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    figures: dict[str, Callable[[Path], None]] = field(default_factory=dict)
    stamp: dict[str, str] = field(default_factory=dict)

    def claim_table(self) -> pd.DataFrame:
        """Return ``claims.csv``."""
        import pandas as pd

        rows = [
            (each.text, each.standing, each.metric, each.better, each.worse, each.difference,
             each.standard_error, each.low, each.high, each.n_folds)
            for each in self.claims
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=list(CLAIM_COLUMNS))
