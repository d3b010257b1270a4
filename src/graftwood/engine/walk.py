"""Kernels: rows of codes walk down packed views (see view.py for the words)."""

from numba import types

from graftwood.engine.kernel import BYTES_2D, BYTES_3D, INT64, kernel

MISSING = 255
_LEAVES_OUT = types.Array(types.int32, 2, "C")


@kernel(inline=True)
def leaf_of(words, first, row, more, sets):
    """Return the leaf number that a row reaches in the view that starts at word ``first``.

    ``more`` holds the codes of the inputs after those of ``row``.
    """
    n_inputs = row.shape[0]
    at = first
    word = words[at]
    while word >= 0:
        feature = (word >> 10) & 0xFFFF
        code = row[feature] if feature < n_inputs else more[feature - n_inputs]
        if word & 512:
            goes_left = (word >> 8) & 1 if code == MISSING else sets[words[at + 1], code]
            at = at + 2 if goes_left else first + (word >> 26)
        else:
            goes_left = (word >> 8) & 1 if code == MISSING else code <= (word & 255)
            at = at + 1 if goes_left else first + (word >> 26)
        word = words[at]
    return -1 - word


@kernel(INT64, INT64, BYTES_2D, BYTES_2D, BYTES_3D, _LEAVES_OUT)
def find_leaves(words, starts, sets, rows, more, leaves):
    """Write the leaf number of every tree (first axis of ``leaves``) and row.

    ``more`` (1 or n_trees, n_rows, n_more) are the codes of further inputs, either the
    same for all trees or, in a chain, what each tree's own predecessor said.
    """
    n_trees = starts.shape[0] - 1
    own = 1 if more.shape[0] > 1 else 0
    for i in range(rows.shape[0]):
        for tree in range(n_trees):
            leaves[tree, i] = leaf_of(words, starts[tree], rows[i], more[tree * own, i], sets)
