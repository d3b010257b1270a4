"""One case of a problem, what a model may learn from in it, and what a model says."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks.problems import Problem
from benchmarks.problems.folds import Fold, invert_sources, shuffle_sources
from benchmarks.task_weights import brier

Numbers = npt.NDArray[np.float64]
REGIMES = ("hidden", "visible")


class Skipped(Exception):
    """A model cannot be run in a case; the message says why."""


@dataclass(frozen=True, eq=False)
class Case:
    """A problem with a number of target labels, a regime and a kind of sources.

    Parameters
    ----------
    problem : Problem
    table : DataFrame
        The labels with these sources; the target is that of the problem.
    n_told : int or None
        Target labels that training keeps, None = all.
    regime : str
        "hidden": nothing is known of a test material; "visible": its other tasks' labels are.
    sources : str
        "related" as they are, or "shuffled" or "inverted".

    Examples
    --------
    >>> from benchmarks.problems import planted
    >>> from benchmarks.problems.folds import Fold
    >>> problem = planted()
    >>> case = Case(problem, problem.Y, None, "hidden", "related")
    >>> fold = Fold(0, 0, np.arange(2, 90), problem.labelled[:1], problem.labelled[5:])
    >>> rows, labels = case.training(fold, uses_sources=False)
    >>> list(labels), bool(np.isin(rows, fold.told).all())
    (['target'], True)
    """

    problem: Problem
    table: pd.DataFrame
    n_told: int | None
    regime: str
    sources: str

    @property
    def is_class(self) -> bool:
        """Whether the target is a class."""
        return self.problem.kinds[self.problem.target] == "category"

    @property
    def inputs(self) -> list[str]:
        """Sources whose labels may stand beside a hidden target."""
        return [source for source in self.problem.sources if source not in self.problem.same_as]

    def training(self, fold: Fold, *, uses_sources: bool) -> tuple[npt.NDArray[np.int64], pd.DataFrame]:
        """Rows to train on and their labels: the told ones of the target, and those of the sources.

        A source that repeats the target is hidden wherever the target is: of test materials and of
        those whose target label is not told.
        """
        labels, problem = self.table.copy(), self.problem
        labels[problem.target] = labels[problem.target].where(np.isin(np.arange(len(labels)), fold.told))
        is_told = np.isin(problem.groups, problem.groups[fold.told])
        for task in problem.same_as:
            labels[task] = labels[task].where(is_told)
        if not uses_sources:
            labels = labels[[problem.target]]
        rows = fold.train if self.regime == "hidden" else np.arange(len(labels))
        rows = rows[labels.iloc[rows].notna().any(axis=1).to_numpy()]
        return rows, labels.iloc[rows]

    def known(self, fold: Fold) -> pd.DataFrame | None:
        """What is known of the test rows."""
        return None if self.regime == "hidden" else self.table.iloc[fold.test][self.inputs]


@dataclass(frozen=True, eq=False)
class Said:
    """What a model says of the test rows: numbers, or a column of probabilities per class; and notes on it.

    Examples
    --------
    >>> Said(np.array([1.5])).notes
    {}
    """

    answer: Numbers | pd.DataFrame
    notes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Model:
    """A model that the benchmark runs.

    Parameters
    ----------
    name : str
    role : str
        "architecture", "selector" or "peer".
    say : callable
        Case and fold -> Said.
    sees : str
        What a prediction depends on: the "target" labels alone, the "sources" of training too, or "all",
        the regime included.  A model is not run again where nothing that it sees differs.
    nearest : str, optional
        The peer that it is compared with.

    Examples
    --------
    >>> Model("mean", "peer", lambda case, fold: Said(np.zeros(len(fold.test))), "target").nearest is None
    True
    """

    name: str
    role: str
    say: Callable[[Case, Fold], Said]
    sees: str = "all"
    nearest: str | None = None

    def key(self, case: Case) -> tuple[Any, ...]:
        """Cases with the same key have the same predictions."""
        seen = {"target": (), "sources": (case.sources,), "all": (case.sources, case.regime)}[self.sees]
        return (self.name, case.n_told, *seen)


def list_cases(
    problem: Problem, numbers: list[int | None], controls: tuple[str, ...], seed: int
) -> list[Case]:
    """List the cases of a problem; misleading sources are run with few labels only, where they weigh most."""
    tables = {"related": problem.Y}
    makers = {"shuffled": lambda: shuffle_sources(problem, seed), "inverted": lambda: invert_sources(problem)}
    tables |= {kind: makers[kind]() for kind in controls}
    return [
        Case(problem, table, n_told, regime, kind)
        for kind, table in tables.items()
        for n_told in (numbers if kind == "related" else numbers[:1])
        for regime in REGIMES
    ]


def errors_of(case: Case, fold: Fold, said: Said) -> Numbers:
    """Error of every test row: absolute, or Brier's for classes."""
    truth = case.problem.Y[case.problem.target].iloc[fold.test].to_numpy()
    if case.is_class:
        odds = pd.DataFrame(said.answer)
        return brier(truth, odds.to_numpy(), list(odds.columns))
    return np.abs(np.asarray(said.answer) - truth.astype(np.float64))
