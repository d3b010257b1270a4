"""What every architecture learns from: coded inputs, labels, materials and their bags.

Bags are drawn once per fit, over materials, and shared by every forest of an
architecture: tree b of each stage has seen the same materials, so what is out
of bag stays out of bag along a whole chain.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from graftwood.coding.cells import unmasked
from graftwood.coding.coded import columns_at
from graftwood.engine.bags import draw_bags, mend_bags
from graftwood.errors import NotFinite, ShapeMismatch, TooFewLabels


@dataclass(frozen=True)
class ForestOptions:
    """How the forests of an architecture are grown; see MultiTaskForest for the meanings.

    ``models`` are scikit-learn models that stand in a forest's place, see ``any_base.py``.

    Examples
    --------
    >>> ForestOptions(n_estimators=20).max_features
    'auto'
    """

    n_estimators: int = 100
    max_features: float | int | str | None = "auto"
    min_samples_leaf: int = 1
    max_depth: int | None = None
    task_weight: float | tuple[tuple[str, float], ...] = 0.5
    bootstrap: bool = True
    random_cuts: bool = False
    models: tuple[Any, ...] = ()


@dataclass(frozen=True)
class TrainingData:
    """The training rows of one fit, those without any label left out.

    Attributes
    ----------
    codes : ndarray of shape (n_inputs, n_rows), uint8
    n_codes : ndarray of shape (n_inputs,), int32
    is_category : ndarray of shape (n_inputs,), bool
    tasks : tuple of str
        In canonical order.
    labels : ndarray of shape (n_rows, n_tasks), NaN = missing
    weights : ndarray of shape (n_rows,) or None
    material : ndarray of shape (n_rows,), int
        Number of each row's material in the bags.
    bags : ndarray of shape (n_trees, n_materials), uint8
        Bag counts.
    seed : int
    options : ForestOptions
    n_jobs : int
    client : str or None
        Address of a Dask scheduler on which forests are grown.
    n_classes : tuple of int
        Per task, 0 for one that is no category; the labels of a category are class numbers.
    given_rows : ndarray of shape (n_rows,), int
        Number of each row in the table that was given.
    n_given : int
        Rows of that table.
    label_std : ndarray of shape (n_rows, n_tasks) or None
        Measurement error of each label, as it is learned; None where none was told.
    label_weights : ndarray of shape (n_rows, n_tasks) or None
        What a label counts for its measurement error, 1 where none was told.
    nonnegative : tuple of str
        Tasks whose two parts are columns as well.
    computed : tuple of str
        Tasks computed from others; no forest is trained on them unasked.
    values : ndarray of shape (n_rows, n_columns), optional
        Inputs as numbers, where a model that is no forest needs them.
    who : str
        Class name of the architecture, for messages.

    Examples
    --------
    >>> codes, labels = np.zeros((1, 3), dtype=np.uint8), np.array([[1.0], [np.nan], [2.0]])
    >>> data = assemble(
    ...     "Example", codes, np.array([1]), np.array([False]), ("gap",), labels,
    ...     groups=["Si", "Ge", "C"], weights=None, seed=0, options=ForestOptions(n_estimators=5), n_jobs=1,
    ... )
    >>> data.column("gap"), data.bags.shape  # the row without a label is gone
    (array([1., 2.]), (5, 2))
    """

    codes: np.ndarray
    n_codes: np.ndarray
    is_category: np.ndarray
    tasks: tuple[str, ...]
    labels: np.ndarray
    weights: np.ndarray | None
    material: np.ndarray
    bags: np.ndarray
    seed: int
    options: ForestOptions
    n_jobs: int
    n_classes: tuple[int, ...]
    given_rows: np.ndarray
    n_given: int
    nonnegative: tuple[str, ...] = ()
    computed: tuple[str, ...] = ()
    values: np.ndarray | None = None
    who: str = "TrainingData"
    label_std: np.ndarray | None = None
    label_weights: np.ndarray | None = None
    client: str | None = None

    def classes_of(self, task: str) -> int:
        """Number of classes of a task, 0 for one that is no category."""
        return self.n_classes[self.tasks.index(task)]

    def column(self, task: str) -> np.ndarray:
        """Labels of one task, (n_rows,)."""
        return self.labels[:, self.tasks.index(task)]

    def labelled(self, task: str) -> np.ndarray:
        """Numbers of the rows that have a label of the task."""
        return np.flatnonzero(~np.isnan(self.column(task)))

    def out_of_bag(self, rows: np.ndarray) -> np.ndarray:
        """Whether each bag has left out each row's material, (n_trees, n_rows) bool."""
        return self.bags[:, self.material[rows]] == 0


