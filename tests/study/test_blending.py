"""A selector's blend errs least on held-out rows, and takes sources on good grounds only."""

import numpy as np
import pandas as pd
import pytest

from graftwood import Blend, SingleTask, TransferSelector, load_model, save_model
from graftwood.network.outlook import HIDDEN, VISIBLE
from graftwood.study.blending import choose_blend
from graftwood.study.candidates import Candidate
from graftwood.study.compare import Comparison
from tests.study.planted_sources import FEW, SMALL, fitted, planted

NAMES = {"single": False, "other": False, "source": True}


def comparison(errors, n_rows=120, per_material=1):
    """A comparison in which candidates err as said, (n_rows,) each."""
    rng = np.random.default_rng(0)
    label = rng.normal(size=n_rows)
    material = np.arange(n_rows) // per_material
    parts = [
        pd.DataFrame(
            {
                "row": np.arange(n_rows), "material": material, "fold": material % 3, "is_known": True,
                "label": label, "prediction": label + error, "loss": np.abs(error),
                "architecture": name, "regime": HIDDEN,
            }
        )
        for name, error in errors.items()
    ]  # fmt: skip
    tried = tuple(Candidate(name, SingleTask("gap"), uses) for name, uses in NAMES.items() if name in errors)
    return Comparison(pd.DataFrame(), pd.concat(parts), tried, "gap")


def test_errors_of_two_signs_are_blended_away():
    error = np.random.default_rng(1).normal(size=120)
    found = comparison({"single": error, "other": -error})
    assert choose_blend(found, HIDDEN, False, NAMES) == {"single": 0.5, "other": 0.5}


def test_of_what_errs_alike_the_plainest_is_taken():
    error = np.random.default_rng(1).normal(size=120)
    found = comparison({"single": error, "other": error})
    assert choose_blend(found, HIDDEN, False, NAMES) == {"single": 1.0}


@pytest.mark.parametrize("n_errors, expected", [(0.45, {"single": 1.0}), (0.55, {"source": 1.0})])
def test_a_source_must_gain_half_a_standard_error(n_errors, expected):
    rng = np.random.default_rng(2)
    error = 9 + rng.normal(size=120)
    noise = rng.normal(size=(40, 3))
    noise = (noise - noise.mean(axis=0)).ravel()  # row i is of fold i % 3: no fold gains more than another
    standard_error = np.std(noise, ddof=1) / np.sqrt(120)
    found = comparison({"single": error, "source": error - n_errors * standard_error + noise})
    assert choose_blend(found, HIDDEN, False, NAMES) == expected


def test_a_material_of_many_rows_counts_once():
    # One material of 100 rows is predicted well by the one, twenty of one row by the other.
    at = np.arange(120)
    material = np.where(at < 100, 0, at - 99)
    found = comparison({"single": np.where(at < 100, 0.0, 1.0), "other": np.where(at < 100, 1.0, 0.0)})
    found.held_out["material"] = np.tile(material, 2)
    found.held_out["fold"] = np.tile(material % 3, 2)
    weights = choose_blend(found, HIDDEN, False, NAMES)
    assert weights["other"] > weights.get("single", 0.0)


def test_what_may_not_be_blended_is_not():
    error = np.random.default_rng(1).normal(size=120)
    found = comparison({"single": error, "other": -error})
    assert choose_blend(found, HIDDEN, False, ["other"]) == {"other": 1.0}


def test_selector_serves_the_blend_that_it_names():
    model = fitted(candidates=FEW)
    for regime in (HIDDEN, VISIBLE):
        weights, winner = model.weights_[regime], model.models_[regime]
        assert abs(sum(weights.values()) - 1) < 1e-12
        if len(weights) == 1:
            assert model.best_[regime] in weights
        else:
            assert isinstance(winner, Blend) and winner.weights_ == tuple(weights.values())
            assert model.best_[regime] == " + ".join(f"{w:g} {name}" for name, w in weights.items())
    assert any(len(weights) > 1 for weights in model.weights_.values())


def test_without_blends_one_candidate_is_chosen():
    X, Y, _ = planted()
    model = TransferSelector("gap", candidates=FEW, blend=False, **SMALL).fit(X, Y)
    assert all(model.best_[regime] in {c.name for c in FEW} for regime in (HIDDEN, VISIBLE))
    assert all(len(weights) == 1 for weights in model.weights_.values())


def class_comparison(odds, n_rows=120):
    """A comparison of a class, red or not, in which candidates say red with the odds told."""
    red = np.arange(n_rows) % 2 == 0
    parts = []
    for name, of_red in odds.items():
        told = np.column_stack([of_red, 1 - of_red])
        parts.append(
            pd.DataFrame(
                {
                    "row": np.arange(n_rows), "material": np.arange(n_rows), "fold": np.arange(n_rows) % 3,
                    "is_known": True, "label": np.where(red, "red", "grey"), "prediction": "red",
                    "probability_red": told[:, 0], "probability_grey": told[:, 1],
                    "loss": 2 * (told[:, 0] - red) ** 2, "architecture": name, "regime": HIDDEN,
                }
            )
        )  # fmt: skip
    tried = tuple(Candidate(name, SingleTask("colour"), uses) for name, uses in NAMES.items() if name in odds)
    return Comparison(pd.DataFrame(), pd.concat(parts), tried, "colour", ("red", "grey"))


def test_of_a_class_probabilities_are_blended():
    # Each is sure and wrong of another half of the rows.
    red, first = np.arange(120) % 2 == 0, np.arange(120) < 60
    right = np.where(red, 0.9, 0.1)
    one, other = np.where(first, right, 1 - right), np.where(first, 1 - right, right)
    found = class_comparison({"single": one, "other": other})
    assert choose_blend(found, HIDDEN, False, NAMES) == {"single": 0.5, "other": 0.5}
    found = class_comparison({"single": one, "other": right})
    assert choose_blend(found, HIDDEN, False, NAMES) == {"other": 1.0}


@pytest.mark.parametrize("kind", ["category", "nonnegative"])
def test_selector_blends_targets_of_every_kind(kind, tmp_path, monkeypatch):
    def half_and_half(comparison, regime, only_known, allowed):
        return dict.fromkeys(sorted(allowed)[:2], 0.5)

    monkeypatch.setattr("graftwood.study.judging.choose_blend", half_and_half)
    X, Y, _ = planted()
    if kind == "category":
        Y["gap"] = pd.Series(np.where(Y["gap"] > Y["gap"].median(), "wide", "narrow")).where(
            Y["gap"].notna(), None
        )
    else:
        Y["gap"] = (Y["gap"] - Y["gap"].median()).clip(lower=0.0)
    tried = FEW if kind == "nonnegative" else None
    options = SMALL | {"random_state": 1}
    model = TransferSelector("gap", candidates=tried, kinds={"gap": kind}, **options).fit(X, Y)
    assert all(isinstance(model.models_[regime], Blend) for regime in (HIDDEN, VISIBLE))
    save_model(model, tmp_path / "selector.graft")
    again = load_model(tmp_path / "selector.graft")
    assert again.best_ == model.best_ and again.weights_ == model.weights_
    one, other = (each.predict_tasks(X[:20], tasks=["gap"])["gap"] for each in (model, again))
    assert all(np.array_equal(one[name], other[name]) for name in one)
