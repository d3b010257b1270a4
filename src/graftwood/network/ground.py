"""What the forest of a stage is grown on, and how: here or on a cluster, by one plan or the better of two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from graftwood.network.inputs_per_split import errs_less, n_trees_to_try, out_of_bag_errors, plans_of
from graftwood.network.training import TrainingData


@dataclass(frozen=True)
class Ground:
    """The rows of one stage as trees see them.

    Attributes
    ----------
    codes : ndarray of shape (n_inputs, n_rows), uint8
    n_codes : ndarray of shape (n_inputs,), int32
    is_category : ndarray of shape (n_inputs,), bool
    labels : ndarray of shape (n_rows, n_tasks), NaN = missing
        Less their center, over their scale; numbers of classes.
    n_classes : tuple of int
        Per task, 0 for one that is no category.
    share : ndarray of shape (n_tasks,)
        Standard deviation of the labels.
    task_weights : ndarray of shape (n_tasks,)
        What a label counts, in standard deviations.
    weights : ndarray of shape (n_rows,) or (n_rows, n_tasks), or None
        Of rows or labels.
    counts : ndarray of shape (n_trees, n_rows), uint8
        Bag counts.
    material : ndarray of shape (n_rows,), int
        Counted from 0 among these rows.
    has_given_slope : bool, default False
        Whether labels are what is left of a task after another node's value times a slope that is given.
    n_always : int, default 0
        So many of the last inputs may be looked at in every split.

    Examples
    --------
    >>> one, none = np.ones(1), np.zeros(2, dtype=int)
    >>> codes, counts = np.array([[0, 1]], dtype=np.uint8), np.ones((5, 2), dtype=np.uint8)
    >>> Ground(codes, 2 * one, one < 0, np.ones((2, 1)), (0,), one, one, None, counts, none).of_labels().shape
    (2, 1)
    """

    codes: np.ndarray
    n_codes: np.ndarray
    is_category: np.ndarray
    labels: np.ndarray
    n_classes: tuple[int, ...]
    share: np.ndarray
    task_weights: np.ndarray
    weights: np.ndarray | None
    counts: np.ndarray
    material: np.ndarray
    has_given_slope: bool = False
    n_always: int = 0

    @property
    def content(self) -> tuple[Any, ...]:
        """Everything that the forest depends on, beside its options and seed."""
        return tuple(vars(self).values())

    def of_labels(self) -> np.ndarray:
        """What an error counts, by weights and in standard deviations: (n_rows, n_tasks)."""
        in_deviations = np.broadcast_to(self.task_weights / self.share, self.labels.shape)
        if self.weights is None:
            return in_deviations
        return self.weights.reshape(len(self.weights), -1) * in_deviations


def grow(ground: Ground, data: TrainingData, seed: int) -> tuple:
    """Grow the forest of a stage.

    With ``max_features="auto"`` a small table, and one of few inputs, is grown by two plans: some trees of
    either, of which out-of-bag errors choose, then the others by the better plan.

    Parameters
    ----------
    ground : Ground
    data : TrainingData
        Options, threads and cluster.
    seed : int

    Returns
    -------
    tuple of graftwood.engine.forest.View
        One per task.
    """
    from graftwood.engine.forest import join_blocks

    grower, n_trees = _Grower.of(ground, data, seed), len(ground.counts)
    n_inputs, n_rows = ground.codes.shape
    plans = plans_of(
        data.options, n_inputs, n_rows, all(ground.n_classes), ground.has_given_slope, ground.n_always
    )
    if len(plans) == 1:
        return join_blocks([grower.trees(plans[0], 0, n_trees)])
    n_tried = n_trees_to_try(n_inputs, n_rows, n_trees)
    tried = [grower.trees(plan, 0, n_tried) for plan in plans]
    forests = [join_blocks([block]) for block in tried]
    usual, other = (_errors(ground, views, data.n_jobs) for views in forests)
    better = int(errs_less(usual, other, ground.material))
    if n_tried == n_trees:
        return forests[better]
    return join_blocks([tried[better], grower.trees(plans[better], n_tried, n_trees)])


def _errors(ground: Ground, views: tuple, n_jobs: int) -> np.ndarray:
    """What the first trees of a forest err by out of bag: (n_rows, n_tasks)."""
    is_out = ground.counts[: views[0].n_trees] == 0
    return out_of_bag_errors(
        views, ground.codes, ground.labels, ground.n_classes, is_out, ground.of_labels(), n_jobs
    )


@dataclass(frozen=True)
class _Grower:
    """Grows any trees of one forest, here or on a cluster: the same ones."""

    given: tuple[np.ndarray, np.ndarray, np.ndarray, Any]
    counts: np.ndarray
    seeds: np.ndarray
    data: TrainingData

    @classmethod
    def of(cls, ground: Ground, data: TrainingData, seed: int) -> _Grower:
        from graftwood.engine.arrays import to_lanes
        from graftwood.engine.forest import tree_seeds

        squared = ground.task_weights / ground.share**2
        labels, n_classes = list(ground.labels.T), list(ground.n_classes)
        lanes = to_lanes(labels, n_classes, squared, ground.counts, ground.weights)
        given = (ground.codes, ground.n_codes, ground.is_category, lanes)
        return cls(given, ground.counts, tree_seeds(seed, len(ground.counts)), data)

    def trees(self, plan: Any, first: int, after: int) -> list:
        """Grow the trees from ``first`` to before ``after``: a block, to be joined with others."""
        counts, seeds = self.counts[first:after], self.seeds[first:after]
        if self.data.client is None:
            from graftwood.engine.forest import grow_block

            return grow_block(*self.given, counts, plan, seeds=seeds, n_jobs=self.data.n_jobs)
        from graftwood.scale.grow import grow_on_cluster

        return grow_on_cluster(self.data.client, *self.given, counts, plan, seeds=seeds)
