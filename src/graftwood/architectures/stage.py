"""One forest inside an architecture, and what it honestly says of its own training rows.

A stage may have further inputs behind those of X: predicted or measured
properties (a chain), or which source a row is from (pooling).
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np

from graftwood.architectures.outlook import honest_mean
from graftwood.architectures.shared import remembered
from graftwood.architectures.training import ForestOptions, TrainingData
from graftwood.engine.bins import Bins, find_bins


@dataclass(frozen=True)
class Stage:
    """A grown forest that speaks in the units of its labels.

    Attributes
    ----------
    views : tuple of graftwood.engine.forest.View
        One per task of the stage.
    center, scale : ndarray of shape (n_tasks,)
        Mean and standard deviation of the training labels; trees see (label - center) / scale.
    more_bins : Bins
        Cuts of the further inputs; none when the stage has only those of X.

    Examples
    --------
    >>> from graftwood.engine.forest import View
    >>> words, starts = np.array([1 << 26 | 7, -1, -2]), np.array([0, 3])  # input 0: codes to 7 go left
    >>> words[0] += 1 << 26  # the right child is word 2
    >>> view = View(words, starts, np.empty((0, 256), np.uint8), np.array([[-1.0], [1.0]]))
    >>> stage = Stage((view,), center=np.array([10.0]), scale=np.array([3.0]), more_bins=Bins(()))
    >>> stage.bags(np.array([[2], [9]], dtype=np.uint8))
    array([[ 7., 13.]])
    """

    views: tuple
    center: np.ndarray
    scale: np.ndarray
    more_bins: Bins

    def bags(
        self, rows: np.ndarray, more: np.ndarray | None = None, task: int = 0, n_jobs: int = 1
    ) -> np.ndarray:
        """Return every tree's prediction for one task of the stage.

        Parameters
        ----------
        rows : ndarray of shape (n_rows, n_inputs), uint8
        more : ndarray of shape (1 or n_trees, n_rows, n_more), optional
            Further inputs, the same for all trees or one set per tree.
        task : int, default 0
        n_jobs : int, default 1

        Returns
        -------
        ndarray of shape (n_trees, n_rows), in the label's unit
        """
        from graftwood.engine.forest import leaf_numbers

        view = self.views[task]
        coded = None
        if more is not None:
            flat = self.more_bins.encode(more.reshape(-1, more.shape[2]))
            coded = np.moveaxis(flat.reshape(more.shape[2], *more.shape[:2]), 0, 2)
        leaves = leaf_numbers(view, rows, coded, n_jobs)
        value = view.leaves[:, 0] * self.scale[task] + self.center[task]
        return value[leaves]


@dataclass(frozen=True)
class TrainedStage:
    """A stage together with the data it was trained on, as long as a fit lasts.

    Examples
    --------
    >>> from graftwood.architectures.training import assemble
    >>> codes, labels = np.arange(20, dtype=np.uint8)[None], np.arange(20.0)[:, None]
    >>> data = assemble(
    ...     "Example", codes, np.array([20]), np.array([False]), ("gap",), labels,
    ...     groups=None, weights=None, seed=0, options=ForestOptions(n_estimators=10), n_jobs=1,
    ... )
    >>> rows = np.arange(20)
    >>> trained = train_stage(data, "example", rows, labels)
    >>> bags = trained.bags(rows)
    >>> bags.shape, trained.leak_free_mean(rows, bags).shape
    ((10, 20), (20,))
    """

    stage: Stage
    data: TrainingData
    saw: np.ndarray

    def bags(self, rows: np.ndarray, more: np.ndarray | None = None, task: int = 0) -> np.ndarray:
        """Every tree's prediction for rows of the training table, (n_trees, n_rows)."""
        coded = np.ascontiguousarray(self.data.codes[:, rows].T)
        return self.stage.bags(coded, more, task, self.data.n_jobs)

    def leak_free_mean(self, rows: np.ndarray, bags: np.ndarray) -> np.ndarray:
        """Mean over the trees that never saw the row's material; over all for materials not in this stage.

        Parameters
        ----------
        rows : ndarray of int
            Rows of the training table.
        bags : ndarray of shape (n_trees, n_rows)
            What ``self.bags(rows)`` gave.
        """
        honest = self.data.out_of_bag(rows) | ~self.saw[self.data.material[rows]]
        return honest_mean(bags, honest)


