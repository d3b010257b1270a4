import pickle
import warnings
from datetime import datetime, timedelta, timezone

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LinearRegression

from graftwood import CompositionFeatures, MultiTaskForest, SingleTask, load_model, save_model
from graftwood.errors import DamagedModel, UnreadableFile, UnreliableSpread, WrongOption
from graftwood.store.classes import MODELS
from graftwood.store.load import load_inputs

from .conftest import WHEN, make_known, make_models, make_table

NAMES = list(make_models())


def everything_said(model, X, known):
    """All that a model predicts of rows, hidden and with known labels."""
    said = []
    for labels in (None, known):
        said += [*model.predict(X, known=labels, return_std=True)]
        said += [*model.predict_interval(X, coverage=0.8, known=labels)]
        said += [model.sample(X[:5], n_draws=4, known=None if labels is None else labels[:5])]
        said += [model.domain_score(X, known=labels)]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UnreliableSpread)  # six trees
            said += [model.predict(X, known=labels, return_std=True, of="mean")[1]]
        for by_task in model.predict_tasks(X, known=labels).values():
            said += list(by_task.values())
    return said


def test_every_class_of_the_table_is_tried():
    assert {type(model).__name__ for model in make_models().values()} == set(MODELS)


@pytest.mark.parametrize("name", NAMES)
def test_loaded_model_says_the_same_to_the_last_bit(fitted, tmp_path, name):
    model, (X, _), known = fitted[name], make_table(), make_known()
    save_model(model, tmp_path / "model.graft")
    loaded = load_model(tmp_path / "model.graft")
    before, after = everything_said(model, X, known), everything_said(loaded, X, known)
    assert len(before) == len(after)
    assert all(np.array_equal(one, other) for one, other in zip(before, after, strict=True))


@pytest.mark.parametrize("name", NAMES)
def test_order_of_named_columns_is_still_of_no_matter(fitted, tmp_path, name):
    model, (X, _), known = fitted[name], make_table(), make_known()
    save_model(model, tmp_path / "model.graft")
    loaded = load_model(tmp_path / "model.graft")
    permuted = X[["mass", "pressure", "lattice"]]
    assert np.array_equal(model.predict(X, known=known), loaded.predict(permuted, known=known))


@pytest.mark.parametrize("name", NAMES)
def test_options_and_fitted_names_come_back(fitted, tmp_path, name):
    model = fitted[name]
    save_model(model, tmp_path / "model.graft")
    loaded = load_model(tmp_path / "model.graft")
    assert type(loaded) is type(model)
    assert vars(loaded).keys() == vars(model).keys()
    assert repr(loaded) == repr(model)
    assert loaded.get_params(deep=False).keys() == model.get_params(deep=False).keys()
    assert (loaded.tasks_, loaded.target_) == (model.tasks_, model.target_)
    assert loaded.feature_names_in_.dtype == object
    assert list(loaded.feature_names_in_) == ["pressure", "lattice", "mass"]


@pytest.mark.parametrize("name", ["single", "latent"])
def test_loaded_model_can_be_fitted_again(fitted, tmp_path, name):
    model, (X, Y) = fitted[name], make_table()
    save_model(model, tmp_path / "model.graft")
    again = clone(load_model(tmp_path / "model.graft")).fit(X, Y)
    assert np.array_equal(again.predict(X), model.predict(X))


@pytest.mark.parametrize("name", NAMES)
def test_same_model_gives_the_same_bytes(fitted, tmp_path, name):
    one, other, third = (tmp_path / f"{number}.graft" for number in range(3))
    save_model(fitted[name], one, created=WHEN)
    save_model(fitted[name], other, created=WHEN.astimezone(timezone(timedelta(hours=-8))))
    save_model(load_model(one), third, created=WHEN)
    assert one.read_bytes() == other.read_bytes() == third.read_bytes()


