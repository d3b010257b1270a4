"""Chains of several levels, ratios, and latents and targets that are categories."""

import numpy as np
import pandas as pd
import pytest

from graftwood import Difference, LatentVariable, Pooled, SingleTask, load_model, save_model
from graftwood.errors import UnitMismatch, WrongOption

OPTIONS = {"n_estimators": 40, "random_state": 0}


def three_levels(n_rows=400, seed=0):
    """PBE everywhere but in the last rows, HSE on a quarter, 30 experiments where neither need be known."""
    rng = np.random.default_rng(seed)
    X = rng.uniform(-1, 1, (n_rows, 4))
    pbe = 2 * np.sign(X[:, 0]) + np.sign(X[:, 1]) * np.sign(X[:, 2])
    hse = pbe + 1.0 + 2.0 * (X[:, 3] > 0)
    Y = pd.DataFrame({"exp": hse + 0.5, "hse": hse, "pbe": pbe})
    truth = Y["exp"].to_numpy(copy=True)
    Y.loc[30:, "exp"] = np.nan
    Y.loc[Y.index % 4 != 0, "hse"] = np.nan
    Y.loc[:15, ["hse", "pbe"]] = np.nan
    return X, Y, truth


def test_correction_level_upon_level_beats_one_step_and_no_source():
    X, Y, truth = three_levels()
    new = slice(30, None)
    errors = {
        str(source): np.abs(Difference("exp", source, **OPTIONS).fit(X, Y).predict(X) - truth)[new].mean()
        for source in ("pbe", ["pbe", "hse"])
    }
    alone = np.abs(SingleTask("exp", **OPTIONS).fit(X, Y).predict(X) - truth)[new].mean()
    assert errors["['pbe', 'hse']"] < 0.8 * errors["pbe"]
    assert errors["['pbe', 'hse']"] < 0.5 * alone


def test_known_label_of_every_level_is_used():
    X, Y, truth = three_levels()
    model = Difference("exp", ["pbe", "hse"], **OPTIONS).fit(X, Y)
    assert (model.tasks_, model.sources_) == (("pbe", "hse", "exp"), ("pbe", "hse"))
    known = pd.DataFrame({"hse": truth - 0.5, "pbe": np.nan})
    error = np.abs(model.predict(X) - truth)[30:].mean()
    with_hse = np.abs(model.predict(X, known=known) - truth)[30:].mean()
    with_pbe = np.abs(model.predict(X, known=Y[["pbe"]]) - truth)[30:].mean()
    assert with_hse < 0.5 * error and with_hse < with_pbe < error
    for level, told in model.predict_tasks(X, known=known).items():
        assert np.all(told["low"] <= told["mean"]) and np.all(told["mean"] <= told["high"]), level


def test_nothing_known_of_any_level_is_known_none():
    X, Y, _ = three_levels()
    model = Difference("exp", ["pbe", "hse"], **OPTIONS).fit(X, Y)
    nothing = pd.DataFrame(np.nan, index=Y.index, columns=["exp", "hse", "pbe"])
    assert np.array_equal(model.predict(X, known=nothing), model.predict(X))
    told = Y[["exp"]]
    assert np.array_equal(model.predict(X, known=told), model.predict(X))


def test_levels_whose_labels_overlap_nowhere_are_corrected():
    X, Y, truth = three_levels()
    Y.loc[:29, ["hse", "pbe"]] = np.nan
    Y.loc[Y["hse"].notna(), "pbe"] = np.nan
    assert not (Y.notna().sum(axis=1) > 1).any()
    error = np.abs(Difference("exp", ["pbe", "hse"], **OPTIONS).fit(X, Y).predict(X) - truth)[30:].mean()
    assert error < 0.7 * np.abs(SingleTask("exp", **OPTIONS).fit(X, Y).predict(X) - truth)[30:].mean()


def positive_pair(n_rows=200):
    rng = np.random.default_rng(0)
    X = rng.uniform(-1, 1, (n_rows, 3))
    source = np.exp(3 * np.sign(X[:, 0]) + np.sign(X[:, 1]))
    Y = pd.DataFrame({"rate": 2.5 * source, "model": source})
    Y.loc[40:, "rate"] = np.nan
    return X, Y, 2.5 * source


