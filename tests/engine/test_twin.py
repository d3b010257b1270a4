"""The fast kernels grow the trees of the naive twin, node for node."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graftwood.engine import reference, view, walk
from graftwood.engine.arrays import to_lanes
from graftwood.engine.forest import Plan
from graftwood.engine.general import try_input, try_nothing
from graftwood.engine.tree import CUT, FEATURE, Inputs, general_road, grow_one, make_room


def random_problem(rng, *, n_rows, n_inputs, kinds, weighted, random_cuts, min_leaf, max_codes):
    codes = rng.integers(0, max_codes, (n_rows, n_inputs))
    codes[rng.random(codes.shape) < rng.choice([0.0, 0.2])] = 255
    is_category = rng.random(n_inputs) < rng.choice([0.0, 0.5])
    labels = []
    for classes in kinds:
        label = (
            rng.integers(0, classes, n_rows).astype(float) if classes else rng.normal(size=n_rows).round(1)
        )
        label[rng.random(n_rows) < rng.choice([0.0, 0.5])] = np.nan
        label[0] = 0.0
        labels.append(label)
    counts = rng.poisson(1, n_rows).astype(np.uint8)
    counts[0] = 1
    weights = rng.uniform(0.2, 5.0, n_rows) if weighted else None
    task_weights = rng.uniform(0.1, 1.0, len(kinds))
    lanes = to_lanes(labels, list(kinds), task_weights, counts[None, :], weights)
    max_depth = int(rng.choice([3, 2**30]))
    plan = dict(max_features=max(1, n_inputs // 3), min_samples_leaf=min_leaf, max_depth=max_depth)
    plan |= {"random_cuts": random_cuts, "n_always": int(rng.choice([0, rng.integers(0, n_inputs + 1)]))}
    return codes, is_category, counts, lanes, plan


def grow_both(codes, is_category, counts, lanes, plan, seed):
    problem = reference.Problem(
        codes.tolist(), lanes.values(lanes.columns).tolist(), lanes.weights(lanes.columns).tolist(),
        counts.tolist(), lanes.factor.tolist(), is_category.tolist(), **plan,
    )  # fmt: skip
    inputs = Inputs.of(codes.T, np.full(codes.shape[1], 255), is_category)
    road = general_road(inputs, Plan(**plan))
    fast = grow_one(inputs, lanes, counts, Plan(**plan), seed, road)
    return reference.grow(problem, seed), fast


def as_tuple(fast, lanes, node=0):
    """The fast tree as nested tuples, every field of every node."""
    feature, cut, missing_left, left, right, set_number = fast.nodes[node].tolist()
    head = (
        lanes.values(fast.sums[node]).tolist(), lanes.weights(fast.sums[node]).tolist(),
        fast.n_labelled[node].tolist(), fast.is_open[node].astype(bool).tolist(), feature,
    )  # fmt: skip
    if feature < 0:
        return head
    codes = frozenset(np.flatnonzero(fast.sets[set_number][:255]).tolist()) if set_number >= 0 else None
    children = as_tuple(fast, lanes, left), as_tuple(fast, lanes, right)
    return (*head, cut, codes, bool(missing_left), *children)


def twin_as_tuple(node):
    head = (node.value, node.weight, node.n_labelled, node.is_open, node.feature)
    if node.feature < 0:
        return head
    return (
        *head,
        node.cut,
        node.left_codes,
        node.missing_left,
        twin_as_tuple(node.left),
        twin_as_tuple(node.right),
    )


def naive_importance(node, lanes, task, min_leaf, n_inputs):
    """Shares of the drops w_L w_R / W (mean_L - mean_R)^2 over the splits of a task's view, standardised."""
    first, after = lanes.first_lane[task], lanes.first_lane[task + 1]
    gained, waiting = np.zeros(n_inputs), [node]
    while waiting:
        node = waiting.pop()
        if node.left is None or not any(node.is_open[first:after]):
            continue
        n_left, n_right = node.left.n_labelled[first], node.right.n_labelled[first]
        if n_left == 0 or n_right == 0:
            waiting.append(node.right if n_left == 0 else node.left)
        elif min(n_left, n_right) >= min_leaf:
            waiting += [node.left, node.right]
            for q in range(first, after):
                w = [node.left.weight[q], node.right.weight[q]]
                means = [child.value[q] / child.weight[q] for child in (node.left, node.right)]
                drop = w[0] * w[1] / (w[0] + w[1]) * ((means[0] - means[1]) * lanes.unit[q]) ** 2
                gained[node.feature] += drop * node.is_open[q]
    return gained / (gained.sum() or 1.0)


problems = st.fixed_dictionaries(
    {
        "n_rows": st.sampled_from([1, 2, 3, 5, 8, 20, 60, 150, 400]),
        "n_inputs": st.integers(1, 7),
        "kinds": st.lists(st.sampled_from([0, 0, 0, 2, 3]), min_size=1, max_size=5).map(tuple),
        "weighted": st.booleans(),
        "random_cuts": st.booleans(),
        "min_leaf": st.sampled_from([1, 1, 2, 5]),
        "max_codes": st.sampled_from([1, 2, 5, 40, 255]),
    }
)