def test_arrays_without_names_and_one_flat_task(tmp_path):
    X = np.random.default_rng(0).normal(size=(40, 3))
    X[::5, 1] = np.nan
    model = SingleTask(n_estimators=np.int64(4), random_state=np.int64(0)).fit(X, X[:, 0])
    save_model(model, tmp_path / "model.graft")
    loaded = load_model(tmp_path / "model.graft")
    assert loaded.predict(X).shape == (40,)
    assert np.array_equal(loaded.predict(X), model.predict(X))
    assert not hasattr(loaded, "feature_names_in_")
    assert type(loaded.n_estimators) is int


def test_labels_without_spread_survive(tmp_path):
    X = np.zeros((12, 1))
    model = MultiTaskForest(n_estimators=300, random_state=0).fit(X, np.ones((12, 2)))
    save_model(model, tmp_path / "model.graft")
    loaded = load_model(tmp_path / "model.graft")
    assert np.array_equal(loaded.predict(X), model.predict(X))


def test_how_inputs_were_made_comes_back(fitted, tmp_path):
    features = CompositionFeatures(column="composition", magpie=False, on_problem="nan")
    save_model(fitted["single"], tmp_path / "with.graft", inputs=features)
    save_model(fitted["single"], tmp_path / "without.graft")
    again = load_inputs(tmp_path / "with.graft")
    table = pd.DataFrame({"composition": ["GaAs", "Xx2O3"]})
    assert again.get_params() == features.get_params()
    assert np.array_equal(again.transform(table), features.transform(table), equal_nan=True)
    assert load_inputs(tmp_path / "without.graft") is None


def test_nothing_is_pickled(fitted, tmp_path, monkeypatch):
    def refuse(*arguments, **options):
        raise AssertionError("pickle was used")

    for name in ("loads", "load", "dumps", "dump", "Unpickler", "Pickler"):
        monkeypatch.setattr(pickle, name, refuse)
    monkeypatch.setattr(np.lib.format, "read_array", refuse)
    monkeypatch.setattr(np, "load", refuse)
    save_model(fitted["latent"], tmp_path / "model.graft", inputs=CompositionFeatures())
    assert load_model(tmp_path / "model.graft").target_ == "gap_exp"
    assert load_inputs(tmp_path / "model.graft").column == "formula"


def test_numpy_can_read_the_arrays(model_file):
    import io
    import zipfile

    with zipfile.ZipFile(model_file) as archive:
        arrays = np.load(io.BytesIO(archive.read("arrays.npz")), allow_pickle=False)
        assert all(arrays[name].dtype.kind in "bifu" for name in arrays)


def test_model_file_replaces_the_old_one_whole(fitted, tmp_path, monkeypatch):
    path = tmp_path / "model.graft"
    save_model(fitted["single"], path)
    old = path.read_bytes()
    with pytest.raises(WrongOption):
        save_model(fitted["latent"], path, metrics={"mae": object()})
    assert path.read_bytes() == old
    save_model(fitted["latent"], path)
    assert type(load_model(path)).__name__ == "LatentVariable"
    assert list(tmp_path.iterdir()) == [path]


def test_place_that_cannot_be_written_is_named(fitted, tmp_path):
    with pytest.raises(UnreadableFile, match="nowhere does not exist"):
        save_model(fitted["single"], tmp_path / "nowhere" / "model.graft")


