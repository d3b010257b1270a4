"""What only forests can be asked: leaf numbers, the output of every tree, what each input is worth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

from graftwood.answers.predictor import Predictor
from graftwood.coding.kinds import CATEGORY, NONNEGATIVE, POSITIVE
from graftwood.coding.parts import how_much, whether
from graftwood.errors import WrongOption
from graftwood.network.network import ALONE
from graftwood.network.outlook import HIDDEN, honest_mean
from graftwood.network.stage import Stage
from graftwood.network.training import TrainingData
from graftwood.options import check_options, whole

_MAX_BYTES = {"max_bytes": [whole(1)]}


@dataclass(frozen=True)
class TreesOf:
    """The forest that answers for a task.

    Attributes
    ----------
    stage : Stage
    number : int
        The task's place in the stage.

    Examples
    --------
    >>> from graftwood import SingleTask
    >>> model = SingleTask(n_estimators=5, random_state=0).fit([[0.0], [1.0]] * 20, [2.0, 4.0] * 20)
    >>> model._trees_of("0").number
    0
    """

    stage: Stage
    number: int


class _NotAsked:
    """Stands where permutation importances were not asked for; an instance's own value comes first."""

    def __get__(self, model: Any, owner: type) -> Any:
        if model is None:
            return self
        raise AttributeError(
            f"{owner.__name__}: permutation_importances_ is there after fit of a MultiTaskForest with "
            "permutation_repeats, such as permutation_repeats=5."
        )


