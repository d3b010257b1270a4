"""The forest is the same for any number of threads, and a row's leaf is its own affair."""

import numpy as np
import pytest

from graftwood.engine.arrays import to_lanes
from graftwood.engine.bags import draw_bags, mend_bags
from graftwood.engine.bins import find_bins
from graftwood.engine.forest import Plan, grow_forest, leaf_numbers


def bags_of(labels, n_trees=12, seed=0):
    counts = draw_bags(n_trees, np.arange(len(labels[0]), dtype=np.uint64), seed)
    return mend_bags(counts, np.column_stack([~np.isnan(y) for y in labels]), seed)


def grow(X, labels, *, n_trees=12, is_category=None, plan=None, n_jobs=1, seed=0):
    n_inputs, bins, counts = X.shape[1], find_bins(X), bags_of(labels, n_trees, seed)
    lanes = to_lanes(labels, [0] * len(labels), np.ones(len(labels)), counts)
    is_category = np.zeros(n_inputs, bool) if is_category is None else is_category
    plan = plan or Plan(max(1, n_inputs // 2))
    codes = bins.encode(X)
    views = grow_forest(codes, bins.n_codes, is_category, lanes, counts, plan, seed=seed, n_jobs=n_jobs)
    return views, np.ascontiguousarray(codes.T), bins


def table(n_rows=120):
    rng = np.random.default_rng(2)
    X = rng.normal(size=(n_rows, 4))
    X[:, 3] = rng.integers(0, 6, n_rows)
    X[rng.random(X.shape) < 0.1] = np.nan
    step = np.where(X[:, 0] > 0, 1.0, -1.0) + 0.1 * rng.normal(size=n_rows)
    labels = [step, np.where(rng.random(n_rows) < 0.3, step * 2, np.nan)]
    return X, labels, np.array([False, False, False, True])


@pytest.mark.parametrize("n_jobs", [2, 3])
def test_forest_is_the_same_for_any_number_of_threads(n_jobs):
    X, labels, is_category = table()
    alone, rows, _ = grow(X, labels, is_category=is_category)
    shared, _, _ = grow(X, labels, is_category=is_category, n_jobs=n_jobs)
    for one, other in zip(alone, shared, strict=True):
        for name in ("words", "starts", "sets", "leaves"):
            assert np.array_equal(getattr(one, name), getattr(other, name)), name
        assert np.array_equal(leaf_numbers(one, rows), leaf_numbers(one, rows, n_jobs=n_jobs))


def test_leaf_of_a_row_does_not_depend_on_its_neighbours():
    X, labels, is_category = table()
    (view, _), rows, _ = grow(X, labels, is_category=is_category)
    many = np.tile(rows, (20, 1))  # more than one chunk of work
    leaves = leaf_numbers(view, many)
    assert np.array_equal(leaves, np.tile(leaves[:, : len(rows)], (1, 20)))
    assert all(np.array_equal(leaf_numbers(view, rows[[i]])[:, 0], leaves[:, i]) for i in range(len(rows)))
    assert np.array_equal(leaf_numbers(view, rows[::-1]), leaves[:, len(rows) - 1 :: -1][:, : len(rows)])


def test_no_rows_have_no_leaves():
    X, labels, _ = table()
    (view, _), rows, _ = grow(X, labels)
    assert leaf_numbers(view, rows[:0]).shape == (12, 0)


def test_one_tree_finds_a_noiseless_step_exactly():
    X = np.arange(80.0)[:, None]
    y = np.where(X[:, 0] > 31, 5.0, -3.0)
    (view,), rows, _ = grow(X, [y], n_trees=1, plan=Plan(1))
    assert len(view.words) == 3
    assert sorted(view.leaves[:, 0]) == [-3.0, 5.0]
    predicted = view.leaves[leaf_numbers(view, rows)[0], 0]
    in_doubt = np.abs(X[:, 0] - 31.5) < 8  # the bag may have left out the rows beside the step
    assert np.array_equal(predicted[~in_doubt], y[~in_doubt])


def test_unlimited_trees_repeat_their_bag():
    X, labels, _ = table()
    X = np.nan_to_num(X)
    (view, _), rows, _ = grow(X, labels, plan=Plan(4))
    predicted = view.leaves[leaf_numbers(view, rows), 0]
    in_bag = bags_of(labels) > 0
    truth = np.broadcast_to(labels[0], predicted.shape)
    assert np.allclose(predicted[in_bag], truth[in_bag], atol=1e-9)


@pytest.mark.parametrize("least", [2, 7])
def test_every_leaf_of_a_view_has_enough_labelled_rows(least):
    X, labels, _ = table()
    counts = bags_of(labels)
    views, rows, _ = grow(X, labels, plan=Plan(2, min_samples_leaf=least))
    for view, label in zip(views, labels, strict=True):
        leaves = leaf_numbers(view, rows)
        for tree in range(12):
            seen = leaves[tree, (counts[tree] > 0) & ~np.isnan(label)]
            sizes = np.bincount(seen)[np.unique(seen)]
            assert len(sizes) == 1 or sizes.min() >= least


def test_depth_is_limited():
    X, labels, _ = table()
    (view, _), _, _ = grow(X, labels, plan=Plan(4, max_depth=2))
    assert (np.diff(view.starts) <= 7).all()


def test_further_inputs_may_differ_from_tree_to_tree():
    X = np.arange(60.0)[:, None]
    (view,), rows, bins = grow(np.column_stack([np.zeros(60), X]), [X[:, 0]], plan=Plan(2))
    own = np.repeat(np.arange(12)[:, None, None], 60, axis=1).astype(np.uint8)
    leaves = leaf_numbers(view, rows[:, :1], own)
    for tree in range(12):
        same = np.full((1, 60, 1), tree, dtype=np.uint8)
        assert np.array_equal(leaves[tree], leaf_numbers(view, rows[:, :1], same)[tree])
