"""Whether a row is like anything that a forest was trained on: shared leaves.

Two rows are near as often as trees put them into one leaf (Breiman's proximity).  A row of a known
kind shares most trees' leaves with some training material; of a foreign one each tree
names another material as the most alike.  The score is 1 minus the largest share of trees in which
the row's leaf holds the same material.  The fewer trees, the larger is the largest share by
chance; a training material is judged by the third of them that never saw it, so a new row is judged by
each third of the trees, and the mean of the three counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

OUTSIDE = 0.95  # share of training materials that are nearer to another one than a row outside
MOST_JUDGED = 500  # training rows from which the limit is learned
ROWS_AT_ONCE = 1024
THIRDS = 3  # a material is out of 37 % of the bags


@dataclass(frozen=True)
class Domain:
    """What a task's forest was trained on, and how near training materials are to each other.

    Attributes
    ----------
    leaves : ndarray of shape (n_trees, n_rows), int
        Leaf of every training row in every tree, numbered over all trees.
    material : ndarray of shape (n_rows,), int
    limit : float
        Score above which a row is outside.

    References
    ----------
    Breiman, Mach. Learn. 45, 5 (2001), section on proximities in the manual of his program.

    Examples
    --------
    >>> trained = np.array([[0, 2, 4, 6, 8, 10], [1, 3, 5, 7, 9, 11]])  # two materials, six trees
    >>> domain = Domain(trained.T, np.array([0, 1]), limit=0.4)
    >>> domain.score(np.array([trained[0], [0, 3, 4, 7, 8, 11]]))  # like the first, and between both
    array([0. , 0.5])
    """

    leaves: np.ndarray
    material: np.ndarray
    limit: float

    def score(self, leaves: np.ndarray) -> np.ndarray:
        """How unlike training materials rows are, 0 to 1, from their leaves (n_rows, n_trees)."""
        parts = np.array_split(np.arange(leaves.shape[1]), min(THIRDS, leaves.shape[1]))
        nearest = np.zeros(len(leaves))
        for trees in parts:
            nearest += self._nearest(leaves[:, trees], trees)
        return 1.0 - nearest / len(parts)

    def _nearest(self, leaves: np.ndarray, trees: np.ndarray) -> np.ndarray:
        """Largest share of some trees in which the row's leaf holds the same material."""
        n_leaves = 1 + int(max(self.leaves.max(initial=0), leaves.max(initial=0)))
        trained = _rows_by_leaves(self.leaves[trees].T, self.material, n_leaves)
        result = np.empty(len(leaves))
        for first in range(0, len(leaves), ROWS_AT_ONCE):
            rows = slice(first, first + ROWS_AT_ONCE)
            here = leaves[rows]
            each = _rows_by_leaves(here, np.arange(len(here)), n_leaves)
            shared = (each @ trained.T).max(axis=1)
            result[rows] = np.asarray(shared.todense()).reshape(-1) / len(trees)
        return result


def learn_domain(leaves: np.ndarray, material: np.ndarray, honest: np.ndarray, seed: int) -> Domain:
    """Learn how near training materials are to others, by the trees that never saw them.

    Parameters
    ----------
    leaves : ndarray of shape (n_trees, n_rows), int
    material : ndarray of shape (n_rows,), int
    honest : ndarray of shape (n_trees, n_rows), bool
        Which trees never saw the row's material.
    seed : int
        Of the rows from which the limit is learned.
    """
    # Drawn by material, so that the order of rows does not decide.
    drawn = np.random.default_rng([seed, 5]).permutation(int(material.max(initial=0)) + 1)[material]
    judged = np.sort(np.argsort(drawn, kind="stable")[:MOST_JUDGED])
    n_trees = honest[:, judged].sum(axis=0)
    judged, n_trees = judged[n_trees > 0], n_trees[n_trees > 0]
    nearest = _nearest_of_others(leaves, material, judged, honest)
    limit = float(np.quantile(1.0 - nearest / n_trees, OUTSIDE)) if len(judged) else 1.0
    return Domain(np.ascontiguousarray(leaves), material, limit)


def _nearest_of_others(
    leaves: np.ndarray, material: np.ndarray, judged: np.ndarray, honest: np.ndarray
) -> np.ndarray:
    """In how many honest trees a judged row shares its leaf with one and the same other material, at most."""
    n_leaves = 1 + int(leaves.max(initial=0))
    at, tree = np.nonzero(honest[:, judged].T)
    own = leaves[tree, judged[at]]
    # Of all leaves only those of judged rows matter, and numbered anew they are few.
    wanted = np.unique(own)
    is_wanted = np.zeros(n_leaves, dtype=bool)
    is_wanted[wanted] = True
    rows, found = _placed(leaves, is_wanted, wanted)
    shape = (int(material.max(initial=0)) + 1, len(wanted))
    trained = csr_matrix((np.ones(len(rows), np.float32), (material[rows], found)), shape)
    trained.sum_duplicates()
    trained.data[:] = 1.0
    each = csr_matrix(
        (np.ones(len(at), np.float32), (at, np.searchsorted(wanted, own))), (len(judged), len(wanted))
    )
    shared = (each @ trained.T).tocsr()
    rows = np.repeat(np.arange(len(judged)), np.diff(shared.indptr))
    shared.data[shared.indices == material[judged[rows]]] = 0.0
    return np.asarray(shared.max(axis=1).todense()).reshape(-1)


def _placed(leaves: np.ndarray, is_wanted: np.ndarray, wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows in leaves that are wanted, and the places of these; tree by tree, as all together take memory."""
    rows = [np.flatnonzero(is_wanted[tree]) for tree in leaves]
    found = [np.searchsorted(wanted, tree[at]) for tree, at in zip(leaves, rows, strict=True)]
    return np.concatenate(rows), np.concatenate(found)


def _rows_by_leaves(leaves: np.ndarray, group: np.ndarray, n_leaves: int) -> Any:
    """Which leaves each group's rows are in, (n_groups, n_leaves), 1 for however many rows."""
    rows = np.repeat(group, leaves.shape[1])
    table = csr_matrix(
        (np.ones(len(rows), np.float32), (rows, leaves.reshape(-1))),
        (int(group.max(initial=-1)) + 1, n_leaves),
    )
    table.sum_duplicates()
    table.data[:] = 1.0
    return table
