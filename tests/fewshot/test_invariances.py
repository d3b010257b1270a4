"""What must not matter does not: order, names, rotations and units."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone

from graftwood.fewshot import (
    AlternatingGradient,
    AlternatingMinimization,
    MetaSubspacePursuit,
    MomentSubspace,
    NuclearNorm,
    RidgeToPooled,
    plant_tasks,
    subspace_distance,
)

PLANTED = plant_tasks(n_tasks=40, n_rows=8, n_inputs=6, rank=2, noise=0.3, seed=0)
DETERMINISTIC = {
    "pursuit": MetaSubspacePursuit(rank=2),
    "moments": MomentSubspace(rank=2),
    "alternating": AlternatingMinimization(rank=2, max_iter=5, tol=0.0),
    "nuclear": NuclearNorm(rank=2, penalty=0.5, tol=1e-8, max_iter=500),
    "to-pooled": RidgeToPooled(alpha=2.0),
}
seeds = st.integers(0, 2**31 - 1)
every = pytest.mark.parametrize("name", DETERMINISTIC)
few = settings(max_examples=15)


def fit(name, X, y, task):
    return clone(DETERMINISTIC[name]).fit(X, y, task)


@every
@given(seeds)
@few
def test_order_of_rows(name, seed):
    order = np.random.default_rng(seed).permutation(len(PLANTED.y))
    first = fit(name, PLANTED.X, PLANTED.y, PLANTED.task)
    second = fit(name, PLANTED.X[order], PLANTED.y[order], PLANTED.task[order])
    assert subspace_distance(second.subspace_, first.subspace_) < 1e-5
    np.testing.assert_allclose(second.coef_, first.coef_, atol=1e-6)


# Not to-pooled: its pooled penalty leaves out fifths of the tasks in the order of their names.
@pytest.mark.parametrize("name", sorted(set(DETERMINISTIC) - {"to-pooled"}))
@given(seeds)
@few
def test_names_of_tasks(name, seed):
    renamed = np.random.default_rng(seed).permutation(40)
    first = fit(name, PLANTED.X, PLANTED.y, PLANTED.task)
    second = fit(name, PLANTED.X, PLANTED.y, renamed[PLANTED.task])
    np.testing.assert_allclose(second.coef_[renamed], first.coef_, atol=1e-6)


@every
@given(seeds)
@few
def test_rotated_inputs_give_the_rotated_subspace(name, seed):
    turn = np.linalg.qr(np.random.default_rng(seed).normal(size=(6, 6)))[0]
    first = fit(name, PLANTED.X, PLANTED.y, PLANTED.task)
    second = fit(name, PLANTED.X @ turn, PLANTED.y, PLANTED.task)
    assert subspace_distance(second.subspace_, first.subspace_ @ turn) < 1e-5
    np.testing.assert_allclose(second.coef_, first.coef_ @ turn, atol=1e-6)


@every
@given(st.floats(1e-6, 1e6))
@few
def test_unit_of_the_label(name, unit):
    model = clone(DETERMINISTIC[name])
    if name == "nuclear":
        model.set_params(penalty=0.5 * unit)
    first = fit(name, PLANTED.X, PLANTED.y, PLANTED.task)
    second = model.fit(PLANTED.X, unit * PLANTED.y, PLANTED.task)
    np.testing.assert_allclose(second.coef_ / unit, first.coef_, rtol=1e-5, atol=1e-6)


@every
@given(st.floats(1e-3, 1e3))
@few
def test_unit_of_whitened_inputs(name, unit):
    units = np.array([unit, 1, 1, 1 / unit, 1, 1])
    model = clone(DETERMINISTIC[name]).set_params(whiten=True)
    first = model.fit(PLANTED.X, PLANTED.y, PLANTED.task).predict(PLANTED.X, PLANTED.task)
    scaled = clone(model).fit(PLANTED.X * units, PLANTED.y, PLANTED.task)
    np.testing.assert_allclose(scaled.predict(PLANTED.X * units, PLANTED.task), first, atol=1e-5)


@pytest.mark.parametrize("unit", [1e-3, 1e3, 1e8])
@pytest.mark.parametrize(
    "model",
    [
        pytest.param(MetaSubspacePursuit(rank=2), id="pursuit"),
        pytest.param(MetaSubspacePursuit(rank=2, step_size="secant"), id="secant"),
        pytest.param(MomentSubspace(rank=2), id="moments"),
        pytest.param(AlternatingMinimization(rank=2), id="alternating"),
        pytest.param(AlternatingGradient(rank=2), id="alternating-gradient"),
        pytest.param(NuclearNorm(rank=2, random_state=0), id="nuclear"),
    ],
)
def test_unit_of_all_inputs(model, unit):
    first = clone(model).fit(PLANTED.X, PLANTED.y, PLANTED.task)
    second = clone(model).fit(unit * PLANTED.X, PLANTED.y, PLANTED.task)
    # Steps scale by powers of 4, so they differ a little, and so do the places where they stop.
    assert subspace_distance(second.subspace_, first.subspace_) < 1e-3
    np.testing.assert_allclose(second.coef_ * unit, first.coef_, atol=1e-3)


def test_distance_knows_projectors_only():
    rng = np.random.default_rng(0)
    basis, mix = rng.normal(size=(3, 7)), rng.normal(size=(3, 3))
    assert subspace_distance(mix @ basis, basis) < 1e-12
    assert subspace_distance(np.eye(7)[:2], np.eye(7)[4:6]) == pytest.approx(1.0)
    random = [subspace_distance(rng.normal(size=(5, 100)), rng.normal(size=(5, 100))) for _ in range(50)]
    assert np.mean(random) == pytest.approx(np.sqrt(1 - 5 / 100), abs=0.01)
