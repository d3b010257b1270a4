"""Suggestions: goals are read as meant, scores are what they say, close candidates are passed over."""

import types
from collections import Counter
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from graftwood import CompositionFeatures, LatentVariable, MultiTaskForest
from graftwood.errors import UnknownTask, WrongOption
from graftwood.screening.chance import no_chance
from graftwood.screening.goals import Goal, draws_of, parse_goals, score_draws
from graftwood.screening.predictor import Predictor
from graftwood.screening.suggest import suggest

TASKS = ["gap_exp", "gap_dft", "colour"]


@pytest.mark.parametrize(
    "text, goals",
    [
        ("gap_exp in 1.2..1.6", [Goal("gap_exp", 1.2, 1.6)]),
        ("gap_exp in -1 .. 2e0", [Goal("gap_exp", -1, 2)]),
        ("gap_exp > 3", [Goal("gap_exp", low=3)]),
        ("gap_exp<=3.5 and colour = red", [Goal("gap_exp", high=3.5), Goal("colour", wanted="red")]),
        ("max gap_exp", [Goal("gap_exp", direction=1)]),
        ("minimise gap_dft and gap_exp > 1", [Goal("gap_dft", direction=-1), Goal("gap_exp", low=1)]),
    ],
)
def test_goals_are_read_as_meant(text, goals):
    assert list(parse_goals(text, TASKS)) == goals


@pytest.mark.parametrize(
    "text, error, told",
    [
        ("gap_exp near 3", WrongOption, "cannot be read; write it like"),
        ("", WrongOption, "cannot be read"),
        ("gap > 3", UnknownTask, "there is no task 'gap'; the tasks are gap_exp, gap_dft, colour"),
        ("gap_exp in 2..1", WrongOption, "nothing lies from 2 to 1"),
        ("max gap_exp and min gap_dft", WrongOption, "only one task"),
    ],
)
def test_what_is_no_goal_is_refused(text, error, told):
    with pytest.raises(error, match=told):
        parse_goals(text, TASKS)


@pytest.mark.parametrize(
    "text, told",
    [
        ("gap_exp in 1200..1600 meV", "ends in the unit 'meV'; leave it out and give numbers in eV."),
        ("gap_exp >= 3eV", "ends in the unit 'eV'; leave it out and give numbers in eV."),
        ("gap_dft > 3 (eV)", "'(eV)'; leave it out and give numbers in the unit of the labels."),
    ],
)
def test_a_unit_in_a_goal_is_named_as_what_cannot_be_read(text, told):
    with pytest.raises(WrongOption) as refused:
        parse_goals(text, TASKS, units={"gap_exp": "eV"})
    assert str(refused.value).endswith(told)


def test_a_number_that_shall_be_equal_is_led_to_a_limit():
    classes = {"gap_exp": (), "gap_dft": (), "colour": ("red", "white")}
    with pytest.raises(WrongOption, match="write it like 'gap_exp <= 0', which .* zero alone"):
        parse_goals("gap_exp = 0", TASKS, classes)
    with pytest.raises(WrongOption, match="write it like 'gap_exp <= 1.5', 'gap_exp >= 1.5' or"):
        parse_goals("gap_exp = 1.5", TASKS, classes)


def test_scores_of_normal_draws_are_the_formulas_of_the_textbook():
    draws = {"gap_exp": 2 + 0.5 * norm.ppf((np.arange(20_000) + 0.5) / 20_000)[:, None]}
    inside = score_draws(parse_goals("gap_exp in 1.2..1.6", TASKS), draws, np.nan)[0]
    assert inside == pytest.approx(norm.cdf(-0.8) - norm.cdf(-1.6), abs=1e-3)
    z = (2 - 2.3) / 0.5
    improvement = score_draws(parse_goals("max gap_exp", TASKS), draws, 2.3)[0]
    assert improvement == pytest.approx(0.5 * (z * norm.cdf(z) + norm.pdf(z)), abs=1e-3)
    lower = score_draws(parse_goals("min gap_exp", TASKS), draws, 1.7)[0]
    assert lower == pytest.approx(improvement, abs=1e-3)


def test_joint_draws_are_used_where_the_model_has_them():
    # Two tasks that always err together: both goals hold in half of the draws, not in a quarter.
    joint = np.repeat(np.array([[[1.0]], [[-1.0]]]), 2, axis=2)
    model = types.SimpleNamespace(tasks_=["gap_exp", "gap_dft"], sample=lambda X, **options: joint)
    draws = draws_of(model, None, None, ["gap_exp", "gap_dft"], 2, 0)
    assert score_draws(parse_goals("gap_exp > 0 and gap_dft > 0", TASKS), draws, np.nan).tolist() == [0.5]