@settings(max_examples=120)
@given(options=problems, seed=st.integers(0, 2**31))
def test_fast_tree_equals_the_naive_one(options, seed):
    rng = np.random.default_rng(seed)
    codes, is_category, counts, lanes, plan = random_problem(rng, **options)
    slow, fast = grow_both(codes, is_category, counts, lanes, plan, seed)
    assert as_tuple(fast, lanes) == twin_as_tuple(slow)
    min_leaf = plan["min_samples_leaf"]
    for task, (first, after) in enumerate(zip(lanes.first_lane[:-1], lanes.first_lane[1:], strict=True)):
        words, leaf_node, importance = view.view_of(fast, lanes, task, min_leaf, codes.shape[1])
        expected = naive_importance(slow, lanes, task, min_leaf, codes.shape[1])
        np.testing.assert_allclose(importance, expected, rtol=0, atol=1e-9)
        slow_view = reference.view_of(slow, range(first, after), min_leaf)
        found, no_more = np.empty((1, len(codes)), np.int32), np.empty((0, len(codes), 0), np.uint8)
        walk.find_leaves(words, np.array([0, len(words)]), fast.sets, codes.astype(np.uint8), no_more, found)
        at = fast.sums[leaf_node[found[0]]]
        values, weights = (
            lanes.values(at)[:, first:after].tolist(),
            lanes.weights(at)[:, first:after].tolist(),
        )
        slow_leaves = [reference.walk(slow_view, row) for row in codes.tolist()]
        assert list(zip(values, weights, strict=True)) == slow_leaves


@pytest.mark.parametrize("seed", range(8))
def test_a_tree_does_not_see_what_was_grown_before_in_its_room(seed):
    rng = np.random.default_rng(seed)
    options = {
        "weighted": bool(seed % 2),
        "random_cuts": seed > 5,
        "min_leaf": 1 + seed % 3,
        "max_codes": 2 + seed,
    }
    # Few codes: an input is soon constant, which the room remembers while a tree grows.
    codes, is_category, counts, lanes, plan = random_problem(
        rng, n_rows=90, n_inputs=5, kinds=((0,), (0, 0), (3, 0), (2,))[seed % 4], **options
    )
    inputs = Inputs.of(codes.T, np.full(codes.shape[1], 255), is_category)
    road, room = general_road(inputs, Plan(**plan)), make_room(inputs, lanes)
    for other in range(3):
        grow_one(inputs, lanes, np.roll(counts, 1 + other), Plan(**plan), other, road, room)
    used = grow_one(inputs, lanes, counts, Plan(**plan), seed, road, room)
    assert as_tuple(used, lanes) == as_tuple(grow_one(inputs, lanes, counts, Plan(**plan), seed, road), lanes)


@pytest.mark.parametrize("seed", range(12))
def test_without_missing_values_the_general_road_is_never_taken(seed):
    rng = np.random.default_rng(seed)
    options = {"weighted": False, "random_cuts": False, "min_leaf": 1, "max_codes": 40}
    codes, is_category, counts, lanes, _ = random_problem(
        rng, n_rows=150, n_inputs=5, kinds=((0,), (0, 0), (3, 0), (2,))[seed % 4], **options
    )
    codes = np.minimum(codes, 254).astype(np.uint8)
    inputs, plain = Inputs.of(codes.T, np.full(codes.shape[1], 255), np.zeros_like(is_category)), Plan(2)
    assert general_road(inputs, plain) == try_nothing.address
    trees = [
        grow_one(inputs, lanes, counts, plain, seed, road)
        for road in (try_input.address, try_nothing.address)
    ]
    assert as_tuple(trees[0], lanes) == as_tuple(trees[1], lanes)


@pytest.mark.parametrize(
    ("code", "is_category", "plan"),
    [(255, False, Plan(1)), (0, True, Plan(1)), (0, False, Plan(1, min_samples_leaf=2)),
     (0, False, Plan(1, random_cuts=True))],
)  # fmt: skip
def test_what_only_the_general_road_can_do_takes_it(code, is_category, plan):
    inputs = Inputs.of(np.array([[0, 1, code]], dtype=np.uint8), [2], [is_category])
    assert general_road(inputs, plan) == try_input.address


@pytest.mark.parametrize("missing", [False, True])
def test_planted_step_is_found_first(missing):
    codes = np.tile(np.arange(40), (1, 1)).T
    labels = np.where(codes[:, 0] < 13, -1.0, 1.0)
    if missing:
        labels[::2] = np.nan
    counts = np.ones(40, np.uint8)
    lanes = to_lanes([labels], [0], np.ones(1), counts[None])
    plan = dict(max_features=1, min_samples_leaf=1, max_depth=2**30, random_cuts=False)
    _, fast = grow_both(codes, np.zeros(1, bool), counts, lanes, plan, 0)
    assert fast.nodes[:, FEATURE].tolist() == [0, -1, -1]
    assert fast.nodes[0, CUT] == 12