def test_positive_tasks_differ_by_a_ratio():
    X, Y, truth = positive_pair()
    model = Difference("rate", "model", kinds={"rate": "positive", "model": "positive"}, **OPTIONS).fit(X, Y)
    known = model.predict(X, known=Y[["model"]])
    assert np.allclose(known / Y["model"], 2.5, rtol=0.05)
    assert np.median(np.abs(np.log(model.predict(X) / truth))[40:]) < 0.2


def test_positive_tasks_can_be_pooled():
    X, Y, _ = positive_pair()
    model = Pooled("rate", kinds={"rate": "positive", "model": "positive"}, **OPTIONS).fit(X, Y)
    assert np.all(model.predict(X) > 0)


def coloured(n_rows=300):
    """A gap that depends on the colour alone, and a colour that depends on the gap alone."""
    rng = np.random.default_rng(0)
    X = rng.uniform(-1, 1, (n_rows, 4))
    gap = np.round(rng.uniform(0, 3, n_rows), 2)
    colour = np.array(["black", "red", "white"])[np.digitize(gap, [1.0, 2.0])]
    return X, pd.DataFrame({"colour": colour, "gap": gap})


def test_class_latent_comes_in_as_probabilities_and_as_known_class():
    X, Y = coloured()
    model = LatentVariable("gap", "colour", **OPTIONS).fit(X[:200], Y[:200])
    error = np.abs(model.predict(X[200:]) - Y["gap"][200:]).mean()
    known = np.abs(model.predict(X[200:], known=Y[["colour"]][200:]) - Y["gap"][200:]).mean()
    assert known < 0.6 * error
    nothing = pd.DataFrame({"colour": [None] * 100}, dtype=object)
    assert np.array_equal(model.predict(X[200:], known=nothing), model.predict(X[200:]))


def test_category_is_told_from_a_known_latent():
    X, Y = coloured()
    model = LatentVariable("colour", "gap", **OPTIONS).fit(X[:200], Y[:200])
    right = np.mean(model.predict(X[200:], known=Y[["gap"]][200:]) == Y["colour"][200:])
    blind = np.mean(model.predict(X[200:]) == Y["colour"][200:])
    assert right > 0.8 > blind + 0.2
    probability = model.predict_proba(X[200:], known=Y[["gap"]][200:])
    assert probability.shape == (100, 3) and np.allclose(probability.sum(axis=1), 1.0)
    control = LatentVariable("colour", "colour", **OPTIONS).fit(X[:200], Y[:200])
    assert np.array_equal(control.predict_proba(X, known=Y[["colour"]]), control.predict_proba(X))


def test_two_classes_are_one_input():
    X, Y = coloured()
    Y["dark"] = Y.pop("colour") == "black"
    model = LatentVariable("gap", "dark", **OPTIONS).fit(X, Y)
    assert len(model._network.stages["LatentVariable visible"].more_bins.cuts) == 1
    known = model.predict(X[:1].repeat(2, axis=0), known=pd.DataFrame({"dark": [True, False]}))
    assert known[0] < 1 < known[1]


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (Difference("exp", []), "source is empty"),
        (Difference("exp", ["pbe", "pbe"]), "names a level twice"),
        (Difference("exp", ["pbe", "exp"]), "names a level twice"),
        (
            Difference("exp", ["pbe", "hse"], kinds={"hse": "positive"}),
            "real and task hse is positive",
        ),
    ],
)
def test_levels_that_make_no_chain_are_refused(model, message):
    X, Y, _ = three_levels()
    with pytest.raises(WrongOption, match=message):
        model.fit(X, Y + 10)


def test_unit_of_every_level_must_agree():
    X, Y, _ = three_levels()
    model = Difference("exp", ["pbe", "hse"], units={"exp": "eV", "pbe": "eV", "hse": "meV"})
    with pytest.raises(UnitMismatch, match="hse is in 'meV'|hse in 'meV'"):
        model.fit(X, Y)


def test_levels_and_class_latents_come_back_from_a_file(tmp_path):
    X, Y, _ = three_levels()
    levels = Difference("exp", ["pbe", "hse"], **OPTIONS).fit(X, Y)
    save_model(levels, tmp_path / "levels.graft")
    assert np.array_equal(
        load_model(tmp_path / "levels.graft").predict(X, known=Y), levels.predict(X, known=Y)
    )
    X, Y = coloured()
    latent = LatentVariable("gap", "colour", **OPTIONS).fit(X, Y)
    save_model(latent, tmp_path / "latent.graft")
    assert np.array_equal(
        load_model(tmp_path / "latent.graft").predict(X, known=Y), latent.predict(X, known=Y)
    )
