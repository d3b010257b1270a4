"""Studies of a quantity that is zero for half of the materials: kind nonnegative to the end."""

import numpy as np
import pandas as pd
import pytest

from graftwood import CompositionFeatures, Difference, TransferSelector
from graftwood.data import Task
from graftwood.metrics import brier_zero, coverage_of_transform, coverage_with_zeros
from graftwood.report.summary import summarise
from graftwood.study.candidates import default_candidates
from graftwood.study.compare import compare
from graftwood.study.predict import predict_frame
from graftwood.study.run import run_study
from tests.architectures.zeros import KINDS, gap_table
from tests.study import metrics
from tests.study.planted import SOURCE, TARGET, small_study, small_table


@pytest.fixture(scope="module")
def found():
    X, Y, materials = gap_table(160)
    return compare(
        X, Y[["exp", "dft"]], target="exp", groups=materials, kinds=KINDS, n_folds=2, n_estimators=6
    )


def table_with_zeros():
    """The planted table with metals: every fourth material has a gap of zero, calculated and measured."""
    table = small_table()
    is_metal = (np.arange(48) // 4) % 2 == 0
    labels = table.labels.where(~is_metal[:, None] | table.labels.isna(), 0.0).clip(lower=0)
    tasks = tuple(Task(task.name, kind="nonnegative", unit="eV") for task in table.tasks)
    return type(table)(table.inputs, labels, table.materials, tasks)


def test_comparison_judges_the_mixture(found):
    assert found.table["metric"].unique().tolist() == metrics.OF_ZEROS
    names = [candidate.name for candidate in found.candidates]
    assert names == [
        "single", "self_difference", "self_latent", "pooled", "pooled_source_input", "difference",
        "scaled_difference", "latent", "multi_task", "multi_task_corrected",
    ]  # fmt: skip
    part = found.held_out.query("architecture == 'difference' and regime == 'visible'")
    line = found.table.query("architecture == 'difference' and regime == 'visible'").set_index("metric")
    folds = [fold for _, fold in part.groupby("fold")]
    covered = [coverage_with_zeros(f["label"], f["low"], f["high"], f["p_zero"], level=0.9) for f in folds]
    assert line.loc["coverage_90", "value"] == pytest.approx(np.mean(covered))
    brier = [brier_zero(f["label"], f["p_zero"]) for f in folds]
    assert line.loc["brier_zero", "value"] == pytest.approx(np.mean(brier))
    assert (part["loss"] == (part["label"] - part["prediction"]).abs()).all()
    assert line.loc["crps", "value"] < line.loc["mae", "value"]


def test_hidden_labels_do_not_reach_their_predictions(found):
    X, Y, materials = gap_table(160)
    fold = found.held_out.query("architecture == 'latent' and regime == 'hidden' and fold == 0")
    changed = Y[["exp", "dft"]].copy()
    of_fold = np.isin(materials, materials[fold["row"]])
    changed.loc[of_fold] = changed.loc[of_fold].where(changed.loc[of_fold].isna(), 7.0)
    again = compare(
        X, changed, target="exp", groups=materials, kinds=KINDS, n_folds=2, n_estimators=10,
        candidates=[c for c in found.candidates if c.name == "latent"], regimes=["hidden"],
    ).held_out.query("fold == 0")  # fmt: skip
    for column in ("prediction", "spread", "low", "high", "p_zero"):
        assert np.array_equal(again[column], fold[column])


def test_pooling_and_differences_go_with_the_kinds():
    names = [c.name for c in default_candidates("exp", ["dft"], kinds={"exp": "nonnegative"})]
    assert "difference" in names and "pooled" not in names
    names = [c.name for c in default_candidates("exp", ["dft"], kinds={**KINDS, "dft": "positive"})]
    assert "difference" not in names and "scaled_difference" in names


def test_selector_chooses_and_says_how_probable_a_zero_is():
    X, Y, materials = gap_table(160)
    model = TransferSelector("exp", kinds=KINDS, n_estimators=16, n_estimators_compared=6, random_state=0)
    model.fit(X, Y[["exp", "dft"]], groups=materials)
    assert model.verdicts_["visible"].kind == "helps"
    said = model.predict_tasks(X, known=Y[["dft"]], tasks=["exp"])["exp"]
    assert ((said["p_zero"] >= 0) & (said["p_zero"] <= 1)).all()
    median, mean = (model.predict(X, known=Y[["dft"]], point=point) for point in ("median", "mean"))
    assert np.array_equal(median, said["mean"]) and (mean[median == 0] > 0).any()


def test_candidates_have_a_column_for_the_probability_of_zero():
    table, features = table_with_zeros(), CompositionFeatures(magpie=False, on_problem="nan")
    kinds = dict.fromkeys((TARGET, SOURCE), "nonnegative")
    model = Difference(TARGET, SOURCE, n_estimators=8, random_state=1, kinds=kinds)
    model.fit(features.fit_transform(table.inputs), table.labels, groups=table.materials)
    frame = pd.DataFrame({"formula": ["ZnO", "LiO", "Xx"], SOURCE: [2.0, -1.0, 0.0]})
    said = predict_frame(model, features, frame)
    parts = ["", "_spread", "_low", "_high", "_p_zero"]
    made = [f"{task}{part}" for task in model.tasks_ for part in parts]
    assert said.columns.tolist() == ["formula", f"{SOURCE}_known", *made, "outside_domain", "problem"]
    assert said[f"{TARGET}_p_zero"].between(0, 1).tolist() == [True, True, False]
    assert said[f"{SOURCE}_p_zero"][0] == 0
    assert "-1.0 of task gap_dft is below zero and was not used" in said["problem"][1]


def test_study_of_nonnegative_tasks_runs_to_the_end():
    records, model = run_study(small_study(table=table_with_zeros()))
    assert model.kinds == {TARGET: "nonnegative", SOURCE: "nonnegative"}
    assert "brier_zero" in set(records.comparison["metric"])
    assert f"{TARGET}_p_zero" in records.predictions
    for part in summarise(records)["error_bars"]:
        best = part["best"]
        held_out = records.held_out[records.held_out["regime"] == part["regime"]]
        held_out = held_out[held_out["architecture"] == records.best[part["regime"]]]
        expected = coverage_of_transform(held_out["below"], held_out["at_most"], level=0.68)
        assert best["within_68"] == expected
