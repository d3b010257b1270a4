"""What a finished few-shot study is made of: measurements, claims and tables of text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from graftwood.fewshot.study.methods import LABELS, SINGLE

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "architecture", "regime", "task", "subset", "metric", "value", "standard_error", "n_test",
    "gain_over_single", "gain_standard_error",
)  # fmt: skip


@dataclass(frozen=True)
class Measurement:
    """One method's values of one metric in one situation; a value per independent repeat.

    Attributes
    ----------
    method : str
        Key of the method.
    place : str
        The corner of the simulation or the data set.
    regime : str
        What is known of a new task, such as "10 labels".
    metric : str
        "subspace_distance", "new_task_error" (relative, of coefficients), "mse" (over the variance of
        the training labels), "cpu_seconds"; lower is better in all.
    values : tuple of float
        One per seed, month or school: whatever is independent.
    n_test : int
        New tasks behind them.

    Examples
    --------
    >>> one = Measurement("pursuit", "easy", "10 labels", "mse", (1.0, 3.0), 40)
    >>> one.mean, one.standard_error
    (2.0, 1.0)
    """

    method: str
    place: str
    regime: str
    metric: str
    values: tuple[float, ...]
    n_test: int

    @property
    def mean(self) -> float:
        """Mean over the repeats."""
        return float(np.mean(self.values))

    @property
    def standard_error(self) -> float:
        """Standard error of the mean over the repeats; NaN of one."""
        return standard_error(np.array(self.values))

    @property
    def where(self) -> tuple[str, str, str]:
        """Place, regime and metric: what measurements of different methods are compared at."""
        return self.place, self.regime, self.metric


@dataclass(frozen=True)
class Claim:
    """One claim and whether it holds here.

    Examples
    --------
    >>> print(Claim("faster", False, "2.0 s against 1.0 s"))
    does not hold: faster (2.0 s against 1.0 s)
    """

    text: str
    holds: bool
    numbers: str

    def __str__(self) -> str:
        """Return the claim as a line."""
        return f"{'holds' if self.holds else 'does not hold'}: {self.text} ({self.numbers})"


@dataclass(frozen=True)
class TextTable:
    """A table to be printed: title, columns and rows of text.

    Examples
    --------
    >>> TextTable("errors", ("method", "error"), (("pursuit", "0.1"),)).columns
    ('method', 'error')
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass
class FewShotRecords:
    """A finished study.

    Attributes
    ----------
    measurements : list of Measurement
    claims : list of Claim
    notes : list of str
        What a reader of the tables must know.

    Examples
    --------
    >>> FewShotRecords().measurements
    []
    """

    measurements: list[Measurement] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def find(self, method: str, place: str, regime: str, metric: str) -> Measurement:
        """Return one measurement."""
        return next(
            each
            for each in self.measurements
            if (each.method, *each.where) == (method, place, regime, metric)
        )

    def at(self, place: str, regime: str, metric: str) -> list[Measurement]:
        """Return what all methods measured in one situation."""
        return [each for each in self.measurements if each.where == (place, regime, metric)]

    def comparison(self) -> pd.DataFrame:
        """Return ``comparison.csv``; "single" is a ridge per task, a gain above 0 an advantage over it."""
        import pandas as pd

        singles = {each.where: each for each in self.measurements if each.method == SINGLE}
        lines = []
        for each in self.measurements:
            single = singles.get(each.where)
            gain = np.array([np.nan])
            if single is not None and each.metric != "cpu_seconds":
                gain = np.array(single.values) - np.array(each.values)
            lines.append(
                (
                    each.method,
                    each.regime,
                    each.place,
                    "all",
                    each.metric,
                    each.mean,
                    each.standard_error,
                    each.n_test,
                    float(gain.mean()),
                    standard_error(gain),
                )  # fmt: skip
            )
        return pd.DataFrame(lines, columns=list(COLUMNS))


def standard_error(values: np.ndarray) -> float:
    """Return the standard error of a mean of independent values; NaN of fewer than two."""
    return float(np.std(values, ddof=1) / np.sqrt(len(values))) if len(values) > 1 else float("nan")


def interval(values: Iterable[float], confidence: float = 0.95) -> tuple[float, float, float]:
    """Return mean, lower and upper end of Student's interval of a mean.

    Parameters
    ----------
    values : iterable of float
        Independent, two or more.
    confidence : float

    Examples
    --------
    >>> [round(end, 2) for end in interval([1.0, 2.0, 3.0])]
    [2.0, -0.48, 4.48]
    """
    from scipy.stats import t

    found = np.array(list(values))
    half = float(t.ppf(0.5 + confidence / 2, len(found) - 1)) * standard_error(found)
    return float(found.mean()), float(found.mean()) - half, float(found.mean()) + half


def name_of(method: str) -> str:
    """Return the name of a method that people read."""
    return LABELS.get(method, method)
