"""Blocks: padding changes nothing, and the passes equal a loop over tasks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graftwood.fewshot import blocks
from graftwood.fewshot.blocks import make_problem
from graftwood.fewshot.rows import Rows, read_rows
from tests.fewshot.planted import uneven_rows

COUNTS = st.lists(st.integers(0, 9), min_size=1, max_size=12).filter(sum)


def naive_pass(rows: Rows, coef: np.ndarray) -> tuple[float, np.ndarray]:
    """Loss and descent, one task after the other."""
    loss, descent = 0.0, np.zeros_like(coef)
    for task in range(rows.n_tasks):
        X, y = rows.X[rows.task == task], rows.y[rows.task == task]
        if len(y):
            residual = y - X @ coef[task]
            loss += residual @ residual / len(y)
            descent[task] = X.T @ residual / len(y)
    return loss, descent


@given(COUNTS, st.integers(0, 5), st.integers(1, 60))
def test_a_pass_over_blocks_equals_a_loop_over_tasks(counts, seed, cells):
    rows = uneven_rows(seed, counts)
    coef = np.random.default_rng(seed).normal(size=(len(counts), 4))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "BLOCK_CELLS", cells)
        problem = make_problem(rows)
    found = problem.descend(coef)
    loss, descent = naive_pass(rows, coef)
    assert found.loss == pytest.approx(loss, rel=1e-12)
    assert problem.loss(coef) == pytest.approx(loss, rel=1e-12)
    np.testing.assert_allclose(found.descent, descent, rtol=1e-10, atol=1e-12)


@given(COUNTS, st.integers(0, 5))
def test_every_task_is_in_one_block(counts, seed):
    problem = make_problem(uneven_rows(seed, counts))
    places = np.concatenate([np.arange(len(counts))[block.tasks] for block in problem.blocks])
    assert sorted(places.tolist()) == list(range(len(counts)))
    assert sum(int(block.n_rows.sum()) for block in problem.blocks) == sum(counts)


def test_descent_is_minus_half_the_gradient():
    problem, coef = make_problem(uneven_rows(0, [3, 5, 5, 9])), np.ones((4, 4))
    found, step = problem.descend(coef).descent, 1e-6
    for place in np.ndindex(coef.shape):
        moved = np.zeros_like(coef)
        moved[place] = step
        slope = (problem.loss(coef + moved) - problem.loss(coef - moved)) / (2 * step)
        assert -slope / 2 == pytest.approx(found[place], abs=1e-7)


def test_step_minimises_the_loss_along_the_projected_descent():
    problem = make_problem(uneven_rows(1, [5] * 6))
    basis = np.linalg.qr(np.random.default_rng(2).normal(size=(4, 2)))[0].T
    here = problem.descend(np.zeros((6, 4)), basis)
    direction = here.descent @ basis.T @ basis
    losses = [problem.loss(scale * here.step * direction) for scale in (0.99, 1.0, 1.01)]
    assert losses[1] < min(losses[0], losses[2])


def test_even_tasks_are_not_copied():
    rows = uneven_rows(0, [5] * 7)
    assert all(np.shares_memory(block.X, rows.X) for block in make_problem(rows).blocks)


def test_padding_stays_within_its_budget():
    counts = np.random.default_rng(0).integers(1, 200, size=400).tolist()
    problem = make_problem(uneven_rows(0, counts))
    assert sum(block.X.size for block in problem.blocks) <= 1.3 * sum(counts) * 4


def test_a_table_on_disk_is_read_in_place(tmp_path):
    rows = uneven_rows(0, [5] * 7)
    on_disk = np.memmap(tmp_path / "inputs", dtype=np.float64, mode="w+", shape=rows.X.shape)
    on_disk[:] = rows.X
    read, _ = read_rows("test", on_disk, rows.y, rows.task)
    assert np.shares_memory(read.X, on_disk)
    assert all(np.shares_memory(block.X, on_disk) for block in make_problem(read).blocks)
