"""The selector takes a source that helps, refuses one that does not, and says which it was."""

import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from graftwood import Pooled, SingleTask, TransferSelector
from graftwood.errors import TooFewToJudge, UnknownTask
from graftwood.network.outlook import HIDDEN, VISIBLE
from graftwood.study import judging
from graftwood.study.candidates import Candidate
from graftwood.study.verdict import losses
from tests.study.planted_sources import FEW, SMALL, fitted, planted


def test_source_that_tells_the_target_is_used_and_said_to_help():
    model = fitted()
    uses = {candidate.name: candidate.uses_sources for candidate in model.comparison_.candidates}
    assert uses[model.best_[VISIBLE]]
    assert model.verdicts_[VISIBLE].kind == "helps"
    assert str(model.verdicts_[VISIBLE]).startswith("With the material's other labels known, transfer helps")
    assert model.fallback_ == {} and model.left_out_ == {}


def test_verdict_is_that_of_nothing_known():
    assert fitted().verdict_ is fitted().verdicts_[HIDDEN]


@pytest.mark.parametrize("seed", range(5))
def test_shuffled_source_is_never_said_to_help(seed):
    model = fitted("shuffled", seed, candidates=FEW)
    assert all(verdict.kind != "helps" for verdict in model.verdicts_.values())
    X, Y, truth = planted("shuffled", seed)
    test = Y["gap"].isna().to_numpy()
    free = [c.estimator for c in FEW if not c.uses_sources]
    best_free = min(
        (
            np.abs(
                clone(e).set_params(n_estimators=40, random_state=0).fit(X, Y[["gap"]] if i == 0 else Y)
                .predict(X[test]) - truth[test]
            )
            for i, e in enumerate(free)
        ),
        key=np.mean,
    )  # fmt: skip
    chosen = np.abs(model.predict(X[test]) - truth[test])
    excess = chosen - best_free
    # What the choice could tell: the paired error of as many materials as it had.
    assert excess.mean() <= excess.std() / np.sqrt(40) + 1e-12


def test_inverted_source_spoils_what_adds_it_and_not_what_cuts_by_it():
    model = fitted("inverted")
    errors, _ = losses(model.comparison_, VISIBLE, only_known=True)
    upright, _ = losses(fitted().comparison_, VISIBLE, only_known=True)
    mean, before = errors.mean(), upright.mean()
    assert mean["difference"] > 1.5 * before["difference"]
    assert mean["pooled"] > 1.2 * mean["single"]
    for name in ("latent", "multi_task"):
        assert mean[name] == pytest.approx(before[name], rel=0.1)
    assert model.best_[VISIBLE] not in ("difference", "pooled")


def test_known_labels_may_be_a_mapping():
    model = fitted(candidates=FEW)
    X, Y, _ = planted()
    known = Y[["dft"]].iloc[:5]
    as_mapping = model.predict(X[:5], known={"dft": known["dft"].tolist()})
    assert np.array_equal(as_mapping, model.predict(X[:5], known=known))


def test_known_rows_are_predicted_by_the_visible_winner():
    model = fitted(candidates=FEW)
    X, Y, _ = planted()
    known = pd.DataFrame({"dft": Y["dft"].where(np.arange(len(Y)) % 2 == 0)})
    mean, spread = model.predict(X, known=known, return_std=True)
    on_line = model.predict(X, known=known, return_std=True, form="line")
    assert np.array_equal(on_line[0], mean) and not np.array_equal(on_line[1], spread)
    low, high = model.predict_interval(X, known=known, coverage=0.5)
    for start, regime in ((0, VISIBLE), (1, HIDDEN)):
        winner, shown = model.models_[regime], known[start::2] if regime == VISIBLE else None
        if shown is not None:
            shown = shown if "dft" in winner._columns.names else None
        said, doubt = winner.predict(X[start::2], known=shown, return_std=True)
        assert np.array_equal(mean[start::2], said) and np.array_equal(spread[start::2], doubt)
        assert np.array_equal(low[start::2], winner.predict_interval(X[start::2], 0.5, shown)[0])
    assert (low <= high).all()
    assert np.array_equal(mean, model.predict(X, known=known.assign(gap=np.nan).to_numpy()))


@pytest.mark.parametrize(
    "nothing",
    [
        pd.DataFrame({"dft": [np.nan] * 260}),
        pd.DataFrame({"dft": [None] * 260}, dtype=object),
        np.full((260, 2), np.nan),
    ],
    ids=["column", "None", "array"],
)
def test_nothing_known_is_as_no_known(nothing):
    model = fitted(candidates=FEW)
    X, _, _ = planted()
    for one, other in zip(
        model.predict(X, return_std=True), model.predict(X, known=nothing, return_std=True), strict=True
    ):
        assert np.array_equal(one, other)