def number_materials(groups: Any, n_rows: int, who: str) -> tuple[np.ndarray, np.ndarray]:
    """Give every row the number of its material, in the order of the materials' keys.

    Parameters
    ----------
    groups : array of shape (n_rows,) or None
        Material keys; None makes every row a material of its own.
    n_rows : int
        Rows of the training table.
    who : str
        What an error begins with.

    Returns
    -------
    number : ndarray of shape (n_rows,), int
    key : ndarray of shape (n_materials,), uint64
        What bags are drawn from: a hash of the material's key.

    Raises
    ------
    ShapeMismatch
        There is not one key per row.
    NotFinite
        A key is missing.
    """
    if groups is None:
        return np.arange(n_rows), np.arange(n_rows, dtype=np.uint64)
    keys = unmasked(groups)
    # As objects, for NumPy makes a missing key among texts the text 'nan'.
    is_masked = isinstance(groups, np.ma.MaskedArray)
    is_missing = pd.isna(keys if is_masked else np.asarray(groups, dtype=object))
    if keys.shape != (n_rows,):
        raise ShapeMismatch(f"{who}: groups has shape {keys.shape} for {n_rows} rows; give one key per row.")
    if is_missing.any():
        row = int(np.flatnonzero(is_missing)[0])
        raise NotFinite(f"{who}: the material of row {row} is missing in groups; give every row a key.")
    if keys.dtype == object:
        keys = keys.astype(str)
    unique, number = np.unique(keys, return_inverse=True)
    digests = [hashlib.blake2b(str(key).encode(), digest_size=8).digest() for key in unique]
    return number.reshape(-1), np.frombuffer(b"".join(digests), dtype="<u8").astype(np.uint64)


def assemble(
    who: str,
    codes: np.ndarray,
    n_codes: np.ndarray,
    is_category: np.ndarray,
    tasks: tuple[str, ...],
    labels: np.ndarray,
    *,
    groups: Any,
    weights: np.ndarray | None,
    seed: int,
    options: ForestOptions,
    n_jobs: int,
    n_classes: tuple[int, ...] | None = None,
    nonnegative: tuple[str, ...] = (),
    computed: tuple[str, ...] = (),
    values: np.ndarray | None = None,
    client: str | None = None,
) -> TrainingData:
    """Number materials, drop rows without label or weight, draw the bags.

    Raises
    ------
    TooFewLabels
        A task has fewer than two labelled materials.
    """
    n_rows = _n_rows(codes, labels, who)
    material, key = number_materials(groups, n_rows, who)
    keep = ~np.isnan(labels).all(axis=1)
    if weights is not None:
        keep &= weights > 0
        # Rows that all count alike need no weights, and grow the same trees faster without.
        weights = None if len(set(weights[keep])) == 1 else weights[keep]
    codes, labels = columns_at(codes, np.flatnonzero(keep)), labels[keep]
    kept, material = np.unique(material[keep], return_inverse=True)
    # Labels that are computed need not be there at all.
    is_given = np.array([task not in computed for task in tasks])
    given = tuple(task for task in tasks if task not in computed)
    has_label = _labelled_materials(material, len(kept), labels[:, is_given], given, who)
    return TrainingData(
        codes, n_codes, is_category, tasks, labels, weights, material,
        _draw(options, key[kept], has_label, seed), seed, options, n_jobs,
        n_classes or (0,) * len(tasks), np.flatnonzero(keep), n_rows, nonnegative, computed,
        None if values is None else values[keep], who, client=client,
    )  # fmt: skip


def _n_rows(codes: np.ndarray, labels: np.ndarray, who: str) -> int:
    n_rows = codes.shape[1]
    if len(labels) != n_rows:
        raise ShapeMismatch(
            f"{who}: Found input variables with inconsistent numbers of samples: [{n_rows}, {len(labels)}]; "
            "X and Y need one row each per material."
        )
    return n_rows


def _draw(options: ForestOptions, key: np.ndarray, has_label: np.ndarray, seed: int) -> np.ndarray:
    if not options.bootstrap:
        return np.ones((options.n_estimators, len(key)), dtype=np.uint8)
    return mend_bags(draw_bags(options.n_estimators, key, seed), has_label, seed)


def _labelled_materials(
    material: np.ndarray, n_materials: int, labels: np.ndarray, tasks: tuple[str, ...], who: str
) -> np.ndarray:
    """Say which material has a label of which task, (n_materials, n_tasks); each task needs two."""
    has_label = np.zeros((n_materials, len(tasks)), dtype=bool)
    rows, columns = np.nonzero(~np.isnan(labels))
    has_label[material[rows], columns] = True
    for task, n_labelled in zip(tasks, has_label.sum(axis=0), strict=True):
        if n_labelled < 2:
            raise TooFewLabels(
                f"{who}: task {task} has labels for {n_labelled} material(s), n_samples={n_labelled}; "
                "2 or more are needed to learn and to test, so drop the task or add labels."
            )
    return has_label
