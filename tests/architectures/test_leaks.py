"""What a material's own label said never comes back to it: latents and calibrations are out of bag."""

import numpy as np
import pytest

from graftwood import Difference, LatentVariable, MultiTaskForest, SingleTask
from graftwood.engine.bins import find_bins
from graftwood.network.rows import training_rows
from graftwood.network.train import single, train_network
from graftwood.network.training import ForestOptions, assemble

OPTIONS = {"n_estimators": 40, "random_state": 0}


def noise_labels(n_rows=150):
    """Labels that nothing can predict, the same for source and target: only a leak explains them."""
    rng = np.random.default_rng(0)
    X, noise = rng.normal(size=(n_rows, 4)), rng.normal(size=n_rows)
    return X, np.column_stack([noise, noise]), np.arange(n_rows) // 2


@pytest.fixture(scope="module")
def source():
    X, Y, groups = noise_labels()
    Y[120:, 0] = np.nan
    bins = find_bins(X)
    data = assemble(
        "Test", bins.encode(X), bins.n_codes, np.zeros(4, bool), ("0", "1"), Y, groups=groups, weights=None,
        seed=0, options=ForestOptions(n_estimators=40), n_jobs=1,
    )  # fmt: skip
    return data, train_network(data, [single("0", data.options)])


def rows_of(source, at):
    data, trained = source
    return training_rows(data, at, trained.saw, is_known=False)


def bags_of(source, at):
    return source[1].network.look("0", rows_of(source, at)).bags


def test_no_tree_that_saw_the_material_contributes(source):
    data, _ = source
    at = np.arange(150)
    rows, bags = rows_of(source, at), bags_of(source, at)
    saw = (data.bags[:, data.material] > 0) & (at < 120)
    changed = np.where(saw, 1e9, bags)
    assert saw.any(axis=0)[:120].all()
    assert np.array_equal(rows.mean(changed, "task 0"), rows.mean(bags, "task 0"))
    assert np.array_equal(rows.mean(bags, "task 0"), source[1].network.look("0", rows).center)


def test_material_outside_the_source_table_is_told_by_all_trees(source):
    at = np.arange(120, 150)
    bags = bags_of(source, at)
    assert np.allclose(rows_of(source, at).mean(bags, "task 0"), bags.mean(axis=0))


def test_memorised_noise_is_not_told_to_its_own_material(source):
    data, _ = source
    at = data.labelled("0")
    labels, bags = data.column("0")[at], bags_of(source, at)
    assert np.corrcoef(labels, bags.mean(axis=0))[0, 1] > 0.8
    assert abs(np.corrcoef(labels, rows_of(source, at).mean(bags, "task 0"))[0, 1]) < 0.3


def test_rows_of_one_material_share_their_bags(source):
    data, _ = source
    out = data.out_of_bag(np.arange(150))
    assert np.array_equal(out[:, ::2], out[:, 1::2])
    assert out.any(axis=0).all()


@pytest.mark.parametrize(
    "model",
    [
        pytest.param(SingleTask(1, **OPTIONS), id="single"),
        pytest.param(MultiTaskForest(1, **OPTIONS), id="multi-task"),
        pytest.param(Difference(1, 0, regimes=("hidden",), **OPTIONS), id="difference"),
        pytest.param(Difference(1, 1, **OPTIONS), id="self-difference"),
        pytest.param(LatentVariable(1, 0, regimes=("hidden",), **OPTIONS), id="latent"),
        pytest.param(LatentVariable(1, 1, **OPTIONS), id="self-latent"),
    ],
)
def test_error_bars_admit_that_noise_cannot_be_predicted(model):
    X, Y, groups = noise_labels()
    _, spread = model.fit(X, Y, groups=groups).predict(X + 0.01, return_std=True)
    assert np.median(spread) > 0.7


def test_target_label_of_a_material_does_not_touch_its_own_hidden_latent():
    X, Y, groups = noise_labels()
    Y[::3, 1] = np.nan
    changed = Y.copy()
    changed[:2, 1] *= -1000  # a label of material 0
    stages = []
    for labels in (Y, changed):
        model = LatentVariable(1, 0, **OPTIONS).fit(X, labels, groups=groups)
        stages.append(model.predict_tasks(X, tasks=["0"])["0"]["mean"])
    assert np.array_equal(*stages)
