"""Compile every kernel by growing and walking the smallest forests that need them all."""

from __future__ import annotations

import numpy as np


def compile_all() -> None:
    """Compile all kernels; a later process takes them from the cache."""
    from graftwood.engine.arrays import to_lanes
    from graftwood.engine.bins import Bins
    from graftwood.engine.forest import Plan, grow_forest, leaf_numbers

    Bins((np.zeros(1),)).encode(np.ones((1, 1)))
    counts = np.ones((1, 4), dtype=np.uint8)
    lanes = to_lanes([np.array([0.0, 1.0, 2.0, np.nan])], [0], np.ones(1), counts)
    n_codes, is_category = np.array([4], dtype=np.int32), np.zeros(1, dtype=bool)
    for last in (3, 255):  # a missing value needs the general road
        codes = np.array([[0, 1, 2, last]], dtype=np.uint8)
        (view,) = grow_forest(codes, n_codes, is_category, lanes, counts, Plan(1), seed=0)
        leaf_numbers(view, np.ascontiguousarray(codes.T))
