"""Meta Subspace Pursuit: exact without noise, never worse from one iteration to the next, never NaN."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graftwood.errors import UndeterminedSubspace
from graftwood.fewshot import AlternatingGradient, MetaSubspacePursuit, plant_tasks, subspace_distance
from graftwood.fewshot.blocks import make_problem
from graftwood.fewshot.pursuit import pursue
from tests.fewshot.planted import uneven_rows


def naive_pursuit(X, Y, rank, n_iter):
    """The specification as a plain loop: X of shape (T, m, d), full decompositions, no guard."""
    n_tasks, m, d = X.shape
    theta, basis = np.zeros((n_tasks, d)), None
    for _ in range(n_iter):
        residual = Y - np.einsum("tmd,td->tm", X, theta)
        gradient = np.einsum("tmd,tm->td", X, residual) / m
        if basis is None:
            left, values, right = np.linalg.svd(gradient, full_matrices=False)
            projected = left[:, :rank] * values[:rank] @ right[:rank]
        else:
            projected = gradient @ basis.T @ basis
        eta = m * np.sum(projected**2) / np.sum(np.einsum("tmd,td->tm", X, projected) ** 2)
        moved = theta + eta * gradient
        basis = np.linalg.svd(moved, full_matrices=False)[2][:rank]
        theta = moved @ basis.T @ basis
    return theta


@pytest.mark.parametrize("n_tasks", [60, 15], ids=["tall", "wide"])
def test_equals_the_plain_loop_of_the_specification(n_tasks):
    planted = plant_tasks(n_tasks=n_tasks, n_rows=15, n_inputs=20, rank=2, noise=0.3, seed=0)
    run = pursue(make_problem(planted.rows()), 2, max_iter=10)
    naive = naive_pursuit(planted.X.reshape(n_tasks, 15, 20), planted.y.reshape(n_tasks, 15), 2, 10)
    assert run.n_halvings == 0
    np.testing.assert_allclose(run.coef, naive, atol=1e-9)


def test_a1_subspace_is_exact_without_noise():
    planted = plant_tasks(n_tasks=400, n_rows=25, n_inputs=100, rank=5, noise=0.0, seed=0)
    model = MetaSubspacePursuit(rank=5, max_iter=100).fit(planted.X, planted.y, planted.task)
    assert subspace_distance(model.subspace_, planted.subspace) < 1e-5


def test_a5_fewer_inputs_and_little_noise():
    planted = plant_tasks(n_tasks=400, n_rows=10, n_inputs=50, rank=5, noise=0.1, seed=0)
    model = MetaSubspacePursuit(rank=5, max_iter=100).fit(planted.X, planted.y, planted.task)
    assert subspace_distance(model.subspace_, planted.subspace) < 0.05


def test_a8_a_unit_step_is_halved_and_reported():
    planted = plant_tasks(n_tasks=400, n_rows=25, n_inputs=100, rank=5, noise=0.0, seed=0)
    model = MetaSubspacePursuit(rank=5, max_iter=60, step_size=1.0).fit(planted.X, planted.y, planted.task)
    assert model.n_halvings_ > 0 and model.step_sizes_[-1] < 1
    assert np.isfinite(model.coef_).all() and (np.diff(model.losses_) <= 0).all()
    assert subspace_distance(model.subspace_, planted.subspace) < 0.01


@given(
    st.lists(st.integers(1, 8), min_size=3, max_size=15), st.integers(1, 3), st.integers(0, 20),
    st.sampled_from(["projected", "secant", 1e-3, 1.0, 1e3, 1e6]), st.sampled_from([1e-150, 1e-8, 1.0, 1e8]),
)  # fmt: skip
@settings(max_examples=60)
def test_error_never_grows_and_nothing_is_nan(counts, rank, seed, step_size, scale):
    rows = uneven_rows(seed, counts)
    rows = type(rows)(rows.X, rows.y * scale, rows.task, rows.n_tasks)
    with np.errstate(all="ignore"):
        run = pursue(make_problem(rows), rank, max_iter=25, step_size=step_size)
    assert np.isfinite(run.coef).all() and np.isfinite(run.basis).all()
    assert (np.diff(run.losses) <= 0).all()
    np.testing.assert_allclose(run.basis @ run.basis.T, np.eye(rank), atol=1e-10)


@pytest.mark.parametrize("unit", [1e5, 1e20])
def test_a_fixed_step_that_is_far_too_long_for_the_inputs_is_halved_until_it_fits(unit):
    planted = plant_tasks(n_tasks=100, n_rows=15, n_inputs=12, rank=2, noise=0.1, seed=0)
    model = MetaSubspacePursuit(rank=2, max_iter=60, step_size=1.0)
    model.fit(unit * planted.X, planted.y, planted.task)
    assert model.n_halvings_ > 30 and model.losses_[-1] < 0.1 * model.losses_[0]
    assert subspace_distance(model.subspace_, planted.subspace) < 0.05


def test_alternating_gradient_takes_inputs_of_unlike_sizes():
    planted = plant_tasks(n_tasks=200, n_rows=15, n_inputs=8, rank=2, noise=0.1, seed=0)
    units = np.geomspace(1, 5, 8)
    model = AlternatingGradient(rank=2, max_iter=3000, tol=1e-9)
    model.fit(planted.X * units, planted.y, planted.task)
    assert (np.diff(model.losses_)[:-1] <= 0).all()
    assert subspace_distance(model.subspace_, planted.subspace / units) < 0.05


def test_secant_step_needs_fewer_iterations():
    planted = plant_tasks(n_tasks=400, n_rows=25, n_inputs=100, rank=5, noise=0.0, seed=0)
    runs = {
        step: pursue(make_problem(planted.rows()), 5, max_iter=100, step_size=step)
        for step in ("projected", "secant")
    }
    assert runs["secant"].n_iter < 0.7 * runs["projected"].n_iter
    assert all(subspace_distance(run.basis, planted.subspace) < 1e-5 for run in runs.values())
    assert (np.diff(runs["secant"].losses) <= 0).all()


def test_labels_of_zero_are_no_trouble():
    rows = uneven_rows(0, [4] * 6)
    model = MetaSubspacePursuit(rank=2).fit(rows.X, 0 * rows.y, rows.task)
    assert (model.coef_ == 0).all() and model.subspace_.shape == (2, 4)


def test_early_stopping_beats_convergence_under_noise_without_knowing_the_truth():
    planted = plant_tasks(n_tasks=800, n_rows=10, n_inputs=60, rank=5, noise=1.0, seed=0)
    table = planted.X, planted.y, planted.task
    stopped = MetaSubspacePursuit(rank=5, max_iter=200, early_stopping=True, random_state=0).fit(*table)
    converged = MetaSubspacePursuit(rank=5, max_iter=200).fit(*table)
    assert stopped.n_iter_ < converged.n_iter_
    assert subspace_distance(stopped.subspace_, planted.subspace) < 0.95 * subspace_distance(
        converged.subspace_, planted.subspace
    )


def test_uneven_tasks_are_learned_too():
    rng = np.random.default_rng(0)
    counts = rng.integers(3, 30, size=200)
    planted = plant_tasks(n_tasks=200, n_rows=30, n_inputs=30, rank=3, noise=0.1, seed=0)
    kept = np.concatenate([np.arange(n) < count for n, count in zip([30] * 200, counts, strict=True)])
    model = MetaSubspacePursuit(rank=3, max_iter=100)
    model.fit(planted.X[kept], planted.y[kept], planted.task[kept])
    assert subspace_distance(model.subspace_, planted.subspace) < 0.05


def test_too_few_labels_for_the_subspace_is_said():
    planted = plant_tasks(n_tasks=30, n_rows=2, n_inputs=20, rank=3, noise=0.0, seed=0)
    with pytest.warns(UndeterminedSubspace, match="60 labels must determine 141 unknowns of 30 tasks"):
        MetaSubspacePursuit(rank=3).fit(planted.X, planted.y, planted.task)


@pytest.mark.filterwarnings("error")
def test_too_few_labels_for_a_chosen_rank_is_said_too():
    planted = plant_tasks(n_tasks=3, n_rows=2, n_inputs=20, rank=1, noise=0.0, seed=0)
    with pytest.warns(UndeterminedSubspace, match="6 labels must determine"):
        MetaSubspacePursuit(random_state=0).fit(planted.X, planted.y, planted.task)


def test_enough_labels_bring_no_warning():
    planted = plant_tasks(n_tasks=30, n_rows=6, n_inputs=20, rank=3, noise=0.0, seed=0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        MetaSubspacePursuit(rank=3).fit(planted.X, planted.y, planted.task)