def test_tasks_are_those_of_both_winners():
    model = fitted(candidates=FEW)
    X, _, _ = planted()
    said = model.predict_tasks(X[:7])
    assert set(said) == set(model.tasks_) and "gap" in said
    assert np.array_equal(said["gap"]["mean"], model.predict(X[:7]))
    assert set(said["gap"]) == {"mean", "spread", "low", "high"}
    with pytest.raises(UnknownTask, match="does not predict task 'volume'"):
        model.predict_tasks(X, tasks=["volume"])


def test_rows_of_a_material_are_never_split():
    X, Y, _ = planted()
    groups = np.arange(len(Y)) // 3
    model = TransferSelector("gap", candidates=FEW, **SMALL).fit(X, Y, groups=groups)
    held_out = model.comparison_.held_out
    assert (held_out.groupby("material")["fold"].nunique() == 1).all()
    assert (held_out["material"].astype(int) == groups[held_out["row"]]).all()


def test_class_target():
    X, Y, truth = planted(n_labelled=90)
    colour = np.where(Y["gap"].isna(), None, np.where(truth > 0.5, "red", "blue")).astype(object)
    Y = pd.DataFrame({"dft": Y["dft"], "colour": colour})
    model = TransferSelector("colour", **SMALL).fit(X, Y)
    names = [candidate.name for candidate in model.comparison_.candidates]
    multi_task = ["multi_task", "multi_task:0", "multi_task:1", "multi_task_corrected"]
    assert names == ["single", "self_latent", "latent", *multi_task]
    odds = model.predict_proba(X)
    assert odds.shape == (260, 2) and np.allclose(odds.sum(axis=1), 1)
    assert model.classes_.tolist() == ["blue", "red"]
    assert np.array_equal(model.predict(X), model.classes_[odds.argmax(axis=1)])
    assert model.score(X, np.where(truth > 0.5, "red", "blue")) > 0.7
    assert model.verdict_.unit == "in Brier score"


def test_positive_target():
    X, Y, truth = planted(n_labelled=60)
    Y = pd.DataFrame({"dft": Y["dft"], "life": np.where(Y["gap"].isna(), np.nan, np.exp(truth))})
    model = TransferSelector("life", kinds={"life": "positive"}, **SMALL).fit(X, Y)
    low, high = model.predict_interval(X, known=Y[["dft"]])
    assert (low > 0).all() and (high > low).all()
    assert "difference" not in {candidate.name for candidate in model.comparison_.candidates}


def test_a_source_of_another_unit_is_not_subtracted():
    X, Y, _ = planted()
    model = TransferSelector("gap", units={"gap": "eV", "dft": "meV"}, **SMALL).fit(X, Y)
    assert "latent" in model.comparison_.held_out["architecture"].unique()
    assert "difference" not in model.comparison_.held_out["architecture"].unique()


def test_too_few_labels_fall_back_to_single_and_say_so():
    X, Y, _ = planted(n_labelled=10)
    with pytest.warns(TooFewToJudge, match="10 materials have a label of the target and 12 are needed"):
        model = TransferSelector("gap", **SMALL).fit(X, Y)
    assert model.best_ == {HIDDEN: "single", VISIBLE: "single"} and model.comparison_ is None
    assert set(model.fallback_) == {HIDDEN, VISIBLE}
    assert model.verdict_.kind == "undecided"
    assert "could not be validated on 10 labelled materials" in str(model.verdict_)
    alone = SingleTask("gap", n_estimators=40, random_state=0).fit(X, Y[["gap"]])
    assert np.array_equal(model.predict(X, known=Y[["dft"]]), alone.predict(X))


def test_source_without_overlap_is_not_judged_where_it_would_be_known():
    X, Y, _ = planted()
    Y["dft"] = Y["dft"].where(Y["gap"].isna())
    with pytest.warns(TooFewToJudge, match="0 materials with a label of the target have another label too"):
        model = TransferSelector("gap", candidates=FEW, **SMALL).fit(X, Y)
    assert set(model.fallback_) == {VISIBLE} and model.best_[VISIBLE] == model.best_[HIDDEN]


def test_source_with_a_handful_of_labels_is_left_out():
    X, Y, _ = planted()
    Y["rare"] = Y["dft"].where(np.arange(len(Y)) < 5)
    with pytest.warns(TooFewToJudge, match="source rare was not tried: 5 labelled materials, 12 are needed"):
        model = TransferSelector("gap", **SMALL).fit(X, Y)
    assert set(model.left_out_) == {"rare"} and model.sources_ == ("dft",)
    X_new, known = X[:4], Y.iloc[:4][["dft", "rare"]]
    assert np.array_equal(model.predict(X_new, known=known), model.predict(X_new, known=known[["dft"]]))


def test_repeats_of_the_target_are_no_source():
    X, Y, _ = planted()
    model = TransferSelector("gap", same_as=("again",), candidates=FEW, **SMALL)
    model.fit(X, Y.assign(again=Y["gap"] * 1.1))
    assert model.sources_ == ("dft",)
    assert np.array_equal(model.predict(X), fitted(candidates=FEW).predict(X))


