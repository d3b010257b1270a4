"""Classes are blended by shares of votes, and what may be zero in both of its parts."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from graftwood import (
    Blend,
    Difference,
    LatentVariable,
    MultiTaskForest,
    Pooled,
    SingleTask,
    load_model,
    save_model,
)
from graftwood.metrics import brier
from tests.architectures.planted import SHARED, two_sources

OF_CLASSES = {
    "single": SingleTask("exp"),
    "self-latent": LatentVariable("exp", "exp"),
    "latent": LatentVariable("exp", ["dft", "aux"]),
    "multi-task": MultiTaskForest("exp"),
    "corrected": MultiTaskForest("exp", correction=True),
}
OF_ZEROS = {
    **OF_CLASSES,
    "pooled": Pooled("exp"),
    "difference": Difference("exp", "dft"),
    "self-difference": Difference("exp", "exp"),
}


def classes(edges, names):
    """Two sources and a target that is cut into classes."""
    X, Y, materials = two_sources(n_rows=200)
    labels = pd.Series(np.array(names, dtype=object)[np.digitize(Y["exp"], edges)])
    return X, Y.assign(exp=labels.where(Y["exp"].notna(), None)), materials


TABLES = {
    "two": classes([0.0], ["metal", "insulator"]),
    "three": classes([-1.0, 1.0], ["red", "grey", "blue"]),
}


def zeros():
    X, Y, materials = two_sources(n_rows=200)
    return X, Y.clip(lower=0.0), materials


def parts(table):
    X, Y, materials = table
    return X[:140], Y[:140], materials[:140], X[140:], Y[140:][["dft", "aux"]]


def votes(model, X, known=None):
    return model._network.answer("exp", model._rows(X, known)).center


@pytest.mark.parametrize("n_classes", TABLES)
@pytest.mark.parametrize("name", OF_CLASSES)
def test_blend_of_one_gives_its_probabilities(name, n_classes):
    X, Y, materials, X_new, known = parts(TABLES[n_classes])
    alone = clone(OF_CLASSES[name]).set_params(**SHARED).fit(X, Y, materials)
    blend = Blend([OF_CLASSES[name]], **SHARED).fit(X, Y, materials)
    assert list(blend.classes_) == list(alone.classes_)
    for labels in (None, known):
        one, other = (model.predict_proba(X_new, known=labels) for model in (alone, blend))
        assert np.array_equal(one, other)
        one, other = (model.predict(X_new, known=labels) for model in (alone, blend))
        assert np.array_equal(one, other)


@pytest.mark.parametrize("n_classes", TABLES)
def test_shares_of_votes_are_blended(n_classes):
    X, Y, materials, X_new, known = parts(TABLES[n_classes])
    weights = np.arange(1.0, len(OF_CLASSES) + 1)
    blend = Blend(list(OF_CLASSES.values()), weights, **SHARED).fit(X, Y, materials)
    said = [clone(m).set_params(**SHARED).fit(X, Y, materials) for m in OF_CLASSES.values()]
    for labels in (None, known):
        expected = np.average([votes(model, X_new, labels) for model in said], axis=0, weights=weights)
        assert np.allclose(votes(blend, X_new, labels), expected, rtol=1e-12)
        odds = blend.predict_proba(X_new, known=labels)
        assert np.allclose(odds.sum(axis=1), 1.0) and (odds > 0).all()
        assert np.array_equal(blend.predict(X_new, known=labels), blend.classes_[odds.argmax(axis=1)])


def test_probabilities_of_a_blend_come_true():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(1500, 4))
    chance = 1 / (1 + np.exp(-2 * X[:, 0] - X[:, 1]))
    Y = pd.DataFrame({"dft": X[:, 0] + 0.5 * rng.normal(size=1500), "exp": rng.random(1500) < chance})
    members = [SingleTask("exp"), LatentVariable("exp", "dft"), MultiTaskForest("exp")]
    blend = Blend(members, n_estimators=60, random_state=0).fit(X[:500], Y[:500])
    odds = blend.predict_proba(X[500:])[:, 1]
    for low, high in ((0.0, 0.3), (0.3, 0.7), (0.7, 1.0)):
        at = (odds >= low) & (odds < high)
        assert abs(odds[at].mean() - Y["exp"][500:][at].mean()) < 0.08
    truth = Y["exp"][500:].to_numpy()
    best = min(
        brier(truth, member.set_params(n_estimators=60, random_state=0).fit(X[:500], Y[:500]).predict_proba(
            X[500:]
        ), [False, True])
        for member in members
    )  # fmt: skip
    assert brier(truth, blend.predict_proba(X[500:]), [False, True]) < best + 0.01


@pytest.mark.parametrize("name", OF_ZEROS)
def test_blend_of_one_is_that_one_where_labels_may_be_zero(name):
    X, Y, materials, X_new, known = parts(zeros())
    options = {**SHARED, "kinds": dict.fromkeys(Y, "nonnegative")}
    alone = clone(OF_ZEROS[name]).set_params(**options).fit(X, Y, materials)
    blend = Blend([OF_ZEROS[name]], **options).fit(X, Y, materials)
    for labels in (None, known):
        one, other = (
            model.predict_tasks(X_new, known=labels, tasks=["exp"])["exp"] for model in (alone, blend)
        )
        assert one.keys() == other.keys()
        for said, again in zip(one.values(), other.values(), strict=True):
            assert np.allclose(said, again, rtol=1e-9, atol=1e-12)


def test_both_parts_of_what_may_be_zero_are_blended():
    X, Y, materials, X_new, known = parts(zeros())
    options = {**SHARED, "kinds": dict.fromkeys(Y, "nonnegative")}
    blend = Blend(list(OF_ZEROS.values()), **options).fit(X, Y, materials)
    said = [clone(model).set_params(**options).fit(X, Y, materials) for model in OF_ZEROS.values()]
    for labels in (None, known):
        for part in ("exp (above zero?)", "exp (where above zero)"):
            one, *others = (
                model._network.answer(part, model._rows(X_new, labels)).center for model in (blend, *said)
            )
            assert np.allclose(one, np.mean(others, axis=0), rtol=1e-12)
        low, high = blend.predict_interval(X_new, known=labels)
        assert (low >= 0).all() and (low <= high).all()


@pytest.mark.parametrize("kind", ["classes", "zeros"])
def test_file_gives_the_same_blend_back(tmp_path, kind):
    X, Y, materials, X_new, known = parts(TABLES["three"] if kind == "classes" else zeros())
    kinds = {"kinds": dict.fromkeys(Y, "nonnegative")} if kind == "zeros" else {}
    blend = Blend([OF_CLASSES["latent"], OF_CLASSES["multi-task"]], [3, 1], **kinds, **SHARED)
    save_model(blend.fit(X, Y, materials), tmp_path / "blend.graft")
    again = load_model(tmp_path / "blend.graft")
    one, other = (model.predict_tasks(X_new, known=known, tasks=["exp"])["exp"] for model in (blend, again))
    assert all(np.array_equal(one[name], other[name]) for name in one)
    draws = [model.sample(X_new[:4], n_draws=5, random_state=1) for model in (blend, again)]
    assert np.array_equal(*draws) and draws[0].shape == (5, 4, 1)
