"""Labels to lanes: what trees are grown on, in exact integers.

A real task is one lane, its standardised label in fixed point; a class task is
one lane per class, 0 or 1, or a single one if there are two classes.  Sums of
integers do not depend on their order, so the forest is the same for any number
of threads, any order of rows and any processor.  A lane's value and weight share
one int64 where they fit.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from graftwood.errors import LabelRange

_BITS = 62
_LEAST_BITS = 12  # of a label's fraction: 1/4096 of a standard deviation
_WEIGHT_BITS = 10


@dataclass(frozen=True)
class Lanes:
    """Labels of all tasks as the kernels read them.

    Attributes
    ----------
    columns : ndarray of shape (n_rows, n_columns), int64
        Packed ``value << shift | weight`` per lane, or all values then all weights.
    weight_column : ndarray of shape (n_lanes,), int32
    shift, mask : int
        A lane's value is ``column >> shift``, its weight ``weight column & mask``.
    factor : ndarray of shape (n_lanes,), float64
        What a lane's gain counts in the choice of cuts (task weight, fixed point undone).
    unit : ndarray of shape (n_lanes,), float64
        One step of the lane's fixed point, in standardised units.
    first_lane : tuple of int
        Where each task's lanes begin; one more than tasks.

    Examples
    --------
    >>> counts = np.ones((1, 3), dtype=np.uint8)
    >>> lanes = to_lanes([np.array([0.5, np.nan, -2.0])], [0], np.ones(1), counts)
    >>> total = lanes.columns.sum(axis=0)
    >>> lanes.values(total) * lanes.unit, lanes.weights(total)
    (array([-1.5]), array([2]))
    """

    columns: np.ndarray
    weight_column: np.ndarray
    shift: int
    mask: int
    factor: np.ndarray
    unit: np.ndarray
    first_lane: tuple[int, ...]

    @cached_property
    def has_label(self) -> np.ndarray:
        """Which rows have a label of any task, (n_rows,) bool."""
        return np.any(self.weights(self.columns) > 0, axis=1)

    @property
    def n_tasks(self) -> int:
        """Number of tasks."""
        return len(self.first_lane) - 1

    def values(self, columns: np.ndarray) -> np.ndarray:
        """Values of all lanes out of (sums of) columns."""
        return columns[..., : len(self.weight_column)] >> self.shift

    def weights(self, columns: np.ndarray) -> np.ndarray:
        """Weights of all lanes out of (sums of) columns."""
        return columns[..., self.weight_column] & self.mask


def to_lanes(
    labels: list[np.ndarray],
    n_classes: list[int],
    task_weights: np.ndarray,
    counts: np.ndarray,
    row_weights: np.ndarray | None = None,
) -> Lanes:
    """Turn labels into lanes.

    Parameters
    ----------
    labels : list of ndarray of shape (n_rows,), float64
        Per task: standardised real labels, or class numbers; NaN = missing.
    n_classes : list of int
        Per task the number of classes, 0 for a real task.
    task_weights : ndarray of shape (n_tasks,)
    counts : ndarray of shape (n_trees, n_rows), uint8
        Bag counts per row; they bound the sums.
    row_weights : ndarray of shape (n_rows,) or (n_rows, n_tasks), positive, optional

    Raises
    ------
    LabelRange
        Labels, weights and row counts together leave no room for exact integers.
    """
    values, present, scales, factors, first_lane = [], [], [], [], [0]
    whole = _whole_weights(row_weights, len(labels[0]), len(labels))
    bag_weight = float((counts.astype(np.float64) @ whole.max(axis=1)).max(initial=1.0))
    row_weight = float(counts.max(initial=1)) * float(whole.max(initial=1))
    # Bounds, so floats do.  Packed lanes share 64 bits with a bag's weight, others with one row's.
    headroom = bag_weight if row_weights is None else row_weight
    for label, classes, task_weight, weights in zip(labels, n_classes, task_weights, whole.T, strict=True):
        has_label = ~np.isnan(label)
        # Of two classes one says all: their lanes have equal gains, so the second counts double.
        for number in (1,) if classes == 2 else range(classes or 1):
            lane = np.where(has_label, label if classes == 0 else label == number, 0.0)
            bits = 0 if classes else _fraction_bits(lane, weights, counts, headroom)
            values.append(np.rint(np.ldexp(lane, bits)).astype(np.int64) * weights)
            present.append(has_label * weights)
            scales.append(bits)
            factors.append(np.ldexp(float(task_weight), (classes == 2) - 2 * bits))
        first_lane.append(len(values))
    shift = int(np.ceil(np.log2(bag_weight + 1.0)))
    if row_weights is None:
        columns = np.stack([(v << shift) + w for v, w in zip(values, present, strict=True)], axis=1)
        weight_column, mask = np.arange(len(values)), (1 << shift) - 1
    else:
        columns = np.stack(values + present, axis=1)
        weight_column, mask, shift = np.arange(len(values)) + len(values), -1, 0
    return Lanes(
        columns=np.ascontiguousarray(columns),
        weight_column=weight_column.astype(np.int32),
        shift=shift,
        mask=mask,
        factor=np.array(factors),
        unit=np.ldexp(1.0, [-bits for bits in scales]),
        first_lane=tuple(first_lane),
    )


def _whole_weights(row_weights: np.ndarray | None, n_rows: int, n_tasks: int) -> np.ndarray:
    """Return weights (n_rows, n_tasks) as integers: 1 each, or 2**10 times their share of the mean weight."""
    if row_weights is None:
        return np.ones((n_rows, n_tasks), dtype=np.int64)
    if row_weights.ndim == 2:
        return np.hstack([_whole_weights(column, n_rows, 1) for column in row_weights.T])
    row_weights = np.repeat(row_weights[:, None], n_tasks, axis=1)
    mean = np.sort(row_weights[:, 0]).sum() / n_rows
    weights = np.rint(np.ldexp(row_weights / mean, _WEIGHT_BITS)).astype(np.int64)
    if weights.min() < 1:
        raise LabelRange(
            f"Forest: a row's weight of {row_weights.min():.3g} is less than 1/{2**_WEIGHT_BITS} of the mean "
            f"{mean:.3g}; leave the row out or narrow the weights."
        )
    return weights


def _fraction_bits(lane: np.ndarray, weights: np.ndarray, counts: np.ndarray, headroom: float) -> int:
    """Largest number of fraction bits for which (sum of |label| in a bag) x headroom stays below 2**61."""
    largest_sum = float((counts.astype(np.float64) @ (np.abs(lane) * weights)).max(initial=0.0))
    largest_label = float(np.abs(lane).max(initial=0.0) * weights.max(initial=1))
    if not (np.isfinite(largest_sum) and np.isfinite(largest_label)):
        raise LabelRange("Forest: a label is infinite after standardising; scale the labels down.")
    # Half a step of rounding per row is covered by one bit; a bag may hold rows only once.
    room = max(largest_sum, largest_label, 1.0) * headroom
    bits = min(40, int(np.floor(_BITS - 1 - np.log2(room))))
    if bits < _LEAST_BITS:
        raise LabelRange(
            f"Forest: {len(lane)} rows with labels up to {np.abs(lane).max():.3g} standard deviations and "
            f"weights up to {weights.max() / weights.min():.3g} times the smallest need more than "
            f"{_BITS} bits; "
            "remove outlying labels or narrow the weights."
        )
    return bits
