"""Correlations between tasks against plain loops, row by row, and what stays when nothing is known."""

import math
import warnings

import numpy as np
import pytest
from scipy.special import ndtr, ndtri

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

ROUND = {"rtol": 1e-12, "atol": 1e-14}
SOUND = np.array([[1.0, 0.5, 0.2], [0.5, 1.0, -0.1], [0.2, -0.1, 1.0]])
UNSOUND = np.array([[1.0, 0.9, -0.9], [0.9, 1.0, 0.9], [-0.9, 0.9, 1.0]])  # an eigenvalue of -0.8


def mended_by_hand(matrix):
    values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    if values.min() >= 0:
        return (matrix + matrix.T) / 2
    n = len(matrix)
    mended = sum(max(values[k], 0.0) * np.outer(vectors[:, k], vectors[:, k]) for k in range(n))
    scale = [math.sqrt(mended[i, i]) for i in range(n)]
    return np.array([[mended[i, j] / (scale[i] * scale[j]) for j in range(n)] for i in range(n)])


def test_sizes_of_errors_are_ranked_by_hand():
    errors = np.array([0.5, -2.0, np.nan, 0.5, 0.0, 3.0])  # ranks of sizes: 2.5, 4, -, 2.5, 1, 5 of 6
    tie = ndtri(0.5 + 2.5 / 12)
    expected = [tie, -ndtri(0.5 + 4 / 12), np.nan, tie, 0.0, ndtri(0.5 + 5 / 12)]
    np.testing.assert_allclose(normal_scores(errors), expected, **ROUND)
    assert np.isnan(normal_scores(np.full(2, np.nan))).all()


@pytest.mark.parametrize("seed", [0, 1])
def test_class_scores_row_by_row(seed):
    odds = np.random.default_rng(5).dirichlet([1.0, 1.0, 1.0], 30)
    numbers = np.arange(30) % 3
    place = np.random.default_rng([seed, 3]).uniform(size=30)
    expected = [ndtri(odds[i, : numbers[i] + 1].sum() - place[i] * odds[i, numbers[i]]) for i in range(30)]
    np.testing.assert_allclose(class_scores(numbers, odds, seed), expected, rtol=1e-9)


def test_class_that_was_held_impossible_has_a_finite_score():
    found = class_scores(np.array([0, 1]), np.array([[0.0, 1.0], [1.0, 0.0]]), seed=0)
    np.testing.assert_allclose(found, [ndtri(1e-6), ndtri(1 - 1e-6)], rtol=1e-9)


def correlate_by_hand(scores, material):
    n_tasks = scores.shape[1]
    result = np.eye(n_tasks)
    for i in range(n_tasks):
        for j in range(n_tasks):
            rows = [r for r in range(len(scores)) if not math.isnan(scores[r, i] + scores[r, j])]
            n = len({material[r] for r in rows})
            norm = math.sqrt(sum(scores[r, i] ** 2 for r in rows) * sum(scores[r, j] ** 2 for r in rows))
            if i != j and n >= 2 and norm > 0:
                result[i, j] = sum(scores[r, i] * scores[r, j] for r in rows) / norm * n / (n + 10)
    return result


@pytest.mark.parametrize("size", [1.0, 0.01])
def test_correlation_of_scores_row_by_row(size):
    rng = np.random.default_rng(0)
    scores = size * (rng.normal(size=(40, 4)) + rng.normal(size=(40, 1)))
    scores[rng.random((40, 4)) < 0.3] = np.nan
    material = rng.integers(0, 15, 40)
    np.testing.assert_allclose(correlate(scores, material), correlate_by_hand(scores, material), **ROUND)


@pytest.mark.parametrize(("n", "expected"), [(1, 0.0), (2, 2 / 12), (3, 3 / 13)])
def test_two_materials_are_the_fewest_that_say_anything(n, expected):
    scores = np.repeat(np.arange(1.0, n + 1)[:, None], 2, axis=1)
    assert correlate(scores, np.arange(n))[0, 1] == pytest.approx(expected, rel=1e-12)


def test_errors_that_are_all_zero_are_unrelated():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.array_equal(correlate(np.zeros((5, 2)), np.arange(5)), np.eye(2))


def test_known_task_that_explains_all_leaves_no_error_to_go_with():
    uses = np.array([[False, True], [False, False]])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = condition(np.ones((2, 2)), uses)
    np.testing.assert_allclose(found, np.eye(2), **ROUND)


