"""The frame: centre, whitening and offsets, each on data that need it, and the way back."""

import numpy as np
import pytest

from graftwood.fewshot import (
    MetaSubspacePursuit,
    MomentSubspace,
    RidgeToPooled,
    plant_tasks,
    subspace_distance,
)
from graftwood.fewshot.frame import learn_frame, pooled_fit
from tests.fewshot.planted import uneven_rows


@pytest.mark.parametrize("centre", [False, True])
@pytest.mark.parametrize("whiten", [False, True])
@pytest.mark.parametrize("fit_intercept", [False, True])
def test_predictions_inside_and_outside_are_the_same(centre, whiten, fit_intercept):
    rows = uneven_rows(0, [6, 9, 9])
    frame = learn_frame("test", rows, centre=centre, whiten=whiten, fit_intercept=fit_intercept)
    framed = frame.inputs(rows.X)
    coef = np.random.default_rng(1).normal(size=(3, framed.shape[1]))
    inside = np.einsum("nd,nd->n", framed, coef[rows.task]) + rows.y - frame.labels(framed, rows.y)
    outer, intercept = frame.unframe(coef)
    outside = np.einsum("nd,nd->n", rows.X, outer[rows.task]) + intercept[rows.task]
    np.testing.assert_allclose(inside, outside, atol=1e-10)


def test_no_option_copies_nothing():
    rows = uneven_rows(0, [6, 9])
    framed = learn_frame("test", rows, centre=False, whiten=False, fit_intercept=False).rows(rows)
    assert framed.X is rows.X and framed.y is rows.y


def test_whitening_makes_second_moments_the_identity():
    rows = uneven_rows(0, [20, 30])
    rows.X[:, 1] += 3 * rows.X[:, 0]
    frame = learn_frame("test", rows, centre=False, whiten=True, fit_intercept=True)
    framed = frame.inputs(rows.X)
    np.testing.assert_allclose(framed.T @ framed / len(framed), np.eye(5), atol=1e-10)


def correlated(seed):
    planted = plant_tasks(n_tasks=400, n_rows=15, n_inputs=12, rank=2, noise=0.1, seed=seed)
    mix = np.diag(np.geomspace(1, 30, 12)) + 2.0
    X = planted.X @ mix
    return X, planted.y, planted.task, np.linalg.solve(mix, planted.subspace.T).T


@pytest.mark.parametrize("model", [MetaSubspacePursuit(rank=2, max_iter=100), MomentSubspace(rank=2)])
def test_whitening_finds_the_subspace_of_correlated_inputs_in_their_own_coordinates(model):
    X, y, task, truth = correlated(0)
    plain = subspace_distance(model.fit(X, y, task).subspace_, truth)
    white = subspace_distance(model.set_params(whiten=True).fit(X, y, task).subspace_, truth)
    assert white < 0.15 and white < 0.5 * plain


def test_centre_frees_the_subspace_from_what_all_tasks_share():
    planted = plant_tasks(n_tasks=100, n_rows=15, n_inputs=12, rank=2, noise=0.1, seed=0)
    shared = np.random.default_rng(7).normal(size=12)
    y = planted.y + planted.X @ shared
    found = {
        centre: MetaSubspacePursuit(rank=2, max_iter=60, centre=centre).fit(planted.X, y, planted.task)
        for centre in (False, True)
    }
    assert subspace_distance(found[True].subspace_, planted.subspace) < 0.05
    assert subspace_distance(found[False].subspace_, planted.subspace) > 0.3
    head = found[True].adapt(planted.X[:15], y[:15])
    np.testing.assert_allclose(head.coef, planted.coef[0] + shared, atol=0.15)


def test_offsets_of_tasks_are_learned():
    planted = plant_tasks(n_tasks=100, n_rows=15, n_inputs=12, rank=2, noise=0.01, seed=0)
    offsets = planted.coef @ np.ones(12) + 20.0
    X, y = planted.X + 5.0, planted.y + np.repeat(offsets, 15)
    model = MetaSubspacePursuit(rank=3, max_iter=100, fit_intercept=True).fit(X, y, planted.task)
    assert np.sqrt(np.mean((model.predict(X, planted.task) - y) ** 2)) < 0.03
    assert model.subspace_.shape == (3, 12)


def test_pooled_fit_chooses_its_penalty_by_tasks_left_out():
    rows = uneven_rows(0, [4] * 30)
    chosen = pooled_fit(rows)
    # Tasks share nothing here, so what predicts the others is next to nothing.
    assert np.linalg.norm(chosen) < 0.8 * np.linalg.norm(pooled_fit(rows, penalty=0.0))


def test_ridge_to_pooled_takes_unlike_units_when_whitened():
    X, y, task, _ = correlated(1)
    first = RidgeToPooled(whiten=True).fit(X, y, task)
    second = RidgeToPooled(whiten=True).fit(X * np.geomspace(1e-3, 1e3, 12), y, task)
    np.testing.assert_allclose(
        first.predict(X, task), second.predict(X * np.geomspace(1e-3, 1e3, 12), task), rtol=1e-5, atol=1e-6
    )
