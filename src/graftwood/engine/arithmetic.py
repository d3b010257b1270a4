"""Kernels' common arithmetic: random numbers of a node, and what a cut gains.

numba compiles a kernel again when its own file has changed, and does not look at those
that it imports: whoever edits here must empty the cache (the tests have a cache per state of the folder).
"""

import numpy as np

from graftwood.engine.kernel import kernel

MISSING = 255  # code of a missing value


@kernel(inline=True)
def mix(x):
    """Scramble 32 bits held in an int64."""
    x = (((x >> 16) ^ x) * 0x45D9F3B) & 0xFFFFFFFF
    x = (((x >> 16) ^ x) * 0x45D9F3B) & 0xFFFFFFFF
    return (x >> 16) ^ x


@kernel(inline=True)
def draw(seed, number):
    """Random 32 bits: the ``number``-th of the node with this seed."""
    return mix((seed + number * 0x9E3779B9) & 0xFFFFFFFF)


@kernel(inline=True)
def lane_gain(s_left, w_left, s_total, w_total, factor):
    """How much a cut lowers one lane's impurity: (s_L w_R - s_R w_L)^2 / (w_L w_R), times the factor."""
    w_right = np.float64(w_total - w_left)
    d = np.float64(s_left) * w_right - np.float64(s_total - s_left) * np.float64(w_left)
    return (d * d) / (np.float64(w_left) * w_right) * factor
