"""The rank chosen by held-out rows, and the rows that are held out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.base import clone

from graftwood.fewshot import MetaSubspacePursuit, plant_tasks
from graftwood.fewshot.held_out import hold_out
from tests.fewshot.planted import SUBSPACES, uneven_rows


@pytest.mark.parametrize("rank", [1, 3, 5])
def test_planted_rank_is_found(rank):
    planted = plant_tasks(n_tasks=200, n_rows=15, n_inputs=20, rank=rank, noise=0.3, seed=rank)
    model = MetaSubspacePursuit(random_state=0).fit(planted.X, planted.y, planted.task)
    assert rank <= model.rank_ <= rank + 1
    assert model.rank_errors_[rank] < 1.02 * min(model.rank_errors_.values())
    assert len(model.subspace_) == model.rank_


@pytest.mark.parametrize("name", SUBSPACES)
def test_every_method_can_choose_its_rank(name):
    planted = plant_tasks(n_tasks=40, n_rows=10, n_inputs=5, rank=1, noise=0.1, seed=0)
    model = clone(SUBSPACES[name]).set_params(rank="auto").fit(planted.X, planted.y, planted.task)
    assert 1 <= model.rank_ <= 5 and set(model.rank_errors_) <= set(range(1, 6))


@given(st.lists(st.integers(1, 9), min_size=1, max_size=8), st.floats(0.05, 0.9), st.integers(0, 99))
def test_every_task_keeps_a_row_and_gives_one_when_it_can(counts, fraction, seed):
    rows = uneven_rows(0, counts)
    kept, held = hold_out(rows, fraction, np.random.default_rng(seed))
    assert (kept.counts >= 1).all()
    assert ((held.counts >= 1) == (rows.counts >= 2)).all()
    both = np.concatenate([kept.y, held.y])
    np.testing.assert_array_equal(np.sort(both), np.sort(rows.y))
    assert (np.diff(kept.task) >= 0).all() and (np.diff(held.task) >= 0).all()