@pytest.fixture(scope="module")
def predictor():
    formulas = [f"{cation}{n}{anion}" for cation in ("Ga", "Zn", "Mg") for anion in "OS" for n in range(1, 9)]
    features = CompositionFeatures(magpie=False, on_problem="nan")
    X = features.transform(formulas)
    zinc = X[:, 29]
    Y = pd.DataFrame({"gap_dft": 3 * zinc, "gap_exp": 1 + 3 * zinc})
    Y["colour"] = np.where(zinc > 0.3, "red", "white")
    return Predictor(MultiTaskForest(n_estimators=20, random_state=0).fit(X, Y), features, {})


def candidates(folder, text):
    (folder / "c.csv").write_text(text)
    return folder / "c.csv"


ROWS = "formula,gap_exp\nZnO,\nZn9O,\nZn10O,\nMg3S,\nXx,\nGaS,1.0\n"


def test_best_come_first_and_near_duplicates_are_passed_over(predictor, tmp_path):
    path = candidates(tmp_path, ROWS)
    found, counts = suggest(predictor, path, parse_goals("gap_exp > 3", TASKS), 3)
    assert list(found["formula"])[-1] == "Mg3S" and len(found) == 3
    assert counts == {"rows": 6, "problems": 1, "known": 1, "close": 1}
    assert found["probability"].is_monotonic_decreasing and list(found["rank"]) == [1, 2, 3]
    whole, _ = suggest(predictor, path, parse_goals("gap_exp > 3", TASKS), 4, apart=0)
    assert set(whole["formula"]) == {"ZnO", "Zn9O", "Zn10O", "Mg3S"}


def test_classes_and_order_of_rows(predictor, tmp_path):
    red = parse_goals("colour = red", TASKS)
    found, _ = suggest(predictor, candidates(tmp_path, ROWS), red, 6, apart=0)
    assert found["probability"].iloc[0] > 0.8 and found.set_index("formula")["probability"]["Mg3S"] < 0.2
    head, *rows = ROWS.split()
    turned, _ = suggest(predictor, candidates(tmp_path, "\n".join([head, *rows[::-1]])), red, 6, apart=0)
    first, second = (each.set_index("formula")["probability"].sort_index() for each in (found, turned))
    pd.testing.assert_series_equal(first, second)


def test_only_the_best_are_held_over_parts(predictor, tmp_path, monkeypatch):
    monkeypatch.setattr("graftwood.screening.suggest.ROWS_A_PART", 2)
    parts, counts = suggest(predictor, candidates(tmp_path, ROWS), parse_goals("gap_exp > 3", TASKS), 2)
    monkeypatch.setattr("graftwood.screening.suggest.ROWS_A_PART", 100)
    whole, _ = suggest(predictor, candidates(tmp_path, ROWS), parse_goals("gap_exp > 3", TASKS), 2)
    assert counts["rows"] == 6 and list(parts["formula"]) == list(whole["formula"])


def test_nothing_to_suggest_is_no_error(predictor, tmp_path):
    found, counts = suggest(
        predictor, candidates(tmp_path, "formula\nXx\n"), parse_goals("max gap_exp", TASKS), 2, best=1
    )
    assert found.empty and counts["problems"] == 1


def test_a_list_without_any_chance_is_told_with_the_range_of_predictions(predictor, tmp_path):
    predictor = replace(predictor, units={"gap_exp": "eV"}, ranges={})
    text = "gap_exp in 1200..1600"
    path, goals = candidates(tmp_path, ROWS), parse_goals(text, TASKS)
    found, _ = suggest(predictor, path, goals, 2)
    whole = pd.concat(predictor.predictions(path))[lambda frame: frame["gap_exp_known"].isna()]
    low, high = whole["gap_exp"].min(), whole["gap_exp"].max()
    told = no_chance(text, goals, found["probability"], predictor.ranges, predictor.units)
    assert f"gap_exp is predicted from {low:.3g} to {high:.3g} eV" in told
    assert told.endswith("; write its numbers in eV as the model does, or give other candidates.")
    assert "in the unit of the model's labels" in no_chance(text, goals, [0.0], predictor.ranges, {})
    assert no_chance(text, goals, [0.001, 0.0], predictor.ranges, {}) == ""
    assert no_chance(text, goals, [], predictor.ranges, {}) == ""


