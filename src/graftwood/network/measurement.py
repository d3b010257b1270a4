"""Known measurement errors of labels: read, and turned into what each label counts.

A task's labels weigh 1 / (v + s^2), s the label's own error and v the variance of errors
that no measurement explains, from a small forest of the task's own.  Labels of other tasks
in the same row keep their weights: an instrument that is poor for one property may be good for another.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from graftwood.coding.kinds import CATEGORY, NONNEGATIVE, POSITIVE
from graftwood.coding.labels import LabelColumns, label_table
from graftwood.coding.parts import how_much
from graftwood.coding.weights import LEAST_SHARE
from graftwood.errors import LabelRange, NotFinite, ShapeMismatch, WrongOption
from graftwood.network.outlook import honest_mean
from graftwood.network.stage import train_stage
from graftwood.network.training import TrainingData
from graftwood.uncertainty.noise import noise_weights

PILOT_TREES = 25


def read_label_std(label_std: Any, columns: LabelColumns, labels: np.ndarray, who: str) -> np.ndarray | None:
    """Return measurement errors (n_rows, n_tasks) as labels are learned, tasks in canonical order.

    Parameters
    ----------
    label_std : array of Y's shape, or DataFrame with any of the tasks as columns, or None
        In the label's unit, 0 = exact; NaN where a label is missing, and in a whole column of which no
        errors are known.
    columns : LabelColumns
    labels : ndarray of shape (n_rows, n_tasks)
        As they are learned.
    who : str
        Class name for messages.

    Returns
    -------
    ndarray like ``labels``, NaN where nothing is known, or None
        Of a positive task, which is learned in its logarithm, the relative error; of a nonnegative one that
        of its value above zero.

    Raises
    ------
    ShapeMismatch, UnknownTask, WrongOption
        A category has measurement errors.
    NotFinite
        An error is missing beside others of its task, negative or infinite.

    Examples
    --------
    >>> columns = LabelColumns(("gap",), named=True, flat=False)
    >>> read_label_std([[0.1], [0.2]], columns, np.array([[1.0], [np.nan]]), "Example")
    array([[0.1],
           [nan]])
    """
    if label_std is None:
        return None
    given, table = label_table(label_std, who, "label_std")
    if len(table[0]) != len(labels) or (not given.named and len(table) != len(columns.given)):
        raise ShapeMismatch(
            f"{who}: label_std has {len(table[0])} rows and {len(table)} columns, Y {len(labels)} and "
            f"{len(columns.given)}; give one error per label, NaN where the label is missing."
        )
    found = np.full(labels.shape, np.nan)
    for name, cells in zip(given.names if given.named else columns.given, table, strict=True):
        task = columns.find(name, f"{who}: label_std")
        at = columns.canonical.index(task)
        there = ~np.isnan(labels[:, at])
        values = np.where(there, _numbers(cells, task, who), np.nan)
        if np.isnan(values).all():
            continue
        if columns.kind(task) == CATEGORY:
            raise WrongOption(f"{who}: task {task} is a category and has no measurement error in label_std.")
        bad = np.flatnonzero(there & ~(np.isfinite(values) & (values >= 0)))
        if len(bad):
            raise NotFinite(
                f"{who}: label_std of task {task} is {values[bad[0]]} in row {bad[0]}, which has a label; "
                "errors must be finite and not negative, so give the largest where one is not known."
            )
        if columns.kind(task) == POSITIVE:
            values = values / np.exp(labels[:, at])
        elif columns.kind(task) == NONNEGATIVE:  # how much is learned where it is above zero
            at = columns.learned.index(how_much(task))
            values = np.where(np.isnan(labels[:, at]), np.nan, values)
        found[:, at] = values
    return found


def _numbers(cells: Any, task: str, who: str) -> np.ndarray:
    try:
        return np.asarray(cells, dtype=np.float64)
    except (TypeError, ValueError):
        raise NotFinite(
            f"{who}: label_std of task {task} holds what is no number; give errors as numbers, NaN = missing."
        ) from None


def weigh_labels(data: TrainingData, label_std: np.ndarray | None, who: str) -> TrainingData:
    """Give labels the weights that their measurement errors deserve.

    Parameters
    ----------
    data : TrainingData
    label_std : ndarray of shape (n_given, n_tasks), NaN = not known, or None
        As `read_label_std` returns it, for all rows of fit.
    who : str

    Raises
    ------
    LabelRange
        A label weighs less than 1/1024 of the mean, which exact sums cannot hold.
    """
    if label_std is None:
        return data
    told = label_std[data.given_rows]
    weights = np.ones(told.shape)
    for column, task in enumerate(data.tasks):
        rows = np.flatnonzero(~np.isnan(told[:, column]))
        if not len(rows):
            continue
        of_task = noise_weights(told[rows, column], _pilot_error(data, task))
        if len(set(of_task)) == 1:
            continue
        if of_task.min() * LEAST_SHARE < 1.0:
            row = int(data.given_rows[rows[np.argmin(of_task)]])
            raise LabelRange(
                f"{who}: label_std of task {task} in row {row} is so large that the label would count less "
                f"than 1/{LEAST_SHARE} of the mean; leave the label out."
            )
        weights[rows, column] = of_task
    return replace(data, label_std=told, label_weights=weights)


def _pilot_error(data: TrainingData, task: str) -> float:
    """Mean squared out-of-bag error of a small forest that knows no measurement errors."""
    options = replace(data.options, n_estimators=min(PILOT_TREES, len(data.bags)))
    pilot = replace(data, bags=data.bags[: options.n_estimators], options=options)
    rows = pilot.labelled(task)
    labels = pilot.column(task)[rows]
    stage, _ = train_stage(pilot, f"task {task}", rows, labels[:, None], tasks=(task,))
    bags = stage.bags(np.ascontiguousarray(pilot.codes[:, rows].T), n_jobs=pilot.n_jobs)
    errors = labels - honest_mean(bags, pilot.out_of_bag(rows))
    return float(np.mean(np.sort(errors**2)))


def noise_of(data: TrainingData, task: str, rows: np.ndarray) -> np.ndarray | None:
    """Measurement errors of labels of a task, None where not all of them were told.

    Parameters
    ----------
    data : TrainingData
    task : str
    rows : ndarray of int
    """
    if data.label_std is None:
        return None
    noise: np.ndarray = data.label_std[rows, data.tasks.index(task)]
    return None if np.isnan(noise).any() else noise


def weights_of(data: TrainingData, rows: np.ndarray, tasks: tuple[str, ...]) -> np.ndarray | None:
    """Weights of labels by their measurement errors, (n_rows, n_tasks); None where all count alike.

    Parameters
    ----------
    data : TrainingData
    rows : ndarray of int
    tasks : tuple of str
    """
    if data.label_weights is None:
        return None
    weights: np.ndarray = data.label_weights[rows][:, [data.tasks.index(task) for task in tasks]]
    return weights if np.any(weights != 1.0) else None
