"""Bags are Poisson(1) per material, the same everywhere, and keep their two promises."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from graftwood.engine.bags import draw_bags, mend_bags
from graftwood.errors import TooFewLabels

GOLDEN_DRAWN = 2984534
GOLDEN_MENDED = 2986510


def keys_of(n):
    return np.arange(n, dtype=np.uint64) * np.uint64(7919)


@given(st.sets(st.integers(0, 2**64 - 1), min_size=1, max_size=20), st.integers(0, 2**32 - 1), st.randoms())
def test_counts_of_a_material_do_not_depend_on_other_materials(keys, seed, random):
    keys = list(keys)
    some = random.sample(keys, random.randint(1, len(keys)))
    all_counts = draw_bags(6, np.array(keys, dtype=np.uint64), seed)
    some_counts = draw_bags(6, np.array(some, dtype=np.uint64), seed)
    assert np.array_equal(some_counts, all_counts[:, [keys.index(key) for key in some]])


def test_first_bags_do_not_depend_on_the_number_of_bags():
    assert np.array_equal(draw_bags(5, keys_of(30), 1), draw_bags(50, keys_of(30), 1)[:5])


@pytest.mark.parametrize("draws", [1.0, 1.5])
@pytest.mark.parametrize("along", ["materials", "bags"])
def test_counts_are_poisson_with_the_mean_that_was_asked(along, draws):
    n_trees, n_materials = (4, 20_000) if along == "materials" else (2_000, 40)
    counts = draw_bags(n_trees, keys_of(n_materials), seed=3, draws=draws)
    expected = stats.poisson(draws).pmf(np.arange(6))
    expected = np.append(expected, 1 - expected.sum()) * counts.size
    observed = np.bincount(np.minimum(counts.ravel(), 6), minlength=7)
    assert stats.chisquare(observed, expected).pvalue > 0.01


@pytest.mark.parametrize("shift", [(0, 1), (1, 0)], ids=["neighbouring-keys", "neighbouring-bags"])
def test_neighbouring_counts_are_independent(shift):
    counts = draw_bags(300, keys_of(300), seed=5).astype(float)
    here = counts[: 300 - shift[0], : 300 - shift[1]].ravel()
    beside = counts[shift[0] :, shift[1] :].ravel()
    assert abs(np.corrcoef(here, beside)[0, 1]) < 4 / np.sqrt(here.size)


def test_seeds_give_different_bags():
    assert not np.array_equal(draw_bags(5, keys_of(30), 0), draw_bags(5, keys_of(30), 1))


def test_bags_are_the_same_on_every_platform_and_with_every_numpy():
    counts = draw_bags(40, keys_of(60), seed=11)
    places = np.arange(counts.size).reshape(counts.shape)
    assert int((counts * places).sum()) == GOLDEN_DRAWN
    has_label = np.arange(120).reshape(60, 2) % 29 == 0
    has_label[:, 1] |= np.arange(60) > 50
    assert int((mend_bags(counts, has_label, seed=11) * places).sum()) == GOLDEN_MENDED


@given(st.integers(4, 30), st.integers(2, 40), st.integers(1, 3), st.integers(0, 2**32 - 1))
def test_every_task_is_in_every_bag_and_every_material_out_of_one(n_trees, n_materials, n_tasks, seed):
    rng = np.random.default_rng(seed)
    has_label = rng.random((n_materials, n_tasks)) < 0.3
    has_label[:2] = True
    mended = mend_bags(draw_bags(n_trees, keys_of(n_materials), seed), has_label, seed)
    for task in range(n_tasks):
        assert (mended[:, has_label[:, task]] > 0).any(axis=1).all()
    assert (mended == 0).any(axis=0).all()


def test_good_bags_are_left_as_drawn():
    counts = draw_bags(50, keys_of(200), seed=0)
    assert np.array_equal(mend_bags(counts, np.ones((200, 1), dtype=bool), seed=0), counts)


def test_two_labelled_materials_take_turns():
    counts = np.ones((2, 2), dtype=np.uint8)
    mended = mend_bags(counts, np.ones((2, 1), dtype=bool), seed=4)
    assert sorted(mended.sum(axis=0)) == [1, 1]
    assert (counts == 1).all()


@pytest.mark.parametrize("n_labelled", [0, 1])
def test_a_task_with_fewer_than_two_materials_is_refused(n_labelled):
    has_label = np.ones((5, 2), dtype=bool)
    has_label[n_labelled:, 1] = False
    with pytest.raises(TooFewLabels, match=rf"task number 1 has {n_labelled} labelled materials; 2 or more"):
        mend_bags(draw_bags(3, keys_of(5), 0), has_label, seed=0)
