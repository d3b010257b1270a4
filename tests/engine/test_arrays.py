"""Labels become exact integers whose sums fit, whatever the bags, weights and order of rows."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graftwood.engine.arrays import to_lanes
from graftwood.engine.bags import draw_bags
from graftwood.errors import LabelRange

LIMIT = 2**62


def make(seed, n_rows, tail=2.0, weighted=False, n_trees=5):
    rng = np.random.default_rng(seed)
    labels = rng.standard_t(tail, n_rows)
    labels[rng.random(n_rows) < 0.3] = np.nan
    classes = rng.integers(0, 3, n_rows).astype(float)
    weights = rng.uniform(0.1, 10.0, n_rows) if weighted else None
    counts = draw_bags(n_trees, np.arange(n_rows, dtype=np.uint64), seed)
    return [labels, classes], counts, weights


def lanes_of(labels, counts, weights):
    return to_lanes(labels, [0, 3], np.ones(2), counts, weights)


problems = st.tuples(
    st.integers(0, 2**32 - 1), st.sampled_from([2, 30, 500]), st.sampled_from([1.5, 3.0, 30.0]), st.booleans()
)


@settings(max_examples=30)
@given(problems)
def test_sums_of_every_bag_are_exact_and_stay_below_the_limit(problem):
    labels, counts, weights = make(*problem)
    lanes = lanes_of(labels, counts, weights)
    values, lane_weights = lanes.values(lanes.columns), lanes.weights(lanes.columns)
    for count in counts.astype(int):
        columns = (lanes.columns * count[:, None]).sum(axis=0)
        exact = [sum(int(v) * int(c) for v, c in zip(lane, count, strict=True)) for lane in values.T]
        exact_weights = [
            sum(int(w) * int(c) for w, c in zip(lane, count, strict=True)) for lane in lane_weights.T
        ]
        assert lanes.values(columns).tolist() == exact
        assert lanes.weights(columns).tolist() == exact_weights
        packed = sum(abs(int(c)) * int(k) for c, k in zip(lanes.columns[:, 0], count, strict=True))
        assert packed < LIMIT


@settings(max_examples=30)
@given(problems)
def test_fixed_point_is_the_label_to_half_a_step(problem):
    labels, counts, weights = make(*problem)
    lanes = lanes_of(labels, counts, weights)
    has_label = ~np.isnan(labels[0])
    values = lanes.values(lanes.columns)[has_label, 0] / lanes.weights(lanes.columns)[has_label, 0]
    assert np.abs(values * lanes.unit[0] - labels[0][has_label]).max(initial=0.0) <= lanes.unit[0] / 2
    assert (lanes.weights(lanes.columns)[~has_label, 0] == 0).all()


@settings(max_examples=30)
@given(problems, st.randoms())
def test_order_of_rows_does_not_matter(problem, random):
    labels, counts, weights = make(*problem)
    order = np.array(random.sample(range(counts.shape[1]), counts.shape[1]))
    lanes = lanes_of(labels, counts, weights)
    moved = lanes_of(
        [y[order] for y in labels], counts[:, order], None if weights is None else weights[order]
    )
    assert np.array_equal(moved.columns, lanes.columns[order])
    assert np.array_equal(moved.unit, lanes.unit)
    assert np.array_equal(moved.factor, lanes.factor)


def test_class_task_is_one_lane_of_zeros_and_ones_per_class():
    counts = np.ones((1, 4), dtype=np.uint8)
    lanes = to_lanes([np.array([2.0, 0.0, np.nan, 1.0])], [3], np.ones(1), counts)
    assert lanes.first_lane == (0, 3)
    assert lanes.values(lanes.columns).tolist() == [[0, 0, 1], [1, 0, 0], [0, 0, 0], [0, 1, 0]]
    assert lanes.weights(lanes.columns)[:, 0].tolist() == [1, 1, 0, 1]


def test_row_weights_count_by_their_ratio():
    counts = np.ones((1, 3), dtype=np.uint8)
    lanes = to_lanes([np.array([1.0, -1.0, 0.5])], [0], np.ones(1), counts, np.array([1.0, 2.0, 3.0]))
    weights = lanes.weights(lanes.columns)[:, 0]
    assert weights.tolist() == [512, 1024, 1536]
    assert np.allclose(lanes.values(lanes.columns)[:, 0] / weights * lanes.unit[0], [1.0, -1.0, 0.5])


@pytest.mark.parametrize(
    "label, weight, message",
    [
        pytest.param(1e30, None, r"3 rows with labels up to 1e\+30 standard deviations", id="outlier"),
        pytest.param(1e17, np.array([1.0, 1e3, 1e6]), "narrow the weights", id="outlier-with-weights"),
        pytest.param(np.inf, None, "a label is infinite after standardising; scale", id="infinite"),
    ],
)
def test_labels_without_room_are_refused(label, weight, message):
    counts = np.ones((1, 3), dtype=np.uint8)
    with pytest.raises(LabelRange, match=message):
        to_lanes([np.array([label, 0.0, 1.0])], [0], np.ones(1), counts, weight)
