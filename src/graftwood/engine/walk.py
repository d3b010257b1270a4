"""Kernel: rows of codes walk down packed views (see view.py for the words)."""

import numpy as np
from numba import types

from graftwood.engine.kernel import BYTES_2D, BYTES_3D, INT64, kernel

MISSING = 255
_LEAVES_OUT = types.Array(types.int32, 2, "C")


@kernel(INT64, INT64, BYTES_2D, BYTES_2D, BYTES_3D, _LEAVES_OUT)
def find_leaves(words, starts, sets, rows, more, leaves):
    """Write the leaf number of every tree (first axis of ``leaves``) and row.

    ``more`` (1 or n_trees, n_rows, n_more) are the codes of the inputs after those of ``rows``,
    either the same for all trees or, in a chain, what each tree's own predecessor said.
    All rows walk one tree before the next, so that the tree stays in the cache; a branch at
    every node beats arithmetic, as processors run ahead along the side they expect.
    """
    own, n_inputs = 1 if more.shape[0] > 1 else 0, np.uint64(rows.shape[1])
    for tree in range(starts.shape[0] - 1):
        first = np.uint64(starts[tree])
        for i in range(rows.shape[0]):
            # Unsigned indices spare the test for a negative one.
            at = first
            word = words[at]
            while word >= 0:
                f = np.uint64((word >> 10) & 0xFFFF)
                code = rows[i, f] if f < n_inputs else more[tree * own, i, f - n_inputs]
                if word & 512:
                    goes_left = (word >> 8) & 1 if code == MISSING else sets[words[at + np.uint64(1)], code]
                    at = at + np.uint64(2) if goes_left else first + np.uint64(word >> 26)
                else:
                    goes_left = (word >> 8) & 1 if code == MISSING else code <= (word & 255)
                    at = at + np.uint64(1) if goes_left else first + np.uint64(word >> 26)
                word = words[at]
            leaves[tree, i] = -1 - word
