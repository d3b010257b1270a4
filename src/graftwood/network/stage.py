"""One forest inside an architecture.

A stage may have further inputs behind those of X: predicted or measured
properties (a chain), or which source a row is from (pooling).
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np

from graftwood.coding.coded import columns_at
from graftwood.engine.bins import Bins, find_bins
from graftwood.network.ground import Ground, grow
from graftwood.network.shared import remembered
from graftwood.network.training import ForestOptions, TrainingData


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
    n_classes : tuple of int
        Per task, 0 for one that is no category; all 0 when it is empty.

    Examples
    --------
    >>> from graftwood.engine.forest import View
    >>> words, starts = np.array([1 << 26 | 7, -1, -2]), np.array([0, 3])  # input 0: codes to 7 go left
    >>> words[0] += 1 << 26  # the right child is word 2
    >>> view = View(words, starts, np.empty((0, 256), np.uint8), np.array([[-1.0], [1.0]]), np.ones(1))
    >>> stage = Stage((view,), center=np.array([10.0]), scale=np.array([3.0]), more_bins=Bins(()))
    >>> stage.bags(np.array([[2], [9]], dtype=np.uint8))
    array([[ 7., 13.]])
    """

    views: tuple
    center: np.ndarray
    scale: np.ndarray
    more_bins: Bins
    n_classes: tuple[int, ...] = ()

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
        ndarray of shape (n_trees, n_rows), in the unit of the stage's labels;
            (n_trees, n_rows, n_classes), probabilities, if the task is a category
        """
        return self.told(self.leaves(rows, more, task, n_jobs), task)

    def told(self, leaves: np.ndarray, task: int = 0) -> np.ndarray:
        """Return what leaves say, by their numbers of any shape; of a category (..., n_classes)."""
        return self._leaf_values(task)[leaves]

    def leaves(
        self, rows: np.ndarray, more: np.ndarray | None = None, task: int = 0, n_jobs: int = 1
    ) -> np.ndarray:
        """Return the number of the leaf that each row ends in, (n_trees, n_rows); as ``bags`` otherwise."""
        from graftwood.engine.forest import leaf_numbers

        coded = None
        if more is not None:
            flat = self.more_bins.encode(more.reshape(-1, more.shape[2]))
            coded = np.moveaxis(flat.reshape(more.shape[2], *more.shape[:2]), 0, 2)
        return leaf_numbers(self.views[task], rows, coded, n_jobs)

    def classes_of(self, task: int) -> int:
        """Number of classes of a task of the stage, 0 for one that is no category."""
        return self.n_classes[task] if self.n_classes else 0

    def _leaf_values(self, task: int) -> np.ndarray:
        """What each leaf says."""
        leaves = self.views[task].leaves
        n_classes = self.classes_of(task)
        if n_classes == 0:
            return leaves[:, 0] * self.scale[task] + self.center[task]
        return np.column_stack([1.0 - leaves, leaves]) if n_classes == 2 else leaves


def train_stage(
    data: TrainingData,
    role: str,
    rows: np.ndarray,
    labels: np.ndarray,
    more: np.ndarray | None = None,
    more_is_category: bool = False,
    tasks: tuple[str, ...] = (),
    weights: np.ndarray | None = None,
    has_given_slope: bool = False,
    may_always_look: bool = False,
) -> tuple[Stage, np.ndarray]:
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
    tasks : tuple of str, optional
        Tasks of the labels; without them the labels correct what is said of a task, and are real numbers.
    weights : ndarray of shape (n,) or (n, n_tasks), optional
        Of the labels, beside those of the rows.
    has_given_slope : bool, default False
        Whether the labels correct what is said of a task, times a slope that is not learned.
    may_always_look : bool, default False
        Whether every split may look at the further inputs.

    Returns
    -------
    stage : Stage
    saw : ndarray of shape (n_materials,), bool
        Which materials it was trained on.
    """
    codes = columns_at(data.codes, rows)
    more_bins = find_bins(more) if more is not None else Bins(())
    if more is not None:
        codes = np.vstack([codes, more_bins.encode(more)])
    n_more = len(codes) - len(data.codes)
    n_classes = tuple(data.classes_of(task) for task in tasks) or (0,) * labels.shape[1]
    center, scale, share = _standard(labels, n_classes)
    material = data.material[rows]
    ground = Ground(
        codes,
        np.concatenate([data.n_codes, more_bins.n_codes]),
        np.concatenate([data.is_category, np.full(n_more, more_is_category)]),
        (labels - center) / scale,
        n_classes,
        share,
        _task_weights(labels, tasks, data.options),
        _together(data.weights, rows, weights),
        np.ascontiguousarray(data.bags[:, material]),
        np.unique(material, return_inverse=True)[1],
        has_given_slope=has_given_slope,
        n_always=n_more if may_always_look else 0,
    )
    seed = zlib.crc32(role.encode()) ^ data.seed
    views = remembered(lambda: grow(ground, data, seed), *ground.content, seed, data.options)
    saw = np.zeros(data.bags.shape[1], dtype=bool)
    saw[material] = True
    return Stage(views, center, scale, more_bins, n_classes), saw


def _together(
    of_rows: np.ndarray | None, rows: np.ndarray, of_labels: np.ndarray | None
) -> np.ndarray | None:
    """Weights of rows times those of labels."""
    if of_rows is None or of_labels is None:
        return of_labels if of_rows is None else of_rows[rows]
    product: np.ndarray = (of_labels.T * of_rows[rows]).T
    return product


def _standard(labels: np.ndarray, n_classes: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Center, scale and share of a standard deviation in the scale, per task.

    The scale is the power of two next to the standard deviation and the center is 0 unless the
    labels are far from it: so a label of 0 comes back as 0, and labels times a power of two give
    predictions times just that.  Labels are sorted first, as row order must not matter, and where all are
    repeated alike each counts once: sums of more terms are rounded otherwise, and the last bit of a share may
    decide between two splits.
    A category is left as it is; its variance is Gini's impurity, the sum of its classes' variances.
    """
    n_tasks = labels.shape[1]
    center, scale, share = np.zeros(n_tasks), np.ones(n_tasks), np.ones(n_tasks)
    for task in range(n_tasks):
        values, counts = np.unique(labels[~np.isnan(labels[:, task]), task], return_counts=True)
        values = np.repeat(values, counts // np.gcd.reduce(counts))
        if n_classes[task]:
            share[task] = _gini(values)
            continue
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


def _gini(numbers: np.ndarray) -> float:
    """Root of Gini's impurity of class numbers; 1 where there is one class only."""
    frequency = np.unique(numbers, return_counts=True)[1] / len(numbers)
    impurity = 1.0 - float(np.sum(frequency**2))
    return float(np.sqrt(impurity)) if impurity > 0 else 1.0


def _task_weights(labels: np.ndarray, tasks: tuple[str, ...], options: ForestOptions) -> np.ndarray:
    """What a standardised label counts: as the user says per task, else n ** -a (decisions/004).

    The sparsest task stands at 1.
    """
    if isinstance(options.task_weight, tuple):
        said = dict(options.task_weight)
        weights = np.array([said.get(task, 1.0) for task in tasks] or np.ones(labels.shape[1]))
    else:
        n_labels = np.count_nonzero(~np.isnan(labels), axis=0)
        weights = (n_labels / n_labels.min()) ** -float(options.task_weight)
    # Rounded so that the last digit of a platform's power function cannot decide between cuts.
    return np.maximum(np.rint(weights * 2**20), 1) / 2**20
