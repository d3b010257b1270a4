"""What the known labels of a row say of the others: how out-of-bag errors of tasks go together.

A shared forest that is too low for one task is often too low for another.  Of
training rows with both labels the covariance of the errors is known, and the
error that a known label reveals in a new row moves the other tasks' predictions
by the conditional mean of a normal distribution:

    y_t = f_t(x) + C_tk inv(C_kk) (y_k - f_k(x))

Of labels that the forest was trained on it has made a share of this move already (docs/decisions/028).
C is shrunk, pair by pair, towards no relation (n / (n + 10), n materials with
both labels), so that a pair that is seldom seen together says little.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np

TELLS_NOTHING = 1e-3  # a direction in which errors vary by less, of the largest variance of any, is left out
HALF_TRUSTED = 10  # materials with both labels at which a covariance counts half


@dataclass(frozen=True)
class Relation:
    """Covariance of out-of-bag errors between the outputs of a shared forest.

    Attributes
    ----------
    tasks : tuple of str
    first : tuple of int
        Where each task's columns begin, and the end of the last: one column per number or two-class
        task (the probability of the second class), one per class for more classes.
    covariance : ndarray of shape (n_columns, n_columns)
    keys : ndarray of shape (n_rows,), uint64, increasing
        Hashes of the coded inputs of training rows.
    centers : ndarray of shape (n_rows, n_columns), NaN where a row has no label of the task
        What was said of these rows out of bag.  A forest fits labels that it has seen: the error
        that such a label reveals is that of the trees that never saw it.
    leaning : tuple of float, one per column, or empty for none
        Which share of a move what is said of a row makes already, where it was trained on by other tasks'
        labels: most trees have seen these, and are cut by them.

    Examples
    --------
    >>> relation = Relation(("a", "b"), (0, 1, 2), np.array([[1.0, 0.8], [0.8, 1.0]]),
    ...                     np.empty(0, np.uint64), np.empty((0, 2)))
    >>> relation.weights("b", np.array([True, False]))
    array([[0.8]])
    """

    tasks: tuple[str, ...]
    first: tuple[int, ...]
    covariance: np.ndarray
    keys: np.ndarray
    centers: np.ndarray
    leaning: tuple[float, ...] = ()

    def columns(self, task: str) -> slice:
        """Columns of a task."""
        at = self.tasks.index(task)
        return slice(self.first[at], self.first[at + 1])

    def weights(self, task: str, is_known: np.ndarray) -> np.ndarray:
        """What one unit of each known column's error moves each column of the task, (n_known, n_own)."""
        # In units of powers of two near each column's s.d.: a label's unit decides no rank and no digit.
        variance = np.diag(self.covariance)
        unit = 2.0 ** np.rint(np.log2(np.sqrt(np.where(variance > 0, variance, 1.0))))
        covariance, own = self.covariance / np.outer(unit, unit), self.columns(task)
        known, across = covariance[np.ix_(is_known, is_known)], covariance[is_known, own]
        # Errors of one category's columns add up to zero but for rounding, which tells nothing.
        weights = np.linalg.pinv(known, rcond=TELLS_NOTHING, hermitian=True) @ across
        return np.asarray(weights * (unit[own] / unit[is_known][:, None]))

    def shift(self, task: str, errors: np.ndarray) -> np.ndarray:
        """What known columns' errors (n_rows, n_columns), NaN = not known, move the task: (n_rows, n_own)."""
        own = self.columns(task)
        result = np.zeros((len(errors), own.stop - own.start))
        patterns, of = np.unique(~np.isnan(errors), axis=0, return_inverse=True)
        for number, is_known in enumerate(patterns):
            if is_known.any():
                rows = np.flatnonzero(of.reshape(-1) == number)
                # Summed column by column, so that a row's sum is the same bits alone and among others.
                for error, weight in zip(
                    errors[rows][:, is_known].T, self.weights(task, is_known), strict=True
                ):
                    result[rows] += error[:, None] * weight
        return result

    def move(self, task: str, errors: np.ndarray, is_seen: np.ndarray) -> np.ndarray:
        """What is left to move of a task, (n_rows, n_own): the shift less what labels trained on have moved.

        Parameters
        ----------
        task : str
        errors : ndarray of shape (n_rows, n_columns), NaN = not known
        is_seen : ndarray of shape (n_rows, n_columns), bool
            Whether the forest was trained on the label.
        """
        shift = self.shift(task, errors)
        if not self.leaning or not is_seen.any():
            return shift
        leaning = np.array(self.leaning[self.columns(task)])
        return np.asarray(shift - leaning * self.shift(task, np.where(is_seen, errors, np.nan)))

    def honest(self, task: str, codes: np.ndarray, center: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Tell what is said of a task by trees that never saw the rows.

        Returns
        -------
        center : ndarray of shape (n_rows, n_own)
            As given, of rows that were trained on out of bag.
        is_seen : ndarray of shape (n_rows,), bool
            Which rows these are.
        """
        key, own = hash_rows(codes), self.columns(task)
        at = np.minimum(np.searchsorted(self.keys, key), len(self.keys) - 1)
        stored = self.centers[at, own]
        is_seen = (self.keys[at] == key) & ~np.isnan(stored[:, 0])
        return np.where(is_seen[:, None], stored, center), is_seen


def as_columns(values: np.ndarray, n_classes: int) -> np.ndarray:
    """Predictions as columns: a number, the probability of the second of two classes, or one per class.

    Examples
    --------
    >>> as_columns(np.array([[0.25, 0.75]]), 2)
    array([[0.75]])
    """
    if not n_classes:
        return values[..., None]
    return values[..., 1:] if n_classes == 2 else values


def moved(values: np.ndarray, shift: np.ndarray, n_classes: int) -> np.ndarray:
    """Predictions (..., n_rows), or odds (..., n_rows, n_classes), moved by columns (n_rows, n_own).

    Examples
    --------
    >>> moved(np.array([[0.25, 0.75]]), np.array([[0.5]]), 2)
    array([[0., 1.]])
    """
    if not n_classes:
        return values + shift[:, 0]
    if n_classes == 2:
        second = np.clip(values[..., 1] + shift[:, 0], 0.0, 1.0)
        return np.stack([1.0 - second, second], axis=-1)
    odds = np.maximum(values + shift, 0.0)
    total = odds.sum(axis=-1, keepdims=True)
    return np.where(total > 0, odds / np.where(total > 0, total, 1.0), values)


def hash_rows(codes: np.ndarray) -> np.ndarray:
    """Hash each row of codes, (n_rows, n_inputs) uint8 to (n_rows,) uint64.

    Examples
    --------
    >>> key = hash_rows(np.array([[1, 2], [2, 1], [1, 2]], dtype=np.uint8))
    >>> bool(key[0] == key[2] != key[1])
    True
    """
    key = np.full(len(codes), 14695981039346656037, dtype=np.uint64)
    for column in codes.T:  # FNV-1a, and a shift that spreads the low bits
        key = (key ^ column.astype(np.uint64)) * np.uint64(1099511628211)
        key ^= key >> np.uint64(29)
    return key


def relate(
    tasks: tuple[str, ...],
    first: tuple[int, ...],
    errors: np.ndarray,
    material: np.ndarray,
    keys: np.ndarray,
    centers: np.ndarray,
) -> Relation:
    """Measure how errors go together.

    Parameters
    ----------
    tasks, first
        As `Relation` has them.
    errors : ndarray of shape (n_rows, n_columns), NaN = no label
        Label minus out-of-bag center.
    material : ndarray of shape (n_rows,), int
    keys : ndarray of shape (n_rows,), uint64
    centers : ndarray of shape (n_rows, n_columns)
    """
    order = np.lexsort((*np.nan_to_num(centers, nan=np.inf).T, keys))
    keys, at = np.unique(keys[order], return_index=True)
    covariance = covary(tasks, first, errors, material)
    return Relation(tasks, first, covariance, keys, np.ascontiguousarray(centers[order[at]]))


def covary(
    tasks: tuple[str, ...], first: tuple[int, ...], errors: np.ndarray, material: np.ndarray
) -> np.ndarray:
    """Covariance of errors, shrunk pair by pair; parameters as for `relate`."""
    n_columns = errors.shape[1]
    is_there = ~np.isnan(errors)
    filled = np.where(is_there, errors, 0.0)
    # Of columns with few common labels correlations are measured, with all labels the variances.
    covariance = np.diag(_sum(filled**2) / np.maximum(is_there.sum(axis=0), 1))
    task_of = np.repeat(np.arange(len(tasks)), np.diff(first))
    for one, other in combinations(range(n_columns), 2):
        both = is_there[:, one] & is_there[:, other]
        n_materials = len(np.unique(material[both]))
        pair = filled[both][:, [one, other]]
        norm = np.sqrt(np.prod(_sum(pair**2)))
        if n_materials < 2 or norm == 0:
            continue
        correlation = float(_sum(pair[:, 0] * pair[:, 1]) / norm)
        trust = 1.0 if task_of[one] == task_of[other] else n_materials / (n_materials + HALF_TRUSTED)
        sd = np.sqrt(covariance[one, one] * covariance[other, other])
        covariance[one, other] = covariance[other, one] = correlation * trust * sd
    return covariance


def learn_leaning(
    relation: Relation,
    errors: np.ndarray,
    material: np.ndarray,
    leans: Mapping[str, tuple[np.ndarray, np.ndarray]],
) -> tuple[float, ...]:
    """Measure which share of a move a forest makes by itself where it was trained on a row's other labels.

    Parameters
    ----------
    relation : Relation
    errors : ndarray of shape (n_rows, n_columns), NaN = no label
    material : ndarray of shape (n_rows,), int
    leans : mapping
        Task -> rows without a label of it, and what all trees say of them less what is said out of bag,
        (n, n_own).

    Returns
    -------
    tuple of float
        Per column from 0 to 1: the slope of lean on move by least squares, drawn towards none as a
        covariance is.
    """
    found = [0.0] * relation.first[-1]
    for task, (rows, lean) in leans.items():
        move = relation.shift(task, errors[rows])
        n_materials = len(np.unique(material[rows]))
        trust = n_materials / (n_materials + HALF_TRUSTED)
        slopes = _sum(lean * move) / np.maximum(_sum(move**2), np.finfo(float).tiny)
        own = relation.columns(task)
        found[own] = (trust * np.clip(slopes, 0.0, 1.0)).tolist()
    return tuple(found)


def _sum(values: np.ndarray) -> np.ndarray:
    """Sums of columns that are the same bits in any order of rows."""
    return np.sum(np.sort(values, axis=0), axis=0)
