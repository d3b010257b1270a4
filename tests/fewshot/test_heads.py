"""Heads: ridge by either system, the likeliest penalty, and what a new task is given."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graftwood.fewshot import MetaSubspacePursuit, OracleSubspace, plant_tasks, relative_error
from graftwood.fewshot.blocks import make_problem
from graftwood.fewshot.heads import likeliest_prior, ridge_head, ridge_heads
from tests.fewshot.planted import uneven_rows


@given(st.integers(1, 7), st.integers(1, 7), st.floats(1e-3, 1e3), st.integers(0, 9))
def test_ridge_over_rows_equals_ridge_over_dimensions(m, k, alpha, seed):
    rng = np.random.default_rng(seed)
    Z, y = rng.normal(size=(m, k)), rng.normal(size=m)
    textbook = np.linalg.inv(Z.T @ Z + alpha * np.eye(k)) @ Z.T @ y
    np.testing.assert_allclose(ridge_head(Z, y, alpha), textbook, rtol=1e-7, atol=1e-10)


def test_heads_of_uneven_tasks_equal_those_of_each_alone():
    rows, basis = uneven_rows(0, [1, 2, 3, 7, 7, 20]), np.eye(2, 4)
    found = ridge_heads(make_problem(rows), basis, 0.7)
    for task in range(6):
        own = rows.task == task
        alone = ridge_head(rows.X[own] @ basis.T, rows.y[own], 0.7)
        np.testing.assert_allclose(found[task], alone, atol=1e-12)


@pytest.mark.parametrize("n_rows", [3, 5, 25], ids=["fewer-rows-than-dimensions", "as-many", "more"])
def test_likeliest_penalty_is_the_planted_noise_over_head_variance(n_rows):
    planted = plant_tasks(n_tasks=2000, n_rows=n_rows, n_inputs=20, rank=5, noise=1.0, seed=0)
    found = likeliest_prior(make_problem(planted.rows()), planted.subspace)
    assert found.alpha == pytest.approx(5.0, rel=0.15)
    assert found.noise == pytest.approx(1.0, rel=0.05)


def test_likelihood_equals_that_of_a_multivariate_normal():
    from scipy.stats import multivariate_normal

    rows, basis = uneven_rows(3, [2, 3, 6, 6]), np.eye(3, 4)
    prior = likeliest_prior(make_problem(rows), basis)

    def log_likelihood(alpha):
        variances = [np.eye(n) + rows.X[rows.task == t] @ basis.T @ basis @ rows.X[rows.task == t].T / alpha
                     for t, n in enumerate(rows.counts)]  # fmt: skip
        labels = [rows.y[rows.task == t] for t in range(4)]
        noise = sum(y @ np.linalg.solve(S, y) for y, S in zip(labels, variances, strict=True)) / len(rows.y)
        return sum(
            multivariate_normal(cov=noise * S).logpdf(y) for y, S in zip(labels, variances, strict=True)
        )

    best = log_likelihood(prior.alpha)
    assert all(best >= log_likelihood(prior.alpha * factor) for factor in (0.5, 0.9, 1.1, 2.0))


def test_a_new_task_is_learned_from_fewer_labels_than_inputs():
    planted = plant_tasks(n_tasks=200, n_rows=12, n_inputs=30, rank=3, noise=0.0, seed=0)
    model = MetaSubspacePursuit(rank=3, max_iter=200).fit(planted.X, planted.y, planted.task)
    X, y, coef = planted.draw_new_task(n_rows=3, seed=5)
    head = model.adapt(X, y)
    assert relative_error(head.coef, coef) < 0.02
    np.testing.assert_allclose(head.predict(X), X @ head.coef + head.intercept)
    np.testing.assert_allclose(head.coef, head.weights @ model.subspace_, atol=1e-12)


def test_bayes_heads_are_far_better_than_least_squares_with_few_labels():
    planted = plant_tasks(n_tasks=300, n_rows=20, n_inputs=10, rank=5, noise=1.0, seed=0)
    errors = {}
    for alpha in ("bayes", 1e-9):
        model = OracleSubspace(planted.subspace, alpha=alpha).fit(planted.X, planted.y, planted.task)
        found = [planted.draw_new_task(n_rows=5, seed=seed) for seed in range(200)]
        errors[alpha] = np.mean([relative_error(model.adapt(X, y).coef, coef) ** 2 for X, y, coef in found])
    assert errors["bayes"] < 1.5 < 10 < errors[1e-9]


def test_one_label_is_enough_to_adapt():
    planted = plant_tasks(n_tasks=60, n_rows=12, n_inputs=8, rank=2, noise=0.1, seed=0)
    model = MetaSubspacePursuit(rank=2).fit(planted.X, planted.y, planted.task)
    assert np.isfinite(model.adapt(planted.X[:1], planted.y[:1]).coef).all()
