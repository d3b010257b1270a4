"""Kernels: rows of codes walk down packed views (see view.py for the words)."""

import numpy as np
from numba import types

from graftwood.engine.kernel import BYTES_2D, INT64, kernel

MISSING = 255
_LEAVES_OUT = types.Array(types.int32, 2, "C")


@kernel(inline=True)
def leaf_of(words, first, row, sets):
    """Return the leaf number that a row of codes reaches in the view that starts at word ``first``."""
    at = first
    word = words[at]
    while word >= 0:
        code = row[(word >> 10) & 0xFFFF]
        if word & 512:
            goes_left = (word >> 8) & 1 if code == MISSING else sets[words[at + 1], code]
            at = at + 2 if goes_left else first + (word >> 26)
        else:
            goes_left = (word >> 8) & 1 if code == MISSING else code <= (word & 255)
            at = at + 1 if goes_left else first + (word >> 26)
        word = words[at]
    return -1 - word


@kernel(INT64, INT64, BYTES_2D, BYTES_2D, _LEAVES_OUT)
def find_leaves(words, starts, sets, rows, leaves):
    """Write the leaf number of every tree (first axis of ``leaves``) and row."""
    n_trees = starts.shape[0] - 1
    for i in range(rows.shape[0]):
        row = rows[i]
        for tree in range(n_trees):
            leaves[tree, i] = leaf_of(words, starts[tree], row, sets)
