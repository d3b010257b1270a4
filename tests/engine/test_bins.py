"""Codes keep the order of an input and nothing else of its scale."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from graftwood.engine.bins import MAX_CODES, MISSING, Bins, find_bins

columns = st.lists(st.integers(-1000, 1000), min_size=1, max_size=600).map(
    lambda cells: np.array(cells, float)
)


def codes_of(column):
    X = column[:, None]
    return find_bins(X).encode(X)[0]


@pytest.mark.parametrize("draw", ["normal", "heavy-values", "two-scales"])
@pytest.mark.parametrize("n_rows", [256, 1000, 20_000])
def test_at_most_255_codes_and_nearly_all_are_used(draw, n_rows):
    rng = np.random.default_rng(1)
    column = rng.normal(size=n_rows)
    if draw == "heavy-values":
        column[rng.random(n_rows) < 0.6] = rng.choice([-1.0, 0.0, 1.0])
    elif draw == "two-scales":
        column[::2] *= 1e-9
    used = np.unique(codes_of(column))
    assert used.max() < MAX_CODES
    assert np.array_equal(used, np.arange(len(used)))
    assert len(used) > min(len(np.unique(column)), MAX_CODES) * 0.6


@given(st.integers(256, 600), st.floats(0.2, 0.8), st.integers(2, 40), st.integers(0, 2**32 - 1))
def test_many_values_that_come_often_beside_rare_ones_fit_into_255_codes(n_values, share, often, seed):
    comes_often = np.random.default_rng(seed).random(n_values) < share
    column = np.repeat(np.arange(float(n_values)), np.where(comes_often, often, 1))
    bins = find_bins(column[:, None])
    assert bins.n_codes[0] <= MAX_CODES
    used = np.unique(bins.encode(column[:, None]))
    assert np.array_equal(used, np.arange(bins.n_codes[0]))


@pytest.mark.parametrize("n_values", [256, 300, 509, 2000])
def test_frequent_values_between_rare_ones_leave_few_codes_unused(n_values):
    column = np.repeat(np.arange(float(n_values)), np.where(np.arange(n_values) % 2, 1, 30))
    assert MAX_CODES * 0.45 < find_bins(column[:, None]).n_codes[0] <= MAX_CODES


@given(st.integers(1, 255), st.integers(0, 2**32 - 1))
def test_at_most_255_distinct_values_keep_all(n_values, seed):
    rng = np.random.default_rng(seed)
    values = np.sort(rng.choice(10_000, n_values, replace=False)).astype(float)
    column = rng.permutation(np.concatenate([values, rng.choice(values, 50)]))
    assert np.array_equal(values[codes_of(column)], column)


@given(columns)
def test_codes_never_reverse_the_order(column):
    order = np.argsort(column, kind="stable")
    assert (np.diff(codes_of(column)[order].astype(int)) >= 0).all()


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda x: 3.0 * x - 7.0, id="affine"),
        pytest.param(lambda x: x**3, id="cube"),
        pytest.param(lambda x: np.exp(x / 100.0), id="exponential"),
        pytest.param(lambda x: np.arctan(x / 100.0), id="arctangent"),
    ],
)
@given(column=columns)
def test_increasing_change_of_scale_leaves_codes_unchanged(change, column):
    changed = change(column)
    assume(len(np.unique(changed)) == len(np.unique(column)))
    assert np.array_equal(codes_of(changed), codes_of(column))


def test_missing_value_has_a_code_of_its_own_and_no_say_in_the_cuts():
    column = np.array([3.0, np.nan, 1.0, np.nan, 2.0])
    assert codes_of(column).tolist() == [2, MISSING, 0, MISSING, 1]
    assert np.array_equal(find_bins(column[:, None]).cuts[0], find_bins(column[::2][:, None]).cuts[0])


@pytest.mark.parametrize("column", [[np.nan, np.nan], [4.0, 4.0, np.nan]], ids=["all-missing", "constant"])
def test_input_without_two_values_has_no_cut(column):
    bins = find_bins(np.array(column)[:, None])
    assert len(bins.cuts[0]) == 0
    assert bins.n_codes.tolist() == [1]


@pytest.mark.parametrize("value", [1.0, -1.0, 1e300, 5e-324, 0.0, -0.1])
def test_neighbouring_floats_stay_apart(value):
    column = np.array([value, np.nextafter(value, np.inf), np.nextafter(np.nextafter(value, np.inf), np.inf)])
    assert codes_of(column).tolist() == [0, 1, 2]


def test_largest_floats_stay_apart():
    largest = np.finfo(float).max
    assert codes_of(np.array([-largest, 0.0, largest])).tolist() == [0, 1, 2]
    assert codes_of(np.array([-largest, largest])).tolist() == [0, 1]


def test_unseen_value_goes_to_the_nearest_code():
    bins = find_bins(np.array([[0.0], [10.0], [20.0]]))
    unseen = np.array([-1e9, 4.9, 5.1, 14.9, 15.1, 1e9, np.nan])
    assert bins.encode(unseen[:, None])[0].tolist() == [0, 0, 1, 1, 2, 2, MISSING]


def test_code_of_a_value_does_not_depend_on_the_rest_of_its_batch():
    rng = np.random.default_rng(0)
    bins = find_bins(rng.normal(size=(400, 2)))
    X = rng.normal(size=(50, 2))
    together = bins.encode(X)
    assert all(np.array_equal(bins.encode(X[[i]]), together[:, [i]]) for i in range(50))


@given(
    cuts=st.lists(st.floats(allow_nan=False), max_size=MAX_CODES - 1, unique=True),
    values=st.lists(st.floats(), max_size=20),
)
def test_code_is_the_number_of_smaller_cuts(cuts, values):
    cuts = np.unique(np.array(cuts, dtype=float))
    column = np.array([*values, *cuts, np.nan])
    expected = [MISSING if np.isnan(value) else int((cuts < value).sum()) for value in column]
    assert Bins((cuts,)).encode(column[:, None])[0].tolist() == expected


def test_codes_do_not_depend_on_how_a_table_lies_in_memory():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(40, 3))
    odd = np.empty(X.nbytes + 1, dtype=np.uint8)[1:].view(np.float64).reshape(X.shape)
    odd[:] = X
    assert not odd.flags.aligned
    wide = np.repeat(X, 2, axis=1)[:, ::2]
    others = (np.asfortranarray(X), odd, wide, X[::-1].copy()[::-1], X.astype(">f8"))
    bins = find_bins(X)
    assert all(np.array_equal(bins.encode(other), bins.encode(X)) for other in others)
