"""Which rows a forest has seen through labels of other tasks than the one it answers for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graftwood.network.relation import hash_rows


@dataclass(frozen=True)
class SeenRows:
    """Training rows with a label of other tasks, by which a forest on all labels alike leans on them.

    Attributes
    ----------
    tasks : tuple of str
        The other tasks.
    keys : ndarray of shape (n_rows,), uint64, increasing
        Hashes of the rows' coded inputs.

    Examples
    --------
    >>> codes = np.array([[1, 2], [3, 4]], dtype=np.uint8)
    >>> seen_rows(("dft",), codes[:1]).has(codes)
    array([ True, False])
    """

    tasks: tuple[str, ...]
    keys: np.ndarray

    def has(self, codes: np.ndarray) -> np.ndarray:
        """Which rows, (n_rows, n_inputs) uint8, are among them."""
        key = hash_rows(codes)
        at = np.minimum(np.searchsorted(self.keys, key), len(self.keys) - 1)
        return np.asarray(self.keys[at] == key)


def seen_rows(tasks: tuple[str, ...], codes: np.ndarray) -> SeenRows:
    """Remember rows, (n_rows, n_inputs) uint8."""
    return SeenRows(tasks, np.unique(hash_rows(codes)))
