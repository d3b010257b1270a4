"""What a shared forest said of its training rows is kept, and equals what another walk would give."""

import numpy as np
import pytest

from graftwood.architectures.out_of_bag import Trained, boil_down
from graftwood.architectures.rows import training_rows
from graftwood.architectures.train import Shared, train_network
from graftwood.architectures.training import ForestOptions, assemble


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
