"""Draws go together as planted, and joining changes no marginal."""

import numpy as np
import pytest
from scipy.special import ndtri

from graftwood.uncertainty.joint import (
    bag_correlation,
    class_scores,
    condition,
    correlate,
    draw_normals,
    join,
    larger,
    normal_scores,
)

CHAIN = np.array([[1.0, 0.8, -0.3], [0.8, 1.0, 0.1], [-0.3, 0.1, 1.0]])


def planted(n, seed=0):
    return np.random.default_rng(seed).normal(size=(n, 3)) @ np.linalg.cholesky(CHAIN).T


def test_planted_correlation_is_found_whatever_the_scale_and_the_tails():
    errors = planted(4000) * [1.0, 50.0, 0.1]
    errors[:, 1] = np.sign(errors[:, 1]) * np.abs(errors[:, 1]) ** 3
    scores = np.column_stack([normal_scores(column) for column in errors.T])
    np.testing.assert_allclose(correlate(scores, np.arange(4000)), CHAIN, atol=0.04)


def test_pairs_that_are_never_seen_together_are_unrelated():
    scores = planted(100)
    scores[::2, 0] = np.nan
    scores[1::2, 1] = np.nan
    assert correlate(scores, np.arange(100))[0, 1] == pytest.approx(0.0, abs=1e-12)


def test_rows_of_one_material_count_once_for_trust():
    scores = planted(200)
    few = correlate(scores, np.arange(200) // 50)[0, 1]
    many = correlate(scores, np.arange(200))[0, 1]
    assert few == pytest.approx(many * (4 / 14) / (200 / 210))


def test_order_of_rows_is_of_no_matter():
    scores = planted(50)
    order = np.random.default_rng(1).permutation(50)
    assert np.array_equal(correlate(scores, np.arange(50)), correlate(scores[order], np.arange(50)[order]))


def test_joined_levels_are_uniform_and_correlated_as_asked():
    levels = join(draw_normals(20_000, 1, 3, np.random.default_rng(0)), CHAIN[None])[:, 0]
    for column in levels.T:
        np.testing.assert_allclose(np.quantile(column, [0.1, 0.5, 0.9]), [0.1, 0.5, 0.9], atol=0.01)
    np.testing.assert_allclose(np.corrcoef(ndtri(levels).T), CHAIN, atol=0.02)


def test_conditioning_is_the_partial_correlation():
    uses = np.zeros((3, 3), dtype=bool)
    uses[1:, 0] = True
    partial = (0.1 + 0.8 * 0.3) / np.sqrt((1 - 0.64) * (1 - 0.09))
    assert condition(CHAIN, uses)[1, 2] == pytest.approx(partial)


def test_known_task_that_a_prediction_does_not_use_leaves_its_error_alone():
    uses = np.zeros((3, 3), dtype=bool)
    np.testing.assert_allclose(condition(CHAIN, uses), CHAIN, atol=1e-12)


def test_bags_that_count_decide_their_correlation():
    rng = np.random.default_rng(0)
    bags = rng.normal(size=(60, 4, 2))
    honest = rng.uniform(size=(60, 4)) < 0.5
    found = bag_correlation(bags, honest)
    for row in range(4):
        expected = np.corrcoef(bags[honest[:, row], row].T)[0, 1]
        assert found[row, 0, 1] == pytest.approx(expected)


def test_larger_of_both_is_a_correlation_matrix():
    one = np.array([[1.0, 0.9, 0.1], [0.9, 1.0, 0.1], [0.1, 0.1, 1.0]])
    other = np.array([[1.0, 0.1, -0.9], [0.1, 1.0, 0.9], [-0.9, 0.9, 1.0]])
    found = larger(one, other)
    assert np.linalg.eigvalsh(found).min() > -1e-12
    np.testing.assert_allclose(np.diag(found), 1.0)


def test_class_scores_of_true_odds_are_standard_normal():
    rng = np.random.default_rng(0)
    odds = rng.dirichlet([1.0, 2.0, 3.0], size=5000)
    numbers = (rng.uniform(size=(5000, 1)) > np.cumsum(odds, axis=1)).sum(axis=1)
    scores = class_scores(numbers, odds, seed=0)
    assert scores.mean() == pytest.approx(0.0, abs=0.05)
    assert scores.std() == pytest.approx(1.0, abs=0.05)
