"""Strict folds over the materials of a transfer problem, and sources that mislead, as controls."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks.problems.definition import Problem

Repeats = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Drawing:
    """How folds are drawn: into how many the labelled materials are divided, how often anew, the seed.

    Examples
    --------
    >>> Drawing(5, 3, 0).n_folds
    5
    """

    n_folds: int
    n_repeats: int
    seed: int


@dataclass(frozen=True)
class Fold:
    """Rows to train on, labelled rows to test, and the rows whose target label is kept for training.

    Examples
    --------
    >>> Fold(0, 0, np.array([1, 2]), np.array([0]), np.array([2])).number
    0
    """

    repeat: int
    number: int
    train: npt.NDArray[np.int64]
    test: npt.NDArray[np.int64]
    told: npt.NDArray[np.int64]


def draw_folds(problem: Problem, n_told: int | None, drawing: Drawing) -> list[Fold]:
    """Divide the labelled rows by material, and draw the target labels that training keeps.

    Fewer labels are a part of more: both are the beginning of the same shuffled list.  None keeps all.
    """
    from sklearn.model_selection import GroupKFold

    labelled, folds = problem.labelled, []
    groups = problem.groups[labelled]
    for repeat in range(drawing.n_repeats):
        splitter = GroupKFold(drawing.n_folds, shuffle=True, random_state=drawing.seed + repeat)
        for number, (_, tested) in enumerate(splitter.split(labelled, groups=groups)):
            test = labelled[tested]
            is_train = ~np.isin(problem.groups, problem.groups[test])
            stream = np.random.default_rng([drawing.seed, repeat, number])
            told = stream.permutation(labelled[is_train[labelled]])[:n_told]
            if problem.kinds[problem.target] == "category":
                told = without_lone_classes(told, problem)
            folds.append(Fold(repeat, number, np.flatnonzero(is_train), test, told))
    return folds


def drawing_of(problem: Problem, n_folds: int, repeats: Repeats, seed: int) -> Drawing:
    """Say how folds are drawn: as often as the first pair (below so many labels, so often) has it, or once.

    Small sets are cheap, and of them a single division says little.
    """
    n_labels = len(problem.labelled)
    return Drawing(n_folds, next((often for below, often in repeats if n_labels < below), 1), seed)


def without_lone_classes(told: npt.NDArray[np.int64], problem: Problem) -> npt.NDArray[np.int64]:
    """Leave out labels of a class that is told once: forests refuse to learn a class from one label."""
    classes = problem.Y[problem.target].iloc[told]
    return told[(classes.map(classes.value_counts()) > 1).to_numpy()]


def shuffle_sources(problem: Problem, seed: int) -> pd.DataFrame:
    """Deal the rows of source labels to other rows, among those that have any."""
    table, sources = problem.Y.copy(), list(problem.sources)
    rows = np.flatnonzero(table[sources].notna().any(axis=1))
    order = np.random.default_rng(seed).permutation(rows)
    for source in sources:
        values = table[source].to_numpy(copy=True)
        values[rows] = values[order]
        table[source] = values
    return table


def invert_sources(problem: Problem) -> pd.DataFrame:
    """Turn every source around within its own range: what was the largest label is the smallest."""
    table = problem.Y.copy()
    for source in problem.sources:
        if problem.kinds[source] != "category":
            table[source] = table[source].max() + table[source].min() - table[source]
    return table
