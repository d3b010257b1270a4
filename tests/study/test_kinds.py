"""Comparisons of classes and of positive quantities."""

import numpy as np
import pandas as pd
import pytest

from graftwood import SingleTask
from graftwood.errors import NotFinite, WrongOption
from graftwood.metrics import accuracy, brier, log_loss
from graftwood.study.candidates import Candidate, default_candidates
from graftwood.study.compare import compare
from graftwood.study.verdict import choose, judge, judge_cross_fitted, losses
from tests.study import metrics

OPTIONS = {"n_folds": 2, "n_estimators": 8, "random_state": 0}
SOME = [each for each in default_candidates("gap", ["lifetime"]) if each.name in ("single", "latent")]


def planted(n=90, seed=0):
    """A colour that follows a gap, a positive lifetime, a phase that repeats the gap's sign."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 3))
    gap = X[:, 0] + rng.normal(size=n) / 4
    colour = np.where(gap > 0.4, "red", np.where(gap < -0.4, "blue", "green")).astype(object)
    lifetime = np.exp(2 * gap + 3)
    phase = np.where(gap > 0, "cubic", "hexagonal").astype(object)
    Y = pd.DataFrame({"colour": colour, "gap": gap, "lifetime": lifetime, "phase": phase})
    Y.loc[np.arange(n) % 3 == 0, "colour"] = np.nan
    Y.loc[np.arange(n) % 3 == 1, "phase"] = None
    return X, Y


@pytest.fixture(scope="module")
def of_classes():
    return compare(*planted(), target="colour", **OPTIONS)


def test_class_is_measured_as_classes_are(of_classes):
    table, held_out = of_classes.table, of_classes.held_out
    assert table["metric"].unique().tolist() == metrics.OF_CLASSES
    names = ["single", "self_latent", "latent", "multi_task", "multi_task_corrected"]
    assert [c.name for c in of_classes.candidates] == names
    assert of_classes.classes == ("blue", "green", "red")
    part = held_out.query("architecture == 'single' and regime == 'hidden'")
    folds = [fold for _, fold in part.groupby("fold")]
    odds = [f"probability_{known}" for known in of_classes.classes]
    line = table.query("architecture == 'single' and regime == 'hidden'").set_index("metric")["value"]
    assert line["accuracy"] == pytest.approx(np.mean([accuracy(f["label"], f["prediction"]) for f in folds]))
    expected = np.mean([log_loss(f["label"], f[odds].to_numpy(), of_classes.classes) for f in folds])
    assert line["log_loss"] == pytest.approx(expected)
    assert part["loss"].mean() == pytest.approx(brier(part["label"], part[odds], of_classes.classes))
    assert line["accuracy"] > 0.6


def test_verdict_of_a_class_is_by_the_brier_score(of_classes):
    errors, _ = losses(of_classes, "hidden")
    verdict = judge(of_classes, "hidden")
    without = errors[["single", "self_latent"]].mean().min()
    with_sources = errors[["latent", "multi_task", "multi_task_corrected"]].mean().min()
    assert verdict.difference == pytest.approx(without - with_sources)
    assert judge_cross_fitted(of_classes, "visible").kind in ("helps", "no difference", "harms", "undecided")
    assert choose(of_classes, "hidden") in errors.columns


def test_class_that_a_fold_cannot_teach_had_no_probability():
    X, Y = planted()
    Y["colour"] = Y["colour"].where(Y["colour"] != "green")
    Y.loc[[1, 2], "colour"] = "violet"
    held_out = compare(X, Y, target="colour", **OPTIONS).held_out
    odds = held_out[["probability_blue", "probability_red", "probability_violet"]]
    assert np.allclose(odds.sum(axis=1), 1)
    assert (held_out.loc[held_out["label"] == "violet", "loss"] > 0.5).any()


def test_positive_target_is_judged_in_its_unit():
    X, Y = planted()
    found = compare(X, Y, target="lifetime", kinds={"lifetime": "positive"}, **OPTIONS)
    held_out = found.held_out
    assert (held_out["prediction"] > 0).all() and (held_out["low"] > 0).all()
    assert np.allclose(held_out["loss"], (held_out["label"] - held_out["prediction"]).abs())
    assert [c.name for c in found.candidates] == [
        "single",
        "self_difference",
        "self_latent",
        "scaled_difference",
        "latent",
        "multi_task",
        "multi_task_corrected",
    ]
    # In its logarithm it is learned better than as a number.
    plain = compare(X, Y, target="lifetime", candidates=default_candidates("lifetime", [])[:1], **OPTIONS)
    logarithm, number = (
        f.held_out.query("architecture == 'single' and regime == 'hidden'") for f in (found, plain)
    )
    relative = [np.abs(np.log(p["prediction"] / p["label"])).mean() for p in (logarithm, number)]
    assert relative[0] < relative[1]


def test_error_bars_of_a_positive_target_are_judged_as_those_of_its_logarithm():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(300, 2))
    Y = pd.DataFrame({"rate": np.exp(X[:, 0] + rng.normal(size=300))})
    model = SingleTask("rate", kinds={"rate": "positive"}, n_estimators=30, random_state=0)
    single = [Candidate("single", model, False)]
    found = compare(X, Y, target="rate", kinds={"rate": "positive"}, candidates=single, n_folds=3)
    values = found.table.query("regime == 'hidden'").set_index("metric")["value"]
    assert 0.62 < values["coverage_68"] < 0.75 and 0.86 < values["coverage_90"] < 0.95
    assert values["crps"] < values["mae"]
    part = found.held_out.query("regime == 'hidden'")
    around = np.mean(np.abs(part["label"] - part["prediction"]) <= part["spread"])
    assert around > values["coverage_68"] + 0.05  # of prediction +- spread, which no bar of a logarithm is


def test_sample_weights_of_a_comparison_reach_its_fits():
    X, Y = planted()
    weights = np.where(np.arange(len(X)) % 2, 1.0, 0.01)
    plain, weighted = (
        compare(X, Y, target="gap", sample_weight=each, candidates=SOME, **OPTIONS).held_out
        for each in (None, weights)
    )
    assert len(plain) == len(weighted) and not np.array_equal(plain["prediction"], weighted["prediction"])


def test_numbers_may_be_told_to_be_classes():
    X, Y = planted()
    Y = pd.DataFrame({"is_wide": (Y["gap"] > 0) * 1, "gap": Y["gap"]})
    found = compare(X, Y, target="is_wide", kinds={"is_wide": "category"}, **OPTIONS)
    assert set(found.held_out["prediction"]) == {0, 1} and found.classes == (0, 1)


def test_wrong_kind_is_refused():
    X, Y = planted()
    with pytest.raises(WrongOption, match="must be real, positive, nonnegative, category, got 'colourful'"):
        compare(X, Y, target="colour", kinds={"colour": "colourful"}, **OPTIONS)
    with pytest.raises(NotFinite, match="is below zero, and the task is positive"):
        compare(X, Y, target="colour", kinds={"gap": "positive"}, **OPTIONS)


SCALED = ["scaled_difference:a", "scaled_difference:b"]
REAL = {"t": "real", "a": "real", "b": "real", "c": "real", "d": "real"}


@pytest.mark.parametrize(
    "sources, kinds, units, with_sources",
    [
        pytest.param(
            ["a", "b"], {}, {},
            ["pooled", "pooled_source_input", "difference:a", "difference:b", *SCALED, "latent"],
            id="all-real",
        ),
        pytest.param(
            ["a", "b"], {}, {"t": "eV", "a": "eV"}, ["difference", *SCALED, "latent"], id="one-unit"
        ),
        pytest.param(
            ["a", "b"], {"a": "category"}, {}, ["difference", "scaled_difference", "latent"],
            id="class-source",
        ),
        pytest.param(["a"], {"a": "positive"}, {}, ["scaled_difference", "latent"], id="positive-source"),
        pytest.param(["a"], {"t": "category"}, {}, ["latent"], id="class-target"),
        pytest.param(
            ["a"],
            {"a": "positive", "t": "positive"},
            {},
            ["pooled", "pooled_source_input", "difference", "scaled_difference", "latent"],
            id="all-positive",
        ),
    ],
)  # fmt: skip
def test_candidates_follow_kinds_and_units(sources, kinds, units, with_sources):
    found = default_candidates("t", sources, kinds=kinds, units=units)
    assert [c.name for c in found if c.uses_sources] == [*with_sources, "multi_task", "multi_task_corrected"]


def test_variants_are_at_most_28_with_a_latent_chain_from_single_sources():
    names = [c.name for c in default_candidates("t", list("abcdefgh"), has_variants=True)]
    latents = [name for name in names if name.startswith("latent")]
    assert latents == [*(f"latent:{source}" for source in "abcdef"), "latent"]
    last = ["multi_task", "multi_task:0", "multi_task:1", "multi_task_corrected"]
    assert len(names) == 28 and names[-4:] == last
