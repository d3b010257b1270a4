"""Kernel: the code of every value of an input (see bins.py for what a code means)."""

import numpy as np
from numba import types

from graftwood.engine.kernel import FLOAT64, kernel, unforeseen

MISSING = 255
_COLUMN = types.Array(types.float64, 1, "A", readonly=True)  # inputs lie in any order


@kernel(FLOAT64, _COLUMN, types.Array(types.uint8, 1, "C"))
def write_codes(cuts, values, codes):
    """Write for every value how many cuts are smaller, for NaN ``MISSING``.

    A bisection without branches: values of different rows then wait for memory together, and it takes
    a quarter of the time of ``np.searchsorted``.
    """
    for i in range(codes.shape[0]):
        value = values[i]
        code, n_left = np.int64(0), cuts.shape[0]
        while n_left > 0:
            half = (n_left + 1) >> 1
            is_beyond = -np.int64(cuts[np.uint64(code + half - 1)] < value)
            code += half & unforeseen(is_beyond)
            n_left -= half
        codes[i] = MISSING if np.isnan(value) else code