def train_stage(
    data: TrainingData,
    role: str,
    rows: np.ndarray,
    labels: np.ndarray,
    more: np.ndarray | None = None,
    more_is_category: bool = False,
) -> TrainedStage:
    """Grow the forest of one stage.

    Parameters
    ----------
    data : TrainingData
    role : str
        What the stage does; stages of one role draw the same random numbers.
    rows : ndarray of shape (n,), int
        Rows of the table to train on; a row may come more than once.
    labels : ndarray of shape (n, n_tasks), NaN = missing
    more : ndarray of shape (n, n_more), optional
        Further inputs.
    more_is_category : bool, default False
        Whether the further inputs are numbered categories.
    """
    codes = data.codes[:, rows]
    more_bins = find_bins(more) if more is not None else Bins(())
    if more is not None:
        codes = np.vstack([codes, more_bins.encode(more)])
    n_more = len(codes) - len(data.codes)
    center, scale, share = _standard(labels)
    standard = (labels - center) / scale
    weights = None if data.weights is None else data.weights[rows]
    seed = zlib.crc32(role.encode()) ^ data.seed
    material = data.material[rows]
    is_category = np.concatenate([data.is_category, np.full(n_more, more_is_category)])
    n_codes = np.concatenate([data.n_codes, more_bins.n_codes])

    counts = np.ascontiguousarray(data.bags[:, material])

    def grow() -> tuple:
        from graftwood.engine.arrays import to_lanes
        from graftwood.engine.forest import grow_forest

        n_tasks = labels.shape[1]
        task_weights = _task_weights(labels, data.options) / share**2
        columns = [standard[:, task] for task in range(n_tasks)]
        lanes = to_lanes(columns, [0] * n_tasks, task_weights, counts, weights)
        plan = plan_of(data.options, len(codes))
        return grow_forest(codes, n_codes, is_category, lanes, counts, plan, seed=seed, n_jobs=data.n_jobs)

    views = remembered(grow, codes, is_category, standard, weights, counts, seed, data.options)
    saw = np.zeros(data.bags.shape[1], dtype=bool)
    saw[material] = True
    return TrainedStage(Stage(views, center, scale, more_bins), data, saw)


def plan_of(options: ForestOptions, n_inputs: int):  # type: ignore[no-untyped-def]
    """Turn options into the engine's plan for this number of inputs."""
    from graftwood.engine.forest import Plan

    wanted = options.max_features
    if wanted is None:
        wanted = n_inputs
    elif wanted == "sqrt":
        wanted = int(np.sqrt(n_inputs))
    elif isinstance(wanted, float):
        wanted = int(wanted * n_inputs)
    return Plan(
        max_features=min(n_inputs, max(1, int(wanted))),
        min_samples_leaf=options.min_samples_leaf,
        max_depth=2**30 if options.max_depth is None else options.max_depth,
    )


def _standard(labels: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Center, scale and share of a standard deviation in the scale, per task.

    The scale is the power of two next to the standard deviation and the center is 0 unless the
    labels are far from it: so a label of 0 comes back as 0, and labels times a power of two give
    predictions times just that.  Labels are sorted first, as row order must not matter.
    """
    n_tasks = labels.shape[1]
    center, scale, share = np.zeros(n_tasks), np.ones(n_tasks), np.ones(n_tasks)
    for task in range(n_tasks):
        values = np.sort(labels[~np.isnan(labels[:, task]), task])
        mean = values.mean()
        spread = np.sqrt(np.mean((values - mean) ** 2))
        if spread <= 1e-12 * np.abs(values).max(initial=0.0):
            center[task] = values[0]
            continue
        scale[task] = 2.0 ** np.rint(np.log2(spread))
        share[task] = spread / scale[task]
        if abs(mean) > 8 * scale[task]:
            center[task] = np.rint(mean / scale[task]) * scale[task]
    return center, scale, share


def _task_weights(labels: np.ndarray, options: ForestOptions) -> np.ndarray:
    """n_k ** -a on standardised labels, the sparsest task at 1 (method of task weights: decisions/004)."""
    n_labels = np.count_nonzero(~np.isnan(labels), axis=0)
    weights = (n_labels / n_labels.min()) ** -float(options.task_weight)
    # Rounded so that the last digit of a platform's power function cannot decide between cuts.
    return np.maximum(np.rint(weights * 2**20), 1) / 2**20