def test_without_sources_there_is_no_verdict():
    X, Y, truth = planted(n_labelled=60)
    model = TransferSelector(**SMALL).fit(X, truth)
    assert model.verdict_ is None and model.verdicts_ == {} and model.fallback_ == {}
    assert model.predict(X).shape == truth.shape and model.score(X, truth) > 0.5


def test_rows_of_no_weight_are_as_absent():
    X, Y, _ = planted()
    weight = (np.arange(len(Y)) % 4 > 0) * 1.0
    keys = np.arange(len(Y))
    model = TransferSelector("gap", candidates=FEW, **SMALL)
    one = clone(model).fit(X, Y, groups=keys, sample_weight=weight)
    other = clone(model).fit(X, Y[weight > 0].reindex(Y.index), groups=keys)
    assert one.best_ == other.best_
    pd.testing.assert_frame_equal(
        one.comparison_.held_out[["row", "fold", "loss"]], other.comparison_.held_out[["row", "fold", "loss"]]
    )


def test_arrays_and_names_give_the_same():
    X, Y, _ = planted()
    named = fitted(candidates=FEW)
    numbered = TransferSelector(1, **SMALL).fit(X, Y.to_numpy())
    assert numbered.target_ == "1" and named.target_ == "gap"
    assert numbered.predict(X[:3], known=Y.to_numpy()[:3]).shape == (3,)


@pytest.mark.parametrize("blend", [False, True])
def test_harm_forbids_sources(monkeypatch, blend):
    chosen = judging.choose

    def reckless(comparison, regime, only_known=False):
        return chosen(comparison, regime, only_known) and "pooled"

    monkeypatch.setattr(judging, "choose", reckless)
    X, Y, _ = planted("inverted", n_labelled=130)
    pair = (
        Candidate("single", SingleTask("gap"), False),
        Candidate("pooled", Pooled("gap", kinds={"gap": "real", "dft": "real"}), True),
    )
    model = TransferSelector("gap", candidates=pair, blend=blend, **SMALL).fit(X, Y)
    assert model.verdicts_[VISIBLE].kind == "harms" and model.best_[VISIBLE] == "single"


def test_parameters_are_scikit_learns():
    model = TransferSelector("gap", candidates=FEW, n_folds=4, units={"gap": "eV"}, random_state=3)
    copied = clone(model)
    assert copied.get_params(deep=False).keys() == model.get_params(deep=False).keys()
    assert copied.n_folds == 4 and copied.units == {"gap": "eV"} and len(copied.candidates) == len(FEW)
    assert not hasattr(copied, "models_")
    assert copied.set_params(n_folds=2).n_folds == 2


def test_same_seed_same_choice_and_numbers():
    X, Y, _ = planted()
    again = TransferSelector("gap", candidates=FEW, n_jobs=2, **SMALL).fit(X, Y)
    assert again.best_ == fitted(candidates=FEW).best_
    assert np.array_equal(again.predict(X), fitted(candidates=FEW).predict(X))


def test_nothing_is_warned_of_where_all_could_be_judged():
    X, Y, _ = planted()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        TransferSelector("gap", candidates=FEW[:2], **SMALL).fit(X, Y[["gap"]])


def test_unit_of_a_task_that_is_no_source_is_no_matter():
    X, Y, _ = planted()
    Y["again"] = Y["gap"]
    units = {"gap": "eV", "dft": "eV", "again": "eV"}
    with_units = TransferSelector("gap", same_as=["again"], units=units, **SMALL).fit(X, Y)
    assert with_units.sources_ == ("dft",)


def test_small_tables_are_compared_with_more_trees():
    model = TransferSelector("gap", n_estimators=100)
    rows = (50, 500, 1000, 2000, 100_000)
    assert [model._trees(n_rows, 132) for n_rows in rows] == [50, 50, 25, 20, 20]
    assert [model._trees(n_rows, 9) for n_rows in rows] == [50, 50, 25, 16, 16]
    assert TransferSelector("gap", n_estimators=10)._trees(50, 9) == 10
    assert TransferSelector("gap", n_estimators_compared=7)._trees(50, 9) == 7


def test_a_function_of_a_task_that_the_winner_does_not_predict_is_refused_by_the_selectors_name():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(60, 2))
    Y = pd.DataFrame({"dft": rng.normal(size=60), "gap": X[:, 0]})
    model = TransferSelector("gap", n_estimators=5, random_state=0).fit(X, Y)
    model.tasks_ = ("gap",)  # as where a winner is a blend
    model.models_ = dict.fromkeys(model.models_, SingleTask("gap", n_estimators=20).fit(X, Y[["gap"]]))
    with pytest.raises(
        UnknownTask, match="TransferSelector: the function asks for a task that the winners do"
    ):
        model.predict_function(lambda y: y["gap"] - y["dft"], X[:3])
