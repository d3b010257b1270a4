"""Every row of a candidates' file comes back, with a prediction or with what was wrong."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import Ridge

from graftwood import CompositionFeatures, Difference, LatentVariable, MultiTaskForest, Pooled, SingleTask
from graftwood.errors import MissingColumn, WrongOption
from graftwood.study.predict import predict_frame
from tests.study.planted import SOURCE, TARGET, candidates, small_table

FEATURES = CompositionFeatures(magpie=False, on_problem="nan")
PARTS = ("", "_spread", "_low", "_high")
OPTIONS = {"n_estimators": 8, "random_state": 1}
MODELS = {
    "difference": Difference(TARGET, SOURCE, **OPTIONS),
    "latent": LatentVariable(TARGET, [SOURCE], **OPTIONS),
    "self-difference": Difference(TARGET, TARGET, **OPTIONS),
    "pooled": Pooled(TARGET, **OPTIONS),
    "multi-task": MultiTaskForest(TARGET, **OPTIONS),
    "single": SingleTask(TARGET, **OPTIONS),
}


def fitted(name="difference"):
    table = small_table()
    return MODELS[name].fit(FEATURES.fit_transform(table.inputs), table.labels, groups=table.materials)


@pytest.fixture(scope="module")
def model():
    return fitted()


def test_rows_come_back_in_their_order_with_every_task(model):
    said = predict_frame(model, FEATURES, candidates())
    assert said["formula"].tolist() == candidates()["formula"].tolist()
    assert said.index.tolist() == [0, 1, 2, 3]
    made = [f"{task}{part}" for task in model.tasks_ for part in PARTS]
    assert said.columns.tolist() == ["formula", f"{SOURCE}_known", *made, "outside_domain", "problem"]
    good = [0, 1, 3]
    assert (said.loc[good, f"{TARGET}_spread"] > 0).all()
    assert (said.loc[good, f"{TARGET}_low"] < said.loc[good, TARGET]).all()
    assert (said.loc[good, TARGET] < said.loc[good, f"{TARGET}_high"]).all()


def test_unreadable_formula_keeps_its_row_and_its_problem(model):
    said = predict_frame(model, FEATURES, candidates())
    assert said["problem"].ne("").tolist() == [False, False, True, False]
    assert "'Xx', which is not a chemical element" in said["problem"][2]
    assert said.loc[2, [f"{task}{part}" for task in model.tasks_ for part in PARTS]].isna().all()
    assert said[f"{SOURCE}_known"][2] == 1.0


def test_known_label_is_used_and_written_back(model):
    said = predict_frame(model, FEATURES, candidates())
    np.testing.assert_array_equal(said[f"{SOURCE}_known"], candidates()[SOURCE])
    assert said[SOURCE][0] == 1.7 and said[f"{SOURCE}_spread"][0] == 0
    unknown = predict_frame(model, FEATURES, candidates()[["formula"]])
    changed = said[TARGET] != unknown[TARGET]
    assert changed[[0, 1, 3]].tolist() == [True, False, True]


def test_known_label_decides_where_the_target_is_the_source_plus_one(model):
    said = predict_frame(model, FEATURES, pd.DataFrame({"formula": ["ZnO", "CdS"], SOURCE: [0.5, 4.0]}))
    assert said[TARGET].to_numpy() == pytest.approx([1.5, 5.0], abs=0.25)


@pytest.mark.parametrize("name", MODELS)
def test_own_known_label_of_the_target_is_kept_and_not_used(name):
    model = fitted(name)
    plain = predict_frame(model, FEATURES, candidates())
    given = predict_frame(model, FEATURES, candidates().assign(**{TARGET: [9.0, -9.0, 9.0, np.nan]}))
    for part in PARTS:
        np.testing.assert_array_equal(plain[f"{TARGET}{part}"], given[f"{TARGET}{part}"])
    np.testing.assert_array_equal(given[f"{TARGET}_known"], [9.0, -9.0, 9.0, np.nan])
    assert given["problem"].tolist() == plain["problem"].tolist()


def test_a_row_does_not_depend_on_the_others(model):
    together = predict_frame(model, FEATURES, candidates())
    alone = pd.concat([predict_frame(model, FEATURES, candidates().iloc[[row]]) for row in range(4)])
    pd.testing.assert_frame_equal(together, alone.reset_index(drop=True), check_exact=True)


def test_label_that_the_model_cannot_use_is_not_taken_for_a_prediction():
    said = predict_frame(fitted("single"), FEATURES, candidates())
    assert f"{SOURCE}_known" in said and SOURCE not in said


@pytest.mark.parametrize("cell", ["n/a", "1,7 eV", np.inf, -np.inf])
def test_known_label_that_is_no_number_is_reported_and_not_used(model, cell):
    frame = pd.DataFrame({"formula": ["GaN", "ZnO", "Xx"], SOURCE: [cell, 1.5, cell]}, dtype=object)
    said = predict_frame(model, FEATURES, frame)
    text = f"the known label {cell!r} of task {SOURCE} is not a finite number and was not used"
    assert said["problem"][0] == text
    assert said["problem"][1] == ""
    assert "chemical element" in said["problem"][2] and said["problem"][2].endswith(text)
    assert said[f"{SOURCE}_known"].tolist() == [cell, 1.5, cell]
    unknown = predict_frame(model, FEATURES, pd.DataFrame({"formula": ["GaN"]}))
    assert said[TARGET][0] == unknown[TARGET][0]


def test_numbers_written_as_text_are_known_labels(model):
    as_text = pd.DataFrame({"formula": ["GaN"], SOURCE: ["1.7"]})
    said = predict_frame(model, FEATURES, as_text)
    assert said[SOURCE][0] == 1.7 and said["problem"][0] == ""


@pytest.mark.parametrize("formulas", [[], ["Xx", ""]], ids=["no-rows", "no-readable-row"])
def test_nothing_to_predict_gives_a_frame_of_the_same_shape(model, formulas):
    said = predict_frame(model, FEATURES, pd.DataFrame({"formula": formulas, SOURCE: 1.0}, dtype=object))
    assert len(said) == len(formulas)
    assert said.columns.tolist() == predict_frame(model, FEATURES, candidates()).columns.tolist()
    assert said[TARGET].isna().all() and (said["problem"] != "").all()


def test_frame_is_left_as_it_was(model):
    frame = candidates()
    predict_frame(model, FEATURES, frame)
    pd.testing.assert_frame_equal(frame, candidates())


def test_other_columns_come_through(model):
    said = predict_frame(model, FEATURES, candidates().assign(note=list("abcd")))
    assert said["note"].tolist() == list("abcd")


@pytest.mark.parametrize("name", ["problem", f"{TARGET}_spread", f"{SOURCE}_known"])
def test_column_with_the_name_of_a_result_is_refused(model, name):
    with pytest.raises(WrongOption, match=f"the column '{name}' is there already"):
        predict_frame(model, FEATURES, candidates().assign(**{name: 1}))


def test_frame_without_formulas_is_refused(model):
    with pytest.raises(MissingColumn, match="exactly one column 'formula'"):
        predict_frame(model, FEATURES, pd.DataFrame({"composition": ["GaN"]}))


def test_classes_come_with_their_probabilities():
    table = small_table()
    Y = table.labels.assign(colour=np.where(table.labels[SOURCE] > 2, "red", "blue"))
    Y["life"] = np.exp(Y[SOURCE])
    forest = MultiTaskForest("colour", n_estimators=6, kinds={"life": "positive"}, random_state=0)
    forest.fit(FEATURES.fit_transform(table.inputs), Y, groups=table.materials)
    frame = pd.DataFrame(
        {"formula": ["ZnO", "CdS", "Xx"], "colour": ["red", "mauve", None], "life": [-1, 2, 3]}
    )
    said = predict_frame(forest, FEATURES, frame)
    assert said["colour"].isin(["red", "blue"]).tolist() == [True, True, False]
    odds = said[["colour_probability_blue", "colour_probability_red"]]
    assert np.allclose(odds[:2].sum(axis=1), 1) and odds.loc[2].isna().all()
    assert "colour_spread" not in said and (said["life_low"][:2] > 0).all()
    assert said["problem"][0] == ("the known label -1 of task life is not above zero and was not used")
    assert (
        said["problem"][1] == "the known label 'mauve' of task colour is none of its classes and was not used"
    )
    assert said["life"][1] == 2


def test_what_cannot_locate_rows_leaves_the_domain_open():
    table = small_table()
    base = SingleTask(TARGET, base=Ridge(), random_state=0)
    base.fit(FEATURES.fit_transform(table.inputs), table.labels[[TARGET]])
    said = predict_frame(base, FEATURES, pd.DataFrame({"formula": ["ZnO", "GaAs"]}))
    assert said["outside_domain"].isna().all() and said[TARGET].notna().all()
