"""What the benchmark of the architectures runs, and the problems cut to a size that it can afford."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from benchmarks.problems import PROBLEMS, Problem, planted
from benchmarks.problems.folds import Repeats

READING: dict[str, dict[str, Any]] = {"band-gap": {"n_source_only": 1000, "fractions": False}}
MOST_SOURCES = {"atp1d": 4, "oes10": 4, "wq": 4}  # every source is an architecture and a link of the chain
LARGEST_SHARE = 0.5


@dataclass(frozen=True)
class ArchitectureSettings:
    """Settings: problems, those with controls, few labels, size of the models, folds.

    Parameters
    ----------
    problems, controls : tuple of str
        Data sets, and those of them that are run with shuffled and inverted sources as well.
    few : int
        Number of target labels in the cases with few; at most half of what the other folds have.
    n_rows : int
        Larger data sets are cut to so many rows, whole materials drawn at random.
    n_estimators : int
        Trees of every forest, ours and the peers'; the selector compares with forests of a fifth.
    n_iterations : int
        Trees of CatBoost.
    repeats : tuple of (int, int)
        Below so many labels, how often folds are drawn (``drawing_of``).
    n_inner_folds : int
        Of the cross-fitting in a RegressorChain.

    Examples
    --------
    >>> ArchitectureSettings(problems=("jura",)).controls_of("jura")
    ('shuffled', 'inverted')
    """

    problems: tuple[str, ...] = tuple(PROBLEMS)
    controls: tuple[str, ...] = ("band-gap", "beijing", "jura", "enb")
    few: int = 50
    n_rows: int = 2500
    n_estimators: int = 100
    n_iterations: int = 500
    n_folds: int = 5
    repeats: Repeats = ((1100, 3),)
    n_inner_folds: int = 3
    n_jobs: int = 2
    is_planted: bool = False
    seed: int = 0

    def controls_of(self, problem: str) -> tuple[str, ...]:
        """Kinds of misleading sources that this problem is run with."""
        return ("shuffled", "inverted") if problem in self.controls else ()


def load_problems(settings: ArchitectureSettings) -> list[Problem]:
    """Read the data sets and cut them, or make one up."""
    if settings.is_planted:
        return [planted(seed=settings.seed)]
    problems = (PROBLEMS[name](**READING.get(name, {})) for name in settings.problems)
    return [cut(problem, settings) for problem in problems]


def cut(problem: Problem, settings: ArchitectureSettings) -> Problem:
    """Keep the first sources where a data set has too many, and whole materials up to a number of rows."""
    sources = problem.sources[: MOST_SOURCES.get(problem.name)]
    tasks = [problem.target, *sources]
    materials, of_row = np.unique(problem.groups.astype(str), return_inverse=True)
    place = np.random.default_rng(settings.seed).permutation(len(materials))[of_row]
    size_before = np.cumsum(np.bincount(place, minlength=len(materials)))
    rows = np.flatnonzero(size_before[place] <= settings.n_rows)
    return replace(
        problem,
        X=problem.X[rows],
        Y=problem.Y.iloc[rows][tasks].reset_index(drop=True),
        sources=sources,
        groups=problem.groups[rows],
        kinds={task: problem.kinds[task] for task in tasks},
        units={task: unit for task, unit in problem.units.items() if task in tasks},
        same_as=tuple(task for task in problem.same_as if task in sources),
    )


def numbers_told(problem: Problem, settings: ArchitectureSettings) -> list[int | None]:
    """Few target labels, and all (None)."""
    n_left = len(problem.labelled) * (1 - 1 / settings.n_folds)
    return [min(settings.few, int(LARGEST_SHARE * n_left)), None]