def test_full_disk_is_one_sentence_and_keeps_the_old_file(fitted, tmp_path, monkeypatch):
    path = tmp_path / "model.graft"
    path.write_text("old")

    def full(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_bytes", full)
    with pytest.raises(UnreadableFile, match=r"Cannot write .*model\.graft: No space left on device; free"):
        save_model(fitted["single"], path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("given", [None, LinearRegression(), "a text", SingleTask])
def test_what_is_no_architecture_is_refused(tmp_path, given):
    with pytest.raises(
        WrongOption, match=r"save_model: a \w+ cannot be saved; the classes that can are MultiTask"
    ):
        save_model(given, tmp_path / "model.graft")


def test_derived_class_is_refused_since_the_file_could_not_bring_it_back(tmp_path):
    class SingleTask(MultiTaskForest):
        pass

    with pytest.raises(WrongOption, match="a SingleTask cannot be saved"):
        save_model(SingleTask(), tmp_path / "model.graft")


@pytest.mark.parametrize("name", NAMES)
def test_unfitted_model_is_refused(tmp_path, name):
    with pytest.raises(NotFittedError, match="not fitted yet; call fit before saving it"):
        save_model(make_models()[name], tmp_path / "model.graft")
    assert not list(tmp_path.iterdir())


def fitted_with(**options):
    X, Y = make_table()
    return SingleTask("gap_dft", n_estimators=4, random_state=0).fit(X, Y).set_params(**options)


@pytest.mark.parametrize(
    "model_options, given, message",
    [
        pytest.param(
            {"random_state": np.random.RandomState(0)},
            {},
            r"random_state of SingleTask is a RandomState.*set_params\(random_state=None\)",
            id="random-state",
        ),
        pytest.param(
            {"base": MultiTaskForest(random_state=np.random.RandomState(0))},
            {},
            "random_state of SingleTask.base is a RandomState",
            id="random-state-of-the-base",
        ),
        pytest.param({}, {"metrics": {"mae": np.ones(2)}}, r"metrics\['mae'\] is an array", id="array"),
        pytest.param({}, {"metrics": [1.0]}, "metrics must be a dict or None", id="metrics"),
        pytest.param({}, {"metrics": {"a": [{"b": {1}}]}}, r"metrics\['a'\]\[0\]\['b'\] is a set", id="set"),
        pytest.param({}, {"study": {"f": 1 + 2j}}, r"study\['f'\] is a complex", id="complex"),
        pytest.param({}, {"study": "ab12"}, "study must be a dict or None, got 'ab12'", id="study"),
        pytest.param(
            {},
            {"inputs": LinearRegression()},
            "one of CompositionFeatures, TableFeatures, got a Linear",
            id="inputs",
        ),
        pytest.param(
            {},
            {"inputs": CompositionFeatures().set_output(transform="pandas")},
            "inputs carries '_sklearn_output_config'",
            id="inputs-with-more-than-options",
        ),
        pytest.param(
            {}, {"created": datetime(2024, 1, 1)}, "created must be a datetime with a time zone", id="no-zone"
        ),
        pytest.param({}, {"created": "today"}, "created must be a datetime", id="created"),
        pytest.param({}, {"metrics": {"x": "y" * 2**26}}, "give fewer or shorter metrics", id="too-long"),
    ],
)
def test_what_a_file_cannot_hold_is_named(tmp_path, model_options, given, message):
    with pytest.raises(WrongOption, match=message):
        save_model(fitted_with(**model_options), tmp_path / "model.graft", **given)
    assert not list(tmp_path.iterdir())


def test_stray_attribute_is_named(tmp_path):
    model = fitted_with()
    model.notes_ = {"a set": {1}}
    with pytest.raises(WrongOption, match=r"SingleTask.notes_\['a set'\] is a set"):
        save_model(model, tmp_path / "model.graft")


def test_fitted_state_that_no_longer_fits_together_is_refused(fitted, tmp_path):
    from copy import copy

    model = copy(fitted["difference"])
    model.stages_ = ("hidden",)
    with pytest.raises(DamagedModel, match="this Difference cannot be saved, .*; fit it again"):
        save_model(model, tmp_path / "model.graft")


def test_option_changed_after_fit_leaves_the_fitted_model_as_it_was(fitted, tmp_path):
    from copy import copy

    X, _ = make_table()
    model = copy(fitted["pooled-with-source"]).set_params(source_as_input=False)
    save_model(model, tmp_path / "model.graft")
    again = load_model(tmp_path / "model.graft")
    assert np.array_equal(again.predict(X), fitted["pooled-with-source"].predict(X))
