"""How much of its own label a row hears back, out of bag, in a second forest that corrects a first.

A first forest says m = W1 y of its training rows out of bag, where W1[j, i] is what row i's label counts
for row j.  A second forest learns the errors y - m and says W2 (y - m).  So what is said of row i out of
bag falls by

    h_i = sum_j W2[i, j] W1[j, i]

for each unit of its own label, although no tree of either forest that speaks has seen row i: the errors of
its neighbours have.  A new row has no such echo.  With e the error of a row without its echo, the error
out of bag is (1 + h) e, as trees are where they were.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix


def leaf_weights(
    asked: np.ndarray, is_honest: np.ndarray, leaves: np.ndarray, counts: np.ndarray, told: np.ndarray
) -> csr_matrix:
    """What labels of training rows count in what honest trees say in the mean.

    Parameters
    ----------
    asked : ndarray of shape (n_trees, n_asked), int
        Leaves of the rows that are asked about.
    is_honest : ndarray of shape (n_trees, n_asked), bool
        Whether a tree may speak of a row.
    leaves : ndarray of shape (n_trees, n_rows), int
        Leaves of the training rows; no two trees have one of the same number.
    counts : ndarray of shape (n_trees, n_rows)
        How often each row is in each bag, times its weight.
    told : ndarray of shape (n_told,), int
        Training rows whose weights are wanted.

    Returns
    -------
    csr_matrix of shape (n_asked, n_told)
        Rows sum to 1 where all training rows are told and a tree may speak.

    Examples
    --------
    >>> leaves, counts = np.array([[0, 0, 1]]), np.array([[2.0, 1.0, 1.0]])
    >>> leaf_weights(leaves[:, :1], np.array([[True]]), leaves, counts, np.arange(3)).toarray().round(3)
    array([[0.667, 0.333, 0.   ]])
    """
    n_leaves = int(max(leaves.max(), asked.max())) + 1
    n_speaking = np.maximum(is_honest.sum(axis=0), 1)
    at_asked, at_told = [], []
    for tree in range(len(leaves)):
        first = leaves[tree].min()
        total = np.bincount(leaves[tree] - first, weights=counts[tree])
        row = np.flatnonzero(is_honest[tree])
        at_asked.append((1.0 / n_speaking[row], row, asked[tree, row]))
        column = np.flatnonzero(counts[tree, told] > 0)
        leaf = leaves[tree, told[column]]
        at_told.append((counts[tree, told[column]] / total[leaf - first], leaf, column))
    speaking, shares = (
        csr_matrix((values, (first, second)), shape=shape)
        for (values, first, second), shape in (
            ([np.concatenate(part) for part in zip(*at_asked, strict=True)], (asked.shape[1], n_leaves)),
            ([np.concatenate(part) for part in zip(*at_told, strict=True)], (n_leaves, len(told))),
        )
    )
    return speaking @ shares


def mean_echo(
    asked: np.ndarray, is_honest: np.ndarray, first: np.ndarray, second: np.ndarray, counts: np.ndarray
) -> float:
    """Mean of h over some of the training rows.

    Parameters
    ----------
    asked : ndarray of shape (n_asked,), int
        The rows among all.
    is_honest : ndarray of shape (n_trees, n_rows), bool
        Whether a tree has not seen a row's material.
    first, second : ndarray of shape (n_trees, n_rows), int
        Leaves of all rows in the two forests.
    counts : ndarray of shape (n_trees, n_rows)
        As `leaf_weights` has them.

    Examples
    --------
    >>> leaves = np.array([[0, 0, 0], [1, 1, 1]])  # one leaf per tree, so means over a bag
    >>> counts = np.array([[1.0, 1.0, 0.0], [0.0, 1.0, 1.0]])
    >>> mean_echo(np.array([0]), counts == 0, leaves, leaves, counts)
    0.25
    """
    every = np.arange(second.shape[1])
    late = leaf_weights(second[:, asked], is_honest[:, asked], second, counts, every)
    between = np.unique(late.indices)
    early = leaf_weights(first[:, between], is_honest[:, between], first, counts, asked)
    return float(late[:, between].multiply(early.T).sum() / len(asked))
