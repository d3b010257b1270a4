"""Folds for validation: whole materials, or whole chemical systems, are held out together.

A fold is a number per row.  Which labels are hidden in which regime is decided by
whoever validates; nothing here looks at a label's value.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from graftwood.errors import ShapeMismatch, TooFewLabels, WrongOption

NO_FOLD = -1


def material_folds(
    materials: npt.ArrayLike, is_labelled: npt.ArrayLike, *, n_folds: int = 5, random_state: int = 0
) -> npt.NDArray[np.int64]:
    """Divide the labelled materials into folds that differ in size by at most one material.

    Parameters
    ----------
    materials : array of str of shape (n_rows,)
        Key of each row's material; all rows of one key get one fold.
    is_labelled : array of bool of shape (n_rows,)
        Whether the row carries a label of the task to be validated.
    n_folds : int, default 5
    random_state : int, default 0
        Seed.  With it, a material's fold depends on the set of labelled materials
        and on nothing else: neither the order of the rows nor other materials matter.

    Returns
    -------
    ndarray of int of shape (n_rows,)
        Fold of every row of a material with at least one labelled row, -1 elsewhere.

    Raises
    ------
    TooFewLabels
        There are fewer labelled materials than folds.
    ShapeMismatch
        Keys and booleans are not one per row.
    WrongOption
        ``n_folds`` is not a whole number of 2 or more.

    Examples
    --------
    >>> material_folds(["a", "b", "a", "c"], [True, True, False, False], n_folds=2).tolist()
    [1, 0, 1, -1]
    """
    group, n_labels = _groups(materials, is_labelled, "material_folds", "materials", n_folds)
    chosen = np.flatnonzero(n_labels)
    fold = np.full(len(n_labels), NO_FOLD, dtype=np.int64)
    fold[_shuffled(chosen, random_state)] = np.arange(len(chosen)) % n_folds
    return fold[group]


def chemical_system_folds(
    systems: npt.ArrayLike, is_labelled: npt.ArrayLike, *, n_folds: int = 5, random_state: int = 0
) -> npt.NDArray[np.int64]:
    """Divide the labelled chemical systems into folds with about equally many labelled rows.

    No test material then shares its set of elements with a training material.
    Systems are dealt in seeded random order, those with most labelled rows first,
    each to the fold that has fewest so far.

    Parameters
    ----------
    systems : array of str of shape (n_rows,)
        Chemical system of each row, for example "Ga-N" (see `chemical_systems`).
    is_labelled : array of bool of shape (n_rows,)
        Whether the row carries a label of the task to be validated.
    n_folds : int, default 5
    random_state : int, default 0
        Seed; the order of the rows has no influence.

    Returns
    -------
    ndarray of int of shape (n_rows,)
        Fold of every row of a system with at least one labelled row, -1 elsewhere.

    Raises
    ------
    TooFewLabels
        There are fewer labelled systems than folds.
    ShapeMismatch
        Systems and booleans are not one per row.
    WrongOption
        ``n_folds`` is not a whole number of 2 or more.

    Examples
    --------
    >>> chemical_system_folds(["Ga-N", "O-Zn", "Ga-N", "O"], [True, True, True, False], n_folds=2).tolist()
    [0, 1, 0, -1]
    """
    group, n_labels = _groups(systems, is_labelled, "chemical_system_folds", "chemical systems", n_folds)
    dealt = _shuffled(np.flatnonzero(n_labels), random_state)
    dealt = dealt[np.argsort(-n_labels[dealt], kind="stable")]
    fold = np.full(len(n_labels), NO_FOLD, dtype=np.int64)
    load = np.zeros(n_folds, dtype=np.int64)
    for system in dealt:
        fold[system] = np.argmin(load)
        load[fold[system]] += n_labels[system]
    return fold[group]


def chemical_systems(fractions: npt.ArrayLike, elements: npt.ArrayLike) -> npt.NDArray[Any]:
    """Name the chemical system of each row: the symbols present, in alphabetical order.

    Parameters
    ----------
    fractions : array of shape (n_rows, n_elements)
        Atomic fractions, 0 where the element is absent.
    elements : array of str of shape (n_elements,)
        Symbol of each column.

    Returns
    -------
    ndarray of str of shape (n_rows,)

    Raises
    ------
    ShapeMismatch
        There is not one symbol per column.

    Examples
    --------
    >>> chemical_systems([[0.5, 0.5, 0.0], [0.0, 0.4, 0.6]], ["N", "Ga", "O"])
    array(['Ga-N', 'Ga-O'], dtype='<U4')
    """
    amounts, symbols = np.asarray(fractions, dtype=float), np.asarray(elements, dtype=str)
    if amounts.ndim != 2 or symbols.shape != amounts.shape[1:]:
        raise ShapeMismatch(
            f"chemical_systems: fractions {amounts.shape} and elements {symbols.shape} do not fit; "
            "give one symbol per column."
        )
    order = np.argsort(symbols)
    present, ordered = amounts[:, order] > 0, symbols[order]
    return np.array(["-".join(ordered[row]) for row in present], dtype=str)


def _groups(
    keys: npt.ArrayLike, is_labelled: npt.ArrayLike, caller: str, what: str, n_folds: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Number each row's group, and count the labelled rows of each; refuse what cannot be divided."""
    if not isinstance(n_folds, int | np.integer) or n_folds < 2:
        raise WrongOption(f"{caller}: n_folds must be a whole number of 2 or more, got {n_folds!r}.")
    texts, labelled = np.asarray(keys).astype(str), np.asarray(is_labelled)
    if texts.ndim != 1 or labelled.shape != texts.shape or labelled.dtype != np.bool_:
        raise ShapeMismatch(
            f"{caller}: got keys of shape {texts.shape} and is_labelled of {labelled.dtype} and shape "
            f"{labelled.shape}; give one key and one boolean per row."
        )
    unique, group = np.unique(texts, return_inverse=True)
    n_labels = np.bincount(group[labelled], minlength=len(unique))
    n_labelled = np.count_nonzero(n_labels)
    if n_labelled < n_folds:
        raise TooFewLabels(
            f"{caller}: {n_labelled} {what} carry a label but {n_folds} folds need at least as many; "
            "lower n_folds or add labels."
        )
    return group, n_labels


def _shuffled(numbers: npt.NDArray[np.int64], random_state: int) -> npt.NDArray[np.int64]:
    # Raw bits are fixed for ever; a Generator's methods may change between NumPy versions.
    return numbers[np.argsort(np.random.PCG64(random_state).random_raw(len(numbers)), kind="stable")]
