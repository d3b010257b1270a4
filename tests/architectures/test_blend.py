"""A blend says the weighted mean of its members, with an error bar of its own that is true."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.linear_model import Ridge

from graftwood import (
    Blend,
    Difference,
    LatentVariable,
    MultiTaskForest,
    Pooled,
    SingleTask,
    TaskGraph,
)
from graftwood.errors import UnitMismatch, WrongOption
from graftwood.network.blended import within, without_member
from tests.architectures.planted import SHARED, all_answers, small_models, two_sources

MEMBERS = {
    name: model
    for name, model in small_models().items()
    if getattr(model, "target", None) == "exp" and not isinstance(model, Blend)
}
MEMBERS["multi-task"] = MultiTaskForest("exp", **SHARED)
MEMBERS["corrected"] = MultiTaskForest("exp", correction=True, **SHARED)


def parts():
    X, Y, materials = two_sources()
    return X[:80], Y[:80], materials[:80], X[80:], Y[80:][["dft", "aux"]]


@pytest.mark.parametrize("name", MEMBERS)
def test_blend_of_one_is_that_one(name):
    X, Y, materials, X_new, known = parts()
    alone = clone(MEMBERS[name]).fit(X, Y, materials)
    blend = Blend([MEMBERS[name]], **SHARED).fit(X, Y, materials)
    one, other = all_answers(alone, X_new, known), all_answers(blend, X_new, known)
    if name.startswith(("pooled", "multi-task")):  # spreads of rows that it half knows are told another way
        assert np.allclose(one, other, rtol=1e-9)
    else:
        assert np.array_equal(one, other)


def test_it_says_the_weighted_mean_of_what_members_say():
    X, Y, materials, X_new, known = parts()
    said = {name: clone(model).fit(X, Y, materials) for name, model in MEMBERS.items()}
    weights = np.arange(1.0, len(MEMBERS) + 1)
    blend = Blend(list(MEMBERS.values()), weights, **SHARED).fit(X, Y, materials)
    assert np.allclose(blend.weights_, weights / weights.sum())
    for labels in (None, known):
        expected = sum(
            weight * model.predict(X_new, known=labels)
            for weight, model in zip(blend.weights_, said.values(), strict=True)
        )
        assert np.allclose(blend.predict(X_new, known=labels), expected, rtol=1e-12)


def test_order_of_members_is_of_no_matter():
    X, Y, materials, X_new, known = parts()
    members, weights = [MEMBERS["single"], MEMBERS["latent"], MEMBERS["difference"]], [1, 2, 5]
    one = Blend(members, weights, **SHARED).fit(X, Y, materials)
    other = Blend(members[::-1], weights[::-1], **SHARED).fit(X, Y, materials)
    assert np.array_equal(all_answers(one, X_new, known), all_answers(other, X_new, known))


def test_positive_target_is_blended_in_its_logarithm():
    X, Y, materials, X_new, _ = parts()
    Y = np.exp(Y)
    kinds = dict.fromkeys(Y, "positive")
    members = [LatentVariable("exp", ["dft"]), SingleTask("exp")]
    single, latent = (
        clone(m).set_params(kinds=kinds, **SHARED).fit(X, Y, materials).predict(X_new) for m in members
    )
    blend = Blend(members, kinds=kinds, **SHARED).fit(X, Y, materials)
    assert np.allclose(blend.predict(X_new), np.sqrt(single * latent), rtol=1e-12)


@pytest.mark.parametrize("pooled", [False, True])
def test_error_bars_cover_in_both_regimes(pooled):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(1200, 4))
    dft = np.sin(2 * X[:, 0]) + X[:, 1] + 0.3 * rng.normal(size=1200)
    exp = dft + 0.4 * X[:, 2] + 0.3 * rng.normal(size=1200)
    Y = pd.DataFrame({"dft": dft, "exp": np.where(np.arange(1200) < 400, exp, np.nan)})
    members = [MultiTaskForest("exp"), LatentVariable("exp", "dft"), *([Pooled("exp")] if pooled else [])]
    blend = Blend(members, n_estimators=40, random_state=0).fit(X[:800], Y[:800])
    test = np.arange(400, 1200)
    # Rows of which the source's label was trained on, and new ones of which nothing is known.
    for rows, known in ((test[:400], Y[["dft"]].iloc[400:800]), (test[400:], None)):
        mean, spread = blend.predict(X[rows], known=known, return_std=True)
        assert 0.61 < np.mean(np.abs(exp[rows] - mean) < spread) < 0.75


def test_a_forest_of_two_members_is_grown_once(monkeypatch):
    from graftwood.engine import forest

    grown, grow = [], forest.grow_block
    monkeypatch.setattr(forest, "grow_block", lambda *given, **how: grown.append(1) or grow(*given, **how))
    X, Y, materials, *_ = parts()
    Blend([SingleTask("exp"), Difference("exp", "exp")], **SHARED).fit(X, Y, materials)
    assert len(grown) == 4  # each of two forests with a third of the inputs per split and with all


def test_models_that_are_no_forests_are_blended_too():
    X, Y, materials, X_new, known = parts()
    X, X_new = (table.drop(columns="kind").fillna(0.0) for table in (X, X_new))
    ridge = LatentVariable("exp", ["dft"], base=Ridge())
    for members in ([ridge, SingleTask("exp")], [ridge, SingleTask("exp", base=Ridge(alpha=9.0))]):
        said = [clone(m).set_params(**SHARED).fit(X, Y, materials) for m in members]
        blend = Blend(members, **SHARED).fit(X, Y, materials)
        for labels in (None, known):
            mean, spread = blend.predict(X_new, known=labels, return_std=True)
            expected = np.mean([model.predict(X_new, known=labels) for model in said], axis=0)
            assert np.allclose(mean, expected, rtol=1e-12) and (spread > 0).all()


@pytest.mark.parametrize(
    "members, options, message",
    [
        ((), {}, "members is empty"),
        ([SingleTask("exp"), SingleTask("dft")], {}, "targets are exp, dft; give all members one target"),
        ([MultiTaskForest()], {}, "targets are none"),
        ([SingleTask("exp")], {"weights": [1, 2]}, "for each of the 1 members"),
        ([SingleTask("exp")], {"weights": [0]}, "above 0"),
        ([SingleTask("exp")], {"weights": ["much"]}, "above 0"),
        (["single"], {}, "member 0 is 'single'; give an architecture"),
        ([TaskGraph([SingleTask("exp")])], {}, "member 0 is TaskGraph"),
        ([Blend([SingleTask("exp")])], {}, "member 0 is Blend"),
        ([SingleTask("exp", base=MultiTaskForest(bootstrap=False))], {}, "must have bootstrap=True"),
    ],
)
def test_what_cannot_be_blended_is_refused(members, options, message):
    X, Y, *_ = parts()
    with pytest.raises(WrongOption, match=message):
        Blend(members, n_estimators=5, **options).fit(X, Y.abs())


def test_units_along_a_difference_must_agree():
    X, Y, *_ = parts()
    with pytest.raises(UnitMismatch, match="eV"):
        Blend([Difference("exp", "dft")], n_estimators=5, units={"exp": "eV", "dft": "meV"}).fit(X, Y)


@pytest.mark.parametrize("name", ["gap", "gap alone", "member 2: gap"])
def test_names_of_members_can_be_taken_off_again(name):
    assert without_member(within(3, name)) == name
