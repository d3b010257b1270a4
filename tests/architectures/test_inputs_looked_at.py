"""Second stages look at known labels in every split: for classes where it serves, and in large tables."""

import numpy as np
import pandas as pd
import pytest

from graftwood import Difference, LatentVariable, MultiTaskForest
from graftwood.engine import forest

OPTIONS = {"n_estimators": 60, "random_state": 0}
VISIBLE = {"regimes": "visible", **OPTIONS}


@pytest.fixture
def grown(monkeypatch):
    """Inputs per split, and how many are always looked at, of every block of trees that is grown."""
    calls, grow = [], forest.grow_block

    def counted(*given, **how):
        calls.append((given[5].max_features, given[5].n_always))
        return grow(*given, **how)

    monkeypatch.setattr(forest, "grow_block", counted)
    return calls


def coloured(n_rows=300, n_inputs=100, seed=0):
    """Colours that follow a gap, which most of the inputs tell nothing of."""
    rng = np.random.default_rng(seed)
    X, gap = rng.normal(size=(n_rows, n_inputs)), rng.uniform(0, 4, n_rows)
    colour = np.array(["black", "red", "white"], dtype=object)[np.digitize(gap, [1.7, 3.0])]
    return X, pd.DataFrame({"gap": gap + 0.5 * X[:, 0], "colour": colour})


def measured(n_rows, n_inputs, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n_rows, n_inputs))
    dft = X[:, :10].sum(axis=1)
    return X, pd.DataFrame({"dft": dft, "exp": 1.3 * dft + 0.5 * rng.normal(size=n_rows)})


def wrong(model, X, Y, seen, asked):
    model.fit(X[seen], Y[seen])
    told = model.predict_proba(X[asked], known=Y[["gap"]][asked])
    return np.mean(model.classes_[told.argmax(axis=1)] != Y["colour"][asked])


def test_a_class_that_follows_a_known_label_is_told_by_it(grown):
    X, Y = coloured()
    seen = np.arange(len(X)) < 150
    drawn = LatentVariable("colour", "gap", base=MultiTaskForest(max_features="sqrt"), **VISIBLE)
    by_chance = wrong(drawn, X, Y, seen, ~seen)  # the gap is one of 101 inputs, of which 10 are drawn
    assert wrong(LatentVariable("colour", "gap", **VISIBLE), X, Y, seen, ~seen) < 0.7 * by_chance
    assert grown[-2:] == [(10, 0), (10, 1)]


def test_a_class_that_does_not_follow_it_keeps_its_forest():
    X, Y = coloured()
    Y["colour"] = np.where(X[:, 1] + X[:, 2] > 0, "black", "white").astype(object)
    seen = np.arange(len(X)) < 150
    models = (
        LatentVariable("colour", "gap", **VISIBLE),
        LatentVariable("colour", "gap", base=MultiTaskForest(max_features="sqrt"), **VISIBLE),
    )
    known = Y[["gap"]][~seen]
    told = [model.fit(X[seen], Y[seen]).predict_proba(X[~seen], known=known) for model in models]
    assert np.array_equal(*told)


@pytest.mark.parametrize("model, always", [
    (LatentVariable("exp", "dft", **OPTIONS), [0, 0, 1]),  # of source, hidden and visible stage
    (Difference("exp", "dft", slope="learned", **OPTIONS), [0, 0, 1]),
    (Difference("exp", "dft", **OPTIONS), [0, 0, 0]),  # has to show when its source is inverted
    (MultiTaskForest(target="exp", correction=True, **OPTIONS), [0, 0, 0]),
    (LatentVariable("exp", "dft", base=MultiTaskForest(max_features=0.34), **OPTIONS), [0, 0, 0]),
])  # fmt: skip
def test_large_tables_look_at_known_labels(model, always, grown):
    model.fit(*measured(1100, 60))
    assert [n_always for _, n_always in grown] == always


def test_a_known_label_tells_more_if_every_split_looks_at_it():
    X, Y = measured(2200, 60)
    seen = np.arange(len(X)) < 1100
    errors = []
    for base in (None, MultiTaskForest(max_features=1 / 3)):
        model = LatentVariable("exp", "dft", base=base, **VISIBLE).fit(X[seen], Y[seen])
        errors.append(np.abs(model.predict(X[~seen], known=Y[["dft"]][~seen]) - Y["exp"][~seen]).mean())
    assert errors[0] < 0.97 * errors[1]
