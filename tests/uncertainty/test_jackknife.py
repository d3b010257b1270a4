"""The matrix form of the variance of a mean agrees with the formula, and both with planted truths."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graftwood.uncertainty.jackknife import learn_jackknife
from graftwood.uncertainty.reference import variance_of_mean


def draw(seed, n_trees, n_materials, n_rows=5):
    rng = np.random.default_rng(seed)
    counts = rng.poisson(1.0, (n_trees, n_materials)).astype(np.uint8)
    effects = rng.normal(size=(n_materials, n_rows)) / n_materials
    return counts, counts @ effects + rng.normal(size=(n_trees, n_rows)) / 3


@given(st.integers(0, 10**6), st.integers(2, 30), st.integers(1, 40))
@settings(max_examples=60, deadline=None)
def test_matrix_form_equals_its_twin(seed, n_trees, n_materials):
    counts, trees = draw(seed, n_trees, n_materials)
    fast = learn_jackknife(counts).variance(trees)
    naive = [variance_of_mean(column, counts) for column in trees.T]
    np.testing.assert_allclose(fast, naive, rtol=1e-10, atol=1e-10)


def test_material_in_every_bag_is_counted_by_its_covariance_alone():
    counts, trees = draw(0, 12, 8)
    counts[:, 3] = np.arange(12) % 3 + 1
    fast = learn_jackknife(counts).variance(trees)
    np.testing.assert_allclose(fast, [variance_of_mean(t, counts) for t in trees.T], rtol=1e-10)


def test_means_of_bags_have_the_variance_of_the_mean_of_their_labels():
    rng = np.random.default_rng(1)
    labels = rng.normal(size=60)
    counts = rng.poisson(1.0, (6000, 60)).astype(np.uint8)
    means = counts @ labels / counts.sum(axis=1)
    found = learn_jackknife(counts).variance(means[:, None])[0]
    assert found == pytest.approx(labels.var() / 60, rel=0.1)


def test_trees_that_do_not_depend_on_their_bags_have_no_variance_on_average():
    rng = np.random.default_rng(2)
    counts = rng.poisson(1.0, (40, 300)).astype(np.uint8)
    jackknife = learn_jackknife(counts)
    variances = jackknife.variance(rng.normal(size=(40, 20_000)))
    assert abs(variances.mean()) < 4 * variances.std() / np.sqrt(len(variances))
    # The expected biases that lolo subtracts leave (E[1/n_i] - e/B) n / 2, about a fifth here.
    assert variances.std() == pytest.approx(jackknife.noise, rel=0.1)


def test_negative_variances_are_told_and_have_the_spread_of_the_noise():
    counts, _ = draw(3, 20, 200)
    trees = np.random.default_rng(3).normal(size=(20, 50))
    jackknife = learn_jackknife(counts)
    spread, is_negative = jackknife.spread(trees)
    assert 0 < is_negative.sum() < 50
    assert np.array_equal(is_negative, jackknife.variance(trees) < 0)
    np.testing.assert_allclose(
        spread[is_negative], np.sqrt(jackknife.noise * trees.var(axis=0, ddof=1)[is_negative]), rtol=1e-12
    )


def test_row_has_the_same_bits_alone_and_among_others():
    counts, trees = draw(4, 30, 50, n_rows=700)
    jackknife = learn_jackknife(counts)
    together = jackknife.variance(trees)
    assert [jackknife.variance(trees[:, i : i + 1])[0] for i in (0, 255, 256, 699)] == list(
        together[[0, 255, 256, 699]]
    )


def test_order_of_materials_is_of_no_matter():
    counts, trees = draw(5, 30, 50)
    shuffled = counts[:, np.random.default_rng(0).permutation(50)]
    np.testing.assert_allclose(
        learn_jackknife(counts).variance(trees), learn_jackknife(shuffled).variance(trees), rtol=1e-10
    )
