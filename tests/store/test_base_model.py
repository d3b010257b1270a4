"""Models with a scikit-learn base come back as they were; what is unsafe or damaged is refused."""

import io
import zipfile

import numpy as np
import pytest
from sklearn.ensemble import (
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    GradientBoostingRegressor,
    HistGradientBoostingRegressor,
)
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, WhiteKernel
from sklearn.impute import SimpleImputer
from sklearn.linear_model import Ridge
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline

from graftwood import LatentVariable, SingleTask, TaskGraph, load_model, save_model
from graftwood.errors import DamagedModel, WrongOption
from graftwood.store import base_model
from graftwood.store.base_model import dump_base, load_base

FEW = {"n_estimators": 12, "random_state": 0}
BASES = {
    "trees": ExtraTreesRegressor(n_estimators=5),
    "boosting": HistGradientBoostingRegressor(max_iter=5),
    "old boosting": GradientBoostingRegressor(n_estimators=5),
    "ridge in a pipeline": make_pipeline(SimpleImputer(), Ridge()),
    "Gaussian process": GaussianProcessRegressor(RBF() + WhiteKernel(), optimizer=None),
}


@pytest.fixture(scope="module")
def table():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(60, 3))
    return X, np.column_stack([X[:, 0], X[:, 0] + X[:, 1]])


@pytest.mark.parametrize("name", list(BASES))
def test_a_model_predicts_what_it_predicted(name, table, tmp_path):
    X, Y = table
    model = LatentVariable(1, [0], base=BASES[name], **FEW).fit(X, Y)
    save_model(model, tmp_path / "it.graft")
    loaded = load_model(tmp_path / "it.graft")
    known = np.column_stack([Y[:, 0], np.full(60, np.nan)])
    for one, other in zip(
        model.predict(X, known=known, return_std=True),
        loaded.predict(X, known=known, return_std=True),
        strict=True,
    ):
        assert np.array_equal(one, other)
    assert type(loaded.base) is type(model.base)


def test_pairs_and_nodes_come_back(table, tmp_path):
    X, Y = table
    pair = (ExtraTreesRegressor(n_estimators=4), ExtraTreesClassifier(n_estimators=4))
    zeros = np.maximum(Y[:, 1], 0)
    single = SingleTask(base=pair, kinds={0: "nonnegative"}, **FEW).fit(X, zeros)
    graph = TaskGraph([SingleTask(0, base=Ridge()), LatentVariable(1, [0])], target=1, **FEW).fit(X, Y)
    for model in (single, graph):
        save_model(model, tmp_path / "it.graft")
        assert np.array_equal(model.predict(X), load_model(tmp_path / "it.graft").predict(X))


def test_a_type_that_is_not_trusted_is_refused_when_it_is_saved(table, tmp_path):
    X, Y = table
    model = SingleTask(1, base=KNeighborsRegressor(algorithm="kd_tree"), **FEW).fit(X, Y)
    with pytest.raises(WrongOption, match="KNeighborsRegressor, holds the type sklearn.* take another base"):
        save_model(model, tmp_path / "it.graft")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["trees", "boosting", "old boosting"])
@pytest.mark.parametrize("field", ["child", "input"])
def test_a_tree_that_leads_out_of_itself_is_refused(name, field, table):
    X, Y = table
    model = BASES[name].fit(X, Y[:, 1])
    nodes = first_nodes(model, name)
    names = {"child": ("left_child", "left"), "input": ("feature", "feature_idx")}[field]
    nodes[names[name == "boosting"]][0] = 10_000
    with pytest.raises(DamagedModel, match="a tree in a base of it cannot be walked"):
        load_base(dump_base(model, "it"))


def first_nodes(model, name):
    """The nodes of its first tree, as they lie in memory."""
    if name == "boosting":
        return model._predictors[0][0].nodes
    tree = model.estimators_[0] if name == "trees" else model.estimators_[0][0]
    state = tree.tree_.__getstate__()
    tree.tree_.__setstate__(state)
    return tree.tree_.__getstate__()["nodes"]


def test_bytes_that_are_no_model_are_refused():
    for data in (np.zeros(50, np.uint8), np.zeros((2, 2), np.uint8), np.zeros(5)):
        with pytest.raises(DamagedModel, match="a base of it"):
            load_base(data)


def test_a_base_that_unpacks_to_far_more_than_it_is_refused():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("schema.json", b"0" * 10**6)
    with pytest.raises(DamagedModel, match="unpacks to 1000000 bytes"):
        load_base(np.frombuffer(buffer.getvalue(), np.uint8))


def test_without_skops_the_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "skops", None)
    monkeypatch.setitem(__import__("sys").modules, "skops.io", None)
    with pytest.raises(WrongOption, match=r"pip install 'graftwood\[bases\]'"):
        dump_base(Ridge(), "it")
    assert base_model.is_base(Ridge())