class Forest(Predictor):
    """Base class of MultiTaskForest and SingleTask: what a forest knows besides its predictions.

    Examples
    --------
    >>> from graftwood import SingleTask
    >>> model = SingleTask(n_estimators=5, random_state=0).fit([[0.0], [1.0]] * 20, [2.0, 4.0] * 20)
    >>> model.feature_importances_, model.apply([[1.0]]).shape
    (array([1.]), (1, 5))
    """

    def _trees_of(self, task: str) -> TreesOf:
        """Return the forest that answers for a task."""
        # Of a task that is corrected the first stage is the forest.
        node = self._network.nodes.get(task + ALONE, self._network.nodes[task])
        stage = self._network.stages[node.stage_for(HIDDEN)]
        if not isinstance(stage, Stage):
            raise WrongOption(
                f"{type(self).__name__}: leaves, trees and importances are a forest's, and task {task} is "
                f"told by the base {type(stage.model).__name__}; ask that, or fit with base=None."
            )
        return TreesOf(stage, node.view)

    @property
    def feature_importances_(self) -> np.ndarray:
        """How much each input's splits lower the impurity of each task, as shares of 1.

        Shape (n_inputs,) in the order of X's columns, or (n_tasks, n_inputs) where several tasks
        are predicted.  The mean over trees, each scaled to a sum of 1 (Breiman et al., 1984);
        inputs with many values are favoured: ``permutation_importances_`` are not.  Of a nonnegative
        task the mean of its two parts.
        """
        if not hasattr(self, "tasks_"):
            raise AttributeError("feature_importances_ is there after fit")

        def importance(part: str) -> np.ndarray:
            of = self._trees_of(part)
            return np.asarray(of.stage.views[of.number].importance)

        return self._by_input(
            [np.mean([importance(part) for part in self._parts(task)], axis=0) for task in self._predicted()]
        )

    def _parts(self, task: str) -> tuple[str, ...]:
        """What has a forest of its own: the task, or both parts of a nonnegative one."""
        is_hurdle = self._columns.kind(task) == NONNEGATIVE
        return (whether(task), how_much(task)) if is_hurdle else (task,)

    def apply(self, X: Any, task: str | int | None = None) -> np.ndarray:
        """Return the number of the leaf that each row ends in, in each tree as the task sees it.

        Parameters
        ----------
        X : array or DataFrame of shape (n_rows, n_inputs)
        task : str or int, optional
            By default the task that is predicted, the first of several.

        Returns
        -------
        ndarray of shape (n_rows, n_trees), int32
            Numbers are unique over the trees of a task.

        Raises
        ------
        WrongOption
            The task is nonnegative: it has two forests.
        """
        name = self._task(task)
        if self._columns.kind(name) == NONNEGATIVE:
            raise WrongOption(
                f"{type(self).__name__}: apply: the nonnegative task {name} has two forests, whose leaves do "
                "not go together; name a task of another kind."
            )
        of = self._trees_of(name)
        return of.stage.leaves(self._codes(X), task=of.number, n_jobs=self._threads).T

    permutation_importances_ = _NotAsked()

    def bag_outputs(
        self, X: Any, task: str | int | None = None, max_bytes: int = 2**28
    ) -> Iterator[tuple[slice, np.ndarray]]:
        """Yield what every tree says, a stretch of rows at a time.

        Parameters
        ----------
        X : array or DataFrame of shape (n_rows, n_inputs)
        task : str or int, optional
            A category, or the one numeric task wanted; by default all that are no category.
        max_bytes : int, default 2**28
            An array that is yielded is at most this large, unless a single row needs more.

        Yields
        ------
        rows : slice
        outputs : ndarray of shape (n_trees, n_rows_here, n_tasks), in the labels' units;
            (n_trees, n_rows_here, n_classes), probabilities, for a category

        Raises
        ------
        WrongOption
            There are only categories, and none was named; or max_bytes is no integer above 0.
        """
        check_is_fitted(self, "tasks_")
        check_options(type(self).__name__, {"max_bytes": max_bytes}, _MAX_BYTES)
        codes = self._codes(X)
        wanted = (self._task(task),) if task is not None else self._predicted()
        if task is None:
            wanted = tuple(t for t in wanted if self._columns.kind(t) != CATEGORY)
        if not wanted:
            raise WrongOption(f"{type(self).__name__}: every task is a category; name one for its outputs.")
        n_trees = self._trees_of(self._parts(wanted[0])[0]).stage.views[0].n_trees
        width = len(wanted) * max(1, len(self._columns.classes_of(wanted[0])))
        # The parts stand beside the array they are put into.
        return self._stretches(codes, wanted, max(1, int(max_bytes) // (2 * 8 * n_trees * width)))

    def _stretches(
        self, codes: np.ndarray, wanted: tuple[str, ...], n_rows: int
    ) -> Iterator[tuple[slice, np.ndarray]]:
        for first in range(0, len(codes), n_rows):
            rows = slice(first, min(first + n_rows, len(codes)))
            parts = [self._outputs(t, codes[rows]) for t in wanted]
            yield rows, np.concatenate(parts, axis=2)

    def _outputs(self, task: str, codes: np.ndarray) -> np.ndarray:
        if self._columns.kind(task) == NONNEGATIVE:
            odds, value = (self._outputs(part, codes) for part in self._parts(task))
            return odds[:, :, 1:] * np.maximum(value, 0.0)
        of = self._trees_of(task)
        bags = of.stage.bags(codes, task=of.number, n_jobs=self._threads)
        if self._columns.kind(task) == POSITIVE:
            bags = np.exp(bags)
        return bags if bags.ndim == 3 else bags[:, :, None]

    def _task(self, task: str | int | None) -> str:
        check_is_fitted(self, "tasks_")
        who = type(self).__name__
        name = self._predicted()[0] if task is None else self._columns.find(task, who)
        return name if name in self.tasks_ else self._columns.find(f"{name} (not modelled)", who)

    def _codes(self, X: Any) -> np.ndarray:
        check_is_fitted(self, "tasks_")
        return np.ascontiguousarray(self._coder.encode(X, type(self).__name__, self._threads).T)

    def _by_input(self, importances: list[np.ndarray]) -> np.ndarray:
        """Importances in the order of X's columns, one row per predicted task where there are several."""
        table = np.array(importances)
        if self._coder.names:
            table = table[:, [self._coder.names.index(name) for name in self.feature_names_in_]]
        return table[0] if len(table) == 1 else table

    def _permute(self, data: TrainingData, n_repeats: int) -> np.ndarray:
        """How much worse out-of-bag predictions get when one input is shuffled (Breiman, 2001).

        Per predicted task and input the mean squared error gained, in variances of the labels; for
        a category the Brier score gained, in units of Gini's impurity.
        """
        return self._by_input(
            [
                np.mean([self._permute_one(data, part, n_repeats) for part in self._parts(task)], axis=0)
                for task in self._predicted()
            ]
        )

    def _permute_one(self, data: TrainingData, task: str, n_repeats: int) -> np.ndarray:
        rows, of = data.labelled(task), self._trees_of(task)
        truth = data.column(task)[rows]
        n_classes = data.classes_of(task)
        target = np.eye(n_classes)[truth.astype(int)] if n_classes else truth[:, None]
        variance = float(np.sum(np.var(target, axis=0))) or 1.0
        codes, honest = np.ascontiguousarray(data.codes[:, rows].T), data.out_of_bag(rows)

        def error(codes: np.ndarray) -> float:
            bags = of.stage.bags(codes, task=of.number, n_jobs=data.n_jobs)
            center = honest_mean(bags, honest).reshape(len(target), -1)
            return float(np.mean(np.sum((center - target) ** 2, axis=1)))

        base, gained = error(codes), np.zeros(codes.shape[1])
        rng = np.random.default_rng([data.seed, 2])
        for _ in range(n_repeats):
            order = rng.permutation(len(rows))
            for column in range(codes.shape[1]):
                shuffled = codes.copy()
                shuffled[:, column] = codes[order, column]
                gained[column] += error(shuffled) - base
        return np.asarray(gained / n_repeats / variance)
