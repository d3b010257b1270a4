"""A forest that is grown in blocks of trees is the forest that is grown at once."""

import numpy as np
import pytest

from graftwood.engine.arrays import to_lanes
from graftwood.engine.forest import Plan, grow_block, grow_forest, join_blocks, tree_seeds

PARTS = ("words", "starts", "sets", "leaves", "importance")


@pytest.mark.parametrize("random_cuts", [False, True], ids=["best-cuts", "random-cuts"])
@pytest.mark.parametrize("cuts", [(4,), (1, 2, 6)], ids=["two-blocks", "uneven-blocks"])
def test_forest_of_blocks_equals_the_forest_at_once(cuts, random_cuts):
    rng = np.random.default_rng(0)
    codes = rng.integers(0, 12, (4, 80)).astype(np.uint8)
    n_codes, is_category = np.full(4, 12), np.array([False, False, False, True])
    counts = rng.poisson(1, (7, 80)).astype(np.uint8)
    labels = [codes[0] + rng.normal(size=80), np.where(np.arange(80) % 3 == 0, codes[3] * 1.0, np.nan)]
    lanes = to_lanes(labels, [0, 0], np.ones(2), counts)
    plan = Plan(2, random_cuts=random_cuts)

    whole = grow_forest(codes, n_codes, is_category, lanes, counts, plan, seed=5)
    seeds = tree_seeds(5, 7)
    blocks = [
        grow_block(codes, n_codes, is_category, lanes, own, plan, seeds=own_seeds)
        for own, own_seeds in zip(np.split(counts, cuts), np.split(seeds, cuts), strict=True)
    ]

    for view, joined in zip(whole, join_blocks(blocks), strict=True):
        assert len(view.sets) > 0
        for part in PARTS:
            np.testing.assert_array_equal(getattr(view, part), getattr(joined, part))
