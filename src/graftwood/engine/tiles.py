"""Kernels: the open lanes of a node, listed and laid side by side, and what they could gain at most.

As with ``arithmetic.py``, numba does not see an edit here from the kernels that call these.
"""

import numpy as np

from graftwood.engine.arithmetic import lane_gain
from graftwood.engine.kernel import kernel

# fmt: off


@kernel()
def open_lanes(lanes, start, end, total, is_open, layout, columns, weight_columns, s_all, w_all, factor):
    """List the open lanes of a node, their sums and factors; return how many there are."""
    weight_column, shift, mask, factors = layout
    n_open = np.int64(0)  # typed zeros: numba compiles a function again for every literal it is called with
    for q in range(weight_column.shape[0]):
        if is_open[q]:
            columns[n_open], weight_columns[n_open] = q, weight_column[q]
            s_all[n_open], w_all[n_open] = total[q] >> shift, total[weight_column[q]] & mask
            factor[n_open] = factors[q] / np.float64(w_all[n_open])
            n_open += 1
    return n_open


@kernel()
def lay_tiles(lanes, start, end, n_open, columns, weight_columns, weights_at, tiles):
    """Lay a row's open lanes side by side, three to a tile, the rest 0; return how many tiles a row has."""
    n_filled = weights_at + n_open
    n_tiles = (n_filled + 2) // 3
    for q in range(3 * n_tiles):
        column = columns[q] if q < n_open else weight_columns[min(q, n_filled - 1) - weights_at]
        for i in range(end - start):
            tiles[q // 3, i, q % 3] = lanes[column, start + i] if q < n_filled else 0
    return n_tiles


@kernel()
def largest_gain(tiles, m, n_open, weights_at, s_all, w_all, shift, mask, factor, run):
    """Largest gain that any two-way split of a few rows has, whichever input would make it.

    All are tried, one row changing sides at a time (Gray code).  An input that reaches it ends
    the search, as no other can do better; both sides swapped give the same to the last bit.
    """
    best = 0.0
    for q in range(weights_at + n_open):
        run[q // 3, q % 3] = 0
    for number in range(1, 1 << (m - 1)):
        i = 0
        while not (number >> i) & 1:
            i += 1
        sign = 1 if ((number ^ (number >> 1)) >> i) & 1 else -1
        for q in range(weights_at + n_open):
            run[q // 3, q % 3] += sign * tiles[q // 3, i, q % 3]
        gain = 0.0
        for a in range(n_open):
            w = run[(weights_at + a) // 3, (weights_at + a) % 3] & mask
            if 0 < w < w_all[a]:
                gain += lane_gain(run[a // 3, a % 3] >> shift, w, s_all[a], w_all[a], factor[a])
        best = max(best, gain)
    return best
