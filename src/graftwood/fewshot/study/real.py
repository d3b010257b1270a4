"""The real part: new tasks of a table from a handful of labels, every method and baseline.

Stations: the last six months are each predicted from all months before;
a new task's labels are drawn from its first ten days, and its error is measured
from the thirteenth day on, so that no label is within two days of a test hour.
Schools: a fifth of the schools is new, each fifth once; the pupils tested are the
same for every number of labels.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from graftwood.errors import UndeterminedSubspace
from graftwood.fewshot.meta_subspace import MetaSubspacePursuit
from graftwood.fewshot.study.methods import (
    ANIL,
    BEST_ANIL,
    METHOD_SEED,
    Method,
    anil_variants,
    baselines,
    subspace_methods,
)
from graftwood.fewshot.study.records import Measurement
from graftwood.fewshot.study.tables import TaskTable

MSE = "mse"
LABEL_DAYS, GAP_DAYS = 10, 2

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class RealSettings:
    """Size of the real part.

    Attributes
    ----------
    n_labels : tuple of int
        Labels of a new task.
    n_train_rows : int
        Labels of a training task, drawn at random.
    n_draws : int
        Draws of all labels.
    n_origins : int
        Months that are predicted, the last ones.
    n_folds : int
        Parts of the schools.
    inner_steps : tuple of int
        Numbers of inner steps that ANIL may choose from.
    outer_steps, pursuit_iter, seed : int

    Examples
    --------
    >>> RealSettings().n_labels
    (3, 5, 10, 20)
    """

    n_labels: tuple[int, ...] = (3, 5, 10, 20)
    n_train_rows: int = 20
    n_draws: int = 2
    n_origins: int = 6
    n_folds: int = 5
    inner_steps: tuple[int, ...] = (1, 5)
    outer_steps: int = 150
    pursuit_iter: int = 300
    seed: int = 0


@dataclass(frozen=True)
class NewTask:
    """A task that is new in a split: rows its labels are drawn from, rows it is tested on, and its cluster.

    Examples
    --------
    >>> NewTask(np.array([0, 1]), np.array([5]), "2016-12").cluster
    '2016-12'
    """

    pool: np.ndarray
    test: np.ndarray
    cluster: str


@dataclass(frozen=True)
class Split:
    """Rows of the training tasks, and the new tasks.

    Examples
    --------
    >>> len(Split(np.arange(3), ()).new)
    0
    """

    train: np.ndarray
    new: tuple[NewTask, ...]


def splits_of(table: TaskTable, settings: RealSettings, draw: int) -> Iterator[Split]:
    """Yield the splits of a table: by time where it has one, else by tasks."""
    rng = np.random.default_rng([settings.seed, draw, 2])
    if len(np.unique(table.period)) > 1:
        yield from _splits_in_time(table, settings, rng)
    else:
        yield from _splits_of_tasks(table, settings, rng)


def _splits_in_time(table: TaskTable, settings: RealSettings, rng: np.random.Generator) -> Iterator[Split]:
    periods = np.unique(table.period)
    for period in periods[max(1, len(periods) - settings.n_origins) :]:
        train = _few_of_each(table, np.flatnonzero(table.period < period), settings.n_train_rows, rng)
        new = []
        for task in np.unique(table.task[table.period == period]):
            own = np.flatnonzero(table.task == task)
            pool = rng.permutation(own[table.hour[own] < 24 * LABEL_DAYS])
            test = own[table.hour[own] >= 24 * (LABEL_DAYS + GAP_DAYS)]
            if len(pool) >= max(settings.n_labels) and len(test):
                new.append(NewTask(pool, test, str(period)))
        yield Split(train, tuple(new))


def _splits_of_tasks(table: TaskTable, settings: RealSettings, rng: np.random.Generator) -> Iterator[Split]:
    most = max(settings.n_labels)
    tasks, counts = np.unique(table.task, return_counts=True)
    fold = rng.permutation(len(tasks)) % settings.n_folds
    for part in range(settings.n_folds):
        train = np.flatnonzero(np.isin(table.task, tasks[fold != part]))
        new = []
        for task in tasks[(fold == part) & (counts > most)]:
            order = rng.permutation(np.flatnonzero(table.task == task))
            new.append(NewTask(order[:most], order[most:], str(task)))
        yield Split(_few_of_each(table, train, settings.n_train_rows, rng), tuple(new))


def _few_of_each(table: TaskTable, rows: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
    """Draw so many rows of every task; all of a task that has fewer."""
    shuffled = rng.permutation(rows)
    shuffled = shuffled[np.argsort(table.task[shuffled], kind="stable")]
    _, first, counts = np.unique(table.task[shuffled], return_index=True, return_counts=True)
    return shuffled[np.arange(len(shuffled)) - np.repeat(first, counts) < n]


def methods_of(settings: RealSettings) -> list[Method]:
    """Return every method of the real part; all but one remove the pooled fit first."""
    uncentred = Method(
        "pursuit_no_centre",
        lambda rank, **shared: MetaSubspacePursuit(
            rank, max_iter=settings.pursuit_iter, early_stopping=True, step_size="secant",
            random_state=METHOD_SEED, fit_intercept=True,
        ),
    )  # fmt: skip
    return [
        *subspace_methods(settings.outer_steps, settings.pursuit_iter),
        uncentred,
        *anil_variants(settings.inner_steps, settings.outer_steps),
        *baselines(fit_intercept=True),
    ]


def evaluate(
    table: TaskTable, settings: RealSettings, progress: Progress
) -> tuple[list[Measurement], dict[str, str]]:
    """Measure the mean squared error of new tasks, over the variance of the training labels.

    Values are means by month (stations) or by school; they are what intervals go over. ANIL's best variant
    is chosen by the test error itself, for each number of labels, which favours it.

    Returns
    -------
    measurements : list of Measurement
    chosen : dict
        "table, n labels" -> the variant of ANIL that was its best.
    """
    errors: dict[tuple[str, int], dict[str, list[float]]] = {}
    n_new = 0
    for draw in range(settings.n_draws):
        for at, split in enumerate(splits_of(table, settings, draw)):
            progress(f"{table.name}, draw {draw + 1}, split {at + 1}", draw, settings.n_draws)
            n_new += len(split.new)
            _score_split(table, split, settings, errors)
    variants = [method.key for method in anil_variants(settings.inner_steps)]
    chosen = {}
    for n in settings.n_labels:
        best = min(variants, key=lambda key: _mean(errors[key, n]))  # noqa: B023 - used at once
        chosen[f"{table.name}, {n} labels"] = best
        errors[ANIL, n], errors[BEST_ANIL, n] = errors[variants[0], n], errors[best, n]
    measurements = [
        Measurement(
            key, table.name, f"{n} labels", MSE,
            tuple(float(np.mean(each)) for _, each in sorted(found.items())), n_new,
        )
        for (key, n), found in errors.items()
    ]  # fmt: skip
    return measurements, chosen


def _mean(found: dict[str, list[float]]) -> float:
    return float(np.mean([np.mean(each) for each in found.values()]))


def _score_split(
    table: TaskTable,
    split: Split,
    settings: RealSettings,
    errors: dict[tuple[str, int], dict[str, list[float]]],
) -> None:
    X, y = _standardised(table, split.train)
    for method in methods_of(settings):
        model = method.make("auto", centre=True, fit_intercept=True)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UndeterminedSubspace)
            model.fit(X[split.train], y[split.train], table.task[split.train])
        for task in split.new:
            for n in settings.n_labels:
                known = task.pool[:n]
                said = model.adapt(X[known], y[known]).predict(X[task.test])
                error = float(np.mean((said - y[task.test]) ** 2))
                errors.setdefault((method.key, n), {}).setdefault(task.cluster, []).append(error)


def _standardised(table: TaskTable, train: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Scale by the training rows alone, and leave out inputs that are constant in them."""
    spread = table.X[train].std(axis=0)
    varies = spread > 0
    X = (table.X[:, varies] - table.X[train][:, varies].mean(axis=0)) / spread[varies]
    return X, (table.y - table.y[train].mean()) / table.y[train].std()
