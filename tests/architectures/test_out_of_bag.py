"""What a shared forest said of its training rows is kept, and equals what another walk would give."""

import numpy as np
import pytest

from graftwood.coding.parts import parts_of, with_parts
from graftwood.network.out_of_bag import Trained, boil_down
from graftwood.network.rows import training_rows
from graftwood.network.train import Shared, mixture, train_network
from graftwood.network.training import ForestOptions, assemble


@pytest.fixture(scope="module")
def trained():
    rng = np.random.default_rng(0)
    codes = rng.integers(0, 50, size=(3, 90)).astype(np.uint8)
    gap = codes[0] / 10 + rng.normal(size=90)
    labels = np.column_stack([gap, gap + 0.3 * rng.normal(size=90), (gap > 2).astype(float)])
    labels[rng.random(labels.shape) < 0.4] = np.nan
    labels[:2] = [[0.0, 1.0, 0.0], [1.0, 2.0, 1.0]]
    options = ForestOptions(n_estimators=25)
    data = assemble(
        "Example", codes, np.full(3, 50), np.zeros(3, dtype=bool), ("dft", "gap", "metal"), labels,
        groups=np.repeat(np.arange(45), 2), weights=None, seed=0, options=options, n_jobs=1,
        n_classes=(0, 0, 2),
    )  # fmt: skip
    answers = {task: task for task in data.tasks}
    return data, train_network(data, [Shared(data.tasks, answers, "shared", options)])


@pytest.mark.parametrize("task", ["dft", "gap", "metal"])
def test_hidden_is_what_a_walk_over_the_rows_gives(trained, task):
    data, network = trained
    kept = network.hidden(data, task)
    walked = Trained(network.network, network.saw).hidden(data, task)
    assert np.array_equal(kept.rows, walked.rows)
    assert np.array_equal(kept.center, walked.center)
    assert np.array_equal(kept.sd, walked.sd, equal_nan=True)


@pytest.mark.parametrize("task", ["dft", "gap", "metal"])
def test_visible_is_what_a_walk_over_the_rows_gives(trained, task):
    data, network = trained
    hidden = network.hidden(data, task)
    kept = network.visible(data, task, hidden)
    seen = training_rows(data, kept.rows, network.saw, is_known=True)
    walked = boil_down(data, kept.rows, network.network.answer(task, seen))
    assert 10 < len(kept.rows) < len(hidden.rows)
    assert np.allclose(kept.center, walked.center, rtol=0, atol=1e-12)
    assert np.allclose(kept.sd, walked.sd, rtol=1e-12, equal_nan=True)
    assert not np.array_equal(kept.center, hidden.center[np.isin(hidden.rows, kept.rows)])


@pytest.fixture(scope="module")
def trained_on_parts():
    rng = np.random.default_rng(1)
    codes = rng.integers(0, 50, size=(3, 150)).astype(np.uint8)
    gap = np.maximum(codes[0] / 10 - 2 + rng.normal(size=150), 0.0)
    labels = np.column_stack([gap + 0.3 * rng.normal(size=150), gap])
    labels[rng.random(labels.shape) < 0.3] = np.nan
    labels, options = with_parts(labels, [1]), ForestOptions(n_estimators=25)
    tasks = ("dft", "gap", *parts_of(("gap",)))
    data = assemble(
        "Example", codes, np.full(3, 50), np.zeros(3, dtype=bool), tasks, labels,
        groups=np.repeat(np.arange(75), 2), weights=None, seed=0, options=options, n_jobs=1,
        n_classes=(0, 0, 2, 0), nonnegative=("gap",),
    )  # fmt: skip
    learned = ("dft", *parts_of(("gap",)))
    shared = Shared(learned, {task: task for task in learned}, "shared", options)
    return data, train_network(data, [shared, mixture("gap", options)])


@pytest.mark.parametrize("task", ["dft", *parts_of(("gap",))])
def test_parts_of_one_task_never_tell_each_other_anything(trained_on_parts, task):
    data, network = trained_on_parts
    hidden = network.hidden(data, task)
    kept = network.visible(data, task, hidden)
    seen = training_rows(data, kept.rows, network.saw, is_known=True)
    walked = boil_down(data, kept.rows, network.network.answer(task, seen))
    assert np.allclose(kept.center, walked.center, rtol=0, atol=1e-12)
    # Of a row with a gap and no other label nothing is known.
    alone = np.isnan(data.column("dft")[hidden.rows])
    if task != "dft":
        assert alone.any() and not np.isin(hidden.rows[alone], kept.rows).any()
