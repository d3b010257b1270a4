"""What a shared forest said of its training rows is kept, and equals what another walk would give."""

from dataclasses import replace

import numpy as np
import pytest

from graftwood.coding.parts import parts_of, with_parts
from graftwood.network.any_base import folds
from graftwood.network.out_of_bag import Trained, boil_down
from graftwood.network.relation import relate
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


def walk(data, trained, task, rows):
    """Ask the network fold by fold, its relation learned without the fold's materials."""
    relation, errors = trained.network.relations["shared"], trained.errors["shared"]
    fold = folds(data, data.material)[data.material]
    center, sd = np.full((2, len(rows), 2), np.nan)
    no_keys = np.arange(len(errors), dtype=np.uint64)
    for number in np.unique(fold):
        at, elsewhere = np.flatnonzero(fold[rows] == number), fold != number
        told = relate(
            relation.tasks, relation.first, np.where(elsewhere[:, None], errors, np.nan),
            data.material, no_keys, np.zeros_like(errors),
        )  # fmt: skip
        moving = replace(relation, covariance=told.covariance)
        network = replace(trained.network, relations={"shared": moving})
        seen = training_rows(data, rows[at], trained.saw, is_known=True)
        said = boil_down(data, rows[at], network.answer(task, seen))
        width = said.center.reshape(len(at), -1).shape[1]
        center[at, :width], sd[at, 0] = said.center.reshape(len(at), -1), said.sd
    is_class = bool(data.classes_of(task))
    return center if is_class else center[:, 0], sd[:, 0]


def test_a_row_is_not_moved_by_what_its_own_labels_say_of_errors(trained):
    data, network = trained
    kept = network.visible(data, "gap", network.hidden(data, "gap"))
    at = int(kept.rows[3])
    wild = Trained(network.network, network.saw, network.said, {"shared": network.errors["shared"].copy()})
    own = data.material == data.material[at]
    # The gap is what is predicted: of its own error nothing may be known anywhere.
    wild.errors["shared"][own, data.tasks.index("gap")] *= 1000
    moved = wild.visible(data, "gap", network.hidden(data, "gap"))
    assert np.array_equal(moved.center[own[kept.rows]], kept.center[own[kept.rows]])
    assert not np.array_equal(moved.center, kept.center)


@pytest.mark.parametrize("task", ["dft", "gap", "metal"])
def test_visible_is_what_a_walk_over_the_rows_gives(trained, task):
    data, network = trained
    hidden = network.hidden(data, task)
    kept = network.visible(data, task, hidden)
    walk_center, walk_sd = walk(data, network, task, kept.rows)
    assert 10 < len(kept.rows) < len(hidden.rows)
    assert np.allclose(kept.center, walk_center, rtol=0, atol=1e-12)
    assert np.allclose(kept.sd, walk_sd, rtol=1e-12, equal_nan=True)
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
    walk_center, _ = walk(data, network, task, kept.rows)
    assert np.allclose(kept.center, walk_center, rtol=0, atol=1e-12)
    # Of a row with a gap and no other label nothing is known.
    alone = np.isnan(data.column("dft")[hidden.rows])
    if task != "dft":
        assert alone.any() and not np.isin(hidden.rows[alone], kept.rows).any()


@pytest.mark.parametrize("order", [[0, 1, 2], [1, 0, 2]])
def test_of_two_rows_that_are_coded_alike_the_same_one_is_kept_in_any_order(order):
    keys = np.array([5, 5, 9], dtype=np.uint64)
    centers = np.array([[np.nan, 1.0], [0.0, 1.0], [2.0, 3.0]])  # a center of exactly 0 is not a missing one
    errors, material = np.ones((3, 2)), np.arange(3)
    kept = relate(("a", "b"), (0, 1, 2), errors[order], material[order], keys[order], centers[order])
    assert np.array_equal(kept.centers, [[0.0, 1.0], [2.0, 3.0]])