def test_a_class_or_a_best_label_without_any_chance_is_told_without_units(predictor):
    red, largest = parse_goals("colour = red", TASKS), parse_goals("max gap_exp", TASKS)
    ranges = {"gap_exp": (1.0, 2.0)}
    told = no_chance("colour = red", red, [0.0], ranges, {})
    assert told.endswith("so the order of the list means nothing; give other candidates.")
    told = no_chance("max gap_exp", largest, [0.0], ranges, {"gap_exp": "eV"})
    assert told.endswith("1 to 2 eV); correct the best label so far, or give other candidates.")


def test_within_says_the_same_as_in():
    assert parse_goals("gap within 1.2..1.6", ["gap"]) == parse_goals("gap in 1.2..1.6", ["gap"])


@pytest.mark.parametrize("known", ["1e200", "-1e200", "inf", "no number"])
def test_a_known_label_that_cannot_be_used_stops_no_list(tmp_path, known):
    features = CompositionFeatures(magpie=False, on_problem="nan")
    formulas = [f"Ga{n}As" for n in range(1, 41)]
    Y = pd.DataFrame({"dft": np.arange(40.0), "exp": np.arange(40.0) * 2})
    model = LatentVariable("exp", ["dft"], n_estimators=10, random_state=0)
    predictor = Predictor(model.fit(features.transform(formulas), Y), features, {})
    tables = {}
    for name, cell in (("bad", known), ("empty", "")):
        tables[name] = tmp_path / f"{name}.csv"
        tables[name].write_text(f"formula,dft\nGa3As,{cell}\nGa4As,3\n")
    goals = parse_goals("exp > 5", ["exp"])
    bad, empty = (suggest(predictor, tables[name], goals, 2, apart=0)[0] for name in tables)
    assert bad["probability"].tolist() == empty["probability"].tolist()
    assert bad["problem"].str.contains("was not used").sum() == 1 and (empty["problem"] == "").all()


def test_inputs_are_made_once_for_predictions_and_draws(tmp_path, monkeypatch):
    features = CompositionFeatures(magpie=False, on_problem="nan")
    X = features.transform([f"Ga{n}As" for n in range(1, 41)])
    model = MultiTaskForest("gap", n_estimators=5, random_state=0).fit(
        X, pd.DataFrame({"gap": np.arange(40.0)})
    )
    (tmp_path / "c.csv").write_text("formula\nGa3As\nGa4As\n")
    made = []
    original = CompositionFeatures.transform
    monkeypatch.setattr(
        CompositionFeatures, "transform", lambda self, X: made.append(len(X)) or original(self, X)
    )
    suggest(Predictor(model, features, {}), tmp_path / "c.csv", parse_goals("gap > 1", ["gap"]), 1)
    assert made == [2]


def test_known_cells_are_read_as_in_a_study_and_it_is_told(predictor, tmp_path):
    predictor = replace(predictor, units={"gap_dft": "eV"}, met=Counter(), unused={})
    cells = ["n/a", "-", "500", "0.4-0.6 eV", "blue"]
    text = "formula,gap_dft (meV),note\n" + "".join(f"GaO,{cell},x\n" for cell in cells)
    path = tmp_path / "c.csv"
    path.write_text(text)
    (found,) = predictor.predictions(path)
    assert (
        found["gap_dft_known"].tolist()[2:4] == [0.5, 0.5]
        and found["gap_dft_known"].isna().tolist()[:2] == [True] * 2
    )
    assert found["problem"].tolist()[:4] == [""] * 4 and "'blue'" in found["problem"][4]
    assert predictor.met == {"range": 1, "meV in eV": 2} and list(predictor.unused) == ["note"]


def test_known_classes_have_missing_cells_as_in_a_study(predictor, tmp_path):
    path = tmp_path / "c.csv"
    path.write_text("formula,colour\nGaO,n/a\nGaO,-\nGaO,white\nGaO,blue\n")
    (found,) = predictor.predictions(path)
    assert found["colour_known"].isna().tolist() == [True, True, False, False]
    assert found["problem"].tolist()[:3] == [""] * 3 and "'blue'" in found["problem"][3]


def test_a_class_of_the_model_is_no_missing_cell(tmp_path):
    formulas = [f"Ga{n}As" for n in range(1, 21)]
    labels = pd.DataFrame({"gap": np.arange(20.0), "order": ["none", "spin"] * 10})
    features = CompositionFeatures(magpie=False, on_problem="nan")
    model = MultiTaskForest(n_estimators=5).fit(features.transform(formulas), labels)
    path = tmp_path / "c.csv"
    path.write_text("formula,order\nGaAs,none\nGaAs,n/a\n")
    (found,) = Predictor(model, features, {}).predictions(path)
    assert found["order_known"].tolist()[0] == "none" and found["order_known"].isna()[1]
    assert found["problem"].tolist() == ["", ""]