def bag_correlation_by_hand(bags, honest):
    n_trees, n_rows, n_tasks = bags.shape
    result = np.zeros((n_rows, n_tasks, n_tasks))
    for row in range(n_rows):
        said = [bags[tree, row] for tree in range(n_trees) if honest[tree, row]]
        mean = sum(said) / max(len(said), 1)
        for i in range(n_tasks):
            for j in range(n_tasks):
                both, one, other = (
                    sum((s[a] - mean[a]) * (s[b] - mean[b]) for s in said)
                    for a, b in ((i, j), (i, i), (j, j))
                )
                related = both / math.sqrt(one * other) if one * other > 0 else 0.0
                result[row, i, j] = 1.0 if i == j else related
    return result


@pytest.mark.parametrize("n_trees", [1, 2, 7])
def test_correlation_over_bags_row_by_row(n_trees):
    rng = np.random.default_rng(0)
    bags, honest = rng.normal(size=(n_trees, 12, 3)), rng.random((n_trees, 12)) < 0.5
    honest[:, 0], honest[0, 0], honest[:, 1] = False, True, False  # a row of one bag, and one of none
    bags[:, 2, 1] = 0.25  # all bags agree
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = bag_correlation(bags, honest), bag_correlation(bags)
    np.testing.assert_allclose(found[0], bag_correlation_by_hand(bags, honest), rtol=1e-9, atol=1e-12)
    everywhere = np.ones_like(honest)
    np.testing.assert_allclose(found[1], bag_correlation_by_hand(bags, everywhere), rtol=1e-9, atol=1e-12)


def test_correlation_of_bags_whose_squares_add_up_to_one():
    bags = np.array([[[0.5, 1.0]], [[-0.5, 2.0]], [[0.5, 1.5]], [[-0.5, 0.0]]])
    found = bag_correlation(bags)[0, 0, 1]
    assert found == pytest.approx(np.corrcoef(bags[:, 0].T)[0, 1], rel=1e-12)


def test_larger_of_two_pair_by_pair_and_the_first_of_equals():
    one = np.array([[1.0, 0.5, -0.2], [0.5, 1.0, 0.3], [-0.2, 0.3, 1.0]])
    other = np.array([[1.0, -0.5, 0.4], [-0.5, 1.0, 0.1], [0.4, 0.1, 1.0]])
    expected = np.array([[1.0, 0.5, 0.4], [0.5, 1.0, 0.3], [0.4, 0.3, 1.0]])
    assert np.array_equal(larger(one, other), expected)


def test_each_row_is_mended_for_itself_and_sound_ones_stay_to_the_bit():
    lopsided = np.triu(np.full((3, 3), 1e-3), 1)
    batch = np.stack([UNSOUND, SOUND, SOUND + lopsided, UNSOUND + lopsided])
    found = larger(batch, batch)
    for matrix, one in zip(batch, found, strict=True):
        np.testing.assert_allclose(one, mended_by_hand(matrix), rtol=1e-12, atol=1e-12)
        assert np.array_equal(one, larger(matrix, matrix))  # alone as in company
    assert np.array_equal(found[1], SOUND)
    assert np.array_equal(found, np.swapaxes(found, 1, 2))
    assert (np.diagonal(found, axis1=1, axis2=2) == 1.0).all() and np.abs(found).max() <= 1.0


def test_mended_correlations_are_symmetric_to_the_bit():
    rng = np.random.default_rng(0)
    half = np.triu(rng.uniform(-1, 1, (50, 5, 5)), 1)
    batch = half + np.swapaxes(half, 1, 2) + np.eye(5)
    found = larger(batch, batch)
    assert np.array_equal(found, np.swapaxes(found, 1, 2))
    np.testing.assert_allclose(found, [mended_by_hand(matrix) for matrix in batch], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("n_draws", [1, 2, 5, 8])
def test_draws_mirror_each_other_as_far_as_there_are_pairs(n_draws):
    normals = draw_normals(n_draws, 2, 3, np.random.default_rng(0))
    assert normals.shape == (n_draws, 2, 3)
    n_first = (n_draws + 1) // 2
    assert np.array_equal(normals[n_first:], -normals[: n_draws - n_first])
    assert np.array_equal(normals[:n_first], np.random.default_rng(0).standard_normal((n_first, 2, 3)))


def test_joining_what_is_unrelated_changes_nothing():
    normals = draw_normals(6, 2, 3, np.random.default_rng(0))
    np.testing.assert_allclose(join(normals, np.tile(np.eye(3), (2, 1, 1))), ndtr(normals), **ROUND)


def test_one_row_of_normal_numbers_serves_all_rows():
    normals = draw_normals(4, 1, 2, np.random.default_rng(0))
    correlation = np.stack([SOUND[:2, :2], np.ones((2, 2)), np.eye(2)])
    found = join(normals, correlation)
    assert found.shape == (4, 3, 2)
    for row in range(3):
        np.testing.assert_allclose(found[:, row], join(normals, correlation[[row]])[:, 0], **ROUND)
