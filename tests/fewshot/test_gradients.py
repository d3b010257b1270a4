"""Outer gradients of ANIL and MAML, and the factored loss, against central differences (A9)."""

import numpy as np
import pytest

from graftwood.fewshot import LinearANIL, LinearMAML
from graftwood.fewshot.blocks import make_problem
from graftwood.fewshot.factored import factored_loss
from graftwood.fewshot.inner import InnerLoop, anil_gradient, maml_gradient, split_problem
from tests.fewshot.planted import uneven_rows

STEP = 1e-5


def central_differences(value, flat):
    slopes = np.empty_like(flat)
    for i in range(len(flat)):
        moved = np.zeros_like(flat)
        moved[i] = STEP
        slopes[i] = (value(flat + moved) - value(flat - moved)) / (2 * STEP)
    return slopes


def split(flat):
    return flat[:8].reshape(2, 4), flat[8:]


def start():
    return np.random.default_rng(4).normal(size=10) * 0.5


def planted(method_split):
    return split_problem(make_problem(uneven_rows(5, [4, 6, 6, 7])), method_split)


@pytest.mark.parametrize("gradient", [anil_gradient, maml_gradient], ids=["anil", "maml"])
@pytest.mark.parametrize("n_steps", [1, 2, 5])
@pytest.mark.parametrize("method_split", ["half", "full"])
def test_exact_outer_gradient_equals_central_differences(gradient, n_steps, method_split):
    problem, loop = planted(method_split), InnerLoop(n_steps, 0.1, is_exact=True)
    _, to_basis, to_head = gradient(problem, loop, *split(start()))
    slopes = central_differences(lambda flat: gradient(problem, loop, *split(flat))[0], start())
    assert np.abs(np.concatenate([to_basis.ravel(), to_head]) - slopes).max() < 1e-7


@pytest.mark.parametrize("gradient", [anil_gradient, maml_gradient], ids=["anil", "maml"])
def test_first_order_has_the_same_loss_and_another_gradient(gradient):
    exact = gradient(planted("half"), InnerLoop(2, 0.1, is_exact=True), *split(start()))
    first = gradient(planted("half"), InnerLoop(2, 0.1, is_exact=False), *split(start()))
    assert first[0] == exact[0]
    assert np.abs(first[1] - exact[1]).max() > 1e-3


@pytest.mark.parametrize("gradient", [anil_gradient, maml_gradient], ids=["anil", "maml"])
def test_first_order_is_exact_in_the_limit_of_no_inner_step(gradient):
    exact = gradient(planted("half"), InnerLoop(1, 1e-9, is_exact=True), *split(start()))
    first = gradient(planted("half"), InnerLoop(1, 1e-9, is_exact=False), *split(start()))
    np.testing.assert_allclose(first[1], exact[1], rtol=1e-6)


def test_anil_and_maml_are_one_method_where_the_head_starts_at_zero_and_one_step_is_taken():
    # The step on B is head times gradient, so B does not move.
    basis, loop = split(start())[0], InnerLoop(1, 0.2, is_exact=False)
    anil = anil_gradient(planted("half"), loop, basis, np.zeros(2))
    maml = maml_gradient(planted("half"), loop, basis, np.zeros(2))
    np.testing.assert_allclose(anil[1], maml[1], atol=1e-14)


def test_support_of_half_never_judges():
    parts = planted("half").blocks
    assert all((part.support * part.query == 0).all() for part in parts)
    assert all(np.allclose(part.support.sum(axis=1), 1) for part in parts)
    assert all(np.allclose(part.query.sum(axis=1), 1) for part in parts)


def test_factored_gradient_equals_central_differences():
    problem = make_problem(uneven_rows(5, [4, 6, 6, 7]))
    flat = np.random.default_rng(4).normal(size=16)

    def value(flat):
        return factored_loss(problem, flat[:8].reshape(4, 2), flat[8:].reshape(2, 4))

    _, to_heads, to_loadings = value(flat)
    found = np.concatenate([to_heads.ravel(), to_loadings.ravel()])
    assert np.abs(found - central_differences(lambda at: value(at)[0], flat)).max() < 1e-7


@pytest.mark.parametrize("model", [LinearANIL, LinearMAML])
@pytest.mark.parametrize("inner_step_size", [3.0, 1e3, 1e200])
@pytest.mark.parametrize("learning_rate", [0.02, 1e3])
def test_steps_that_are_far_too_long_end_in_numbers(model, inner_step_size, learning_rate):
    rows = uneven_rows(5, [4, 6, 6, 7])
    options = {"inner_step_size": inner_step_size, "learning_rate": learning_rate, "n_inner_steps": 3}
    fitted = model(2, max_iter=60, random_state=0, **options).fit(rows.X, rows.y, rows.task)
    assert np.isfinite(fitted.coef_).all()
    np.testing.assert_allclose(fitted.subspace_ @ fitted.subspace_.T, np.eye(2), atol=1e-9)
