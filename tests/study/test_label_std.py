"""Standard deviations of labels in a study: used where all of a task's labels have one, and never leaked."""

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pandas as pd
import pytest

from graftwood.features.table import TableFeatures
from graftwood.network.outlook import VISIBLE
from graftwood.store.load import load_model
from graftwood.study.candidates import Candidate
from graftwood.study.learning_curve import learning_curve
from graftwood.study.steps import Validation, candidates_of, compare_study, fit_final
from tests.cli.small_studies import QUICK, run, write_small
from tests.study.planted import SOURCE, TARGET, small_study

HOW = Validation(n_folds=2)


def study_with(target_std, source_std=np.nan):
    study = small_study(n_estimators_compared=5, n_estimators=5, n_jobs=1)
    labels = study.table.labels
    std = pd.DataFrame({SOURCE: source_std, TARGET: target_std}, index=labels.index, dtype=float)
    return replace(study, table=replace(study.table, label_std=std.where(labels.notna())))


def uneven(seed=0):
    return np.random.default_rng(seed).choice([0.05, 2.0], size=48)


def said(study, how=HOW):
    return compare_study(study, how).held_out


@lru_cache(maxsize=1)
def plainly():
    """What is said where no error is told."""
    return said(small_study(n_estimators_compared=5, n_jobs=1))


def test_uneven_errors_change_what_is_learned_and_equal_ones_do_not():
    plain = plainly()["prediction"]
    assert not plain.equals(said(study_with(uneven()))["prediction"])
    pd.testing.assert_series_equal(plain, said(study_with(0.3))["prediction"])


def test_task_of_which_one_label_has_no_error_is_learned_without():
    some = uneven()
    some[0] = np.nan  # the first row has a label
    pd.testing.assert_frame_equal(plainly(), said(study_with(some)))


def test_errors_of_hidden_labels_cannot_be_seen():
    study = study_with(uneven(), uneven(1))
    before = said(study)
    tested = before.query("fold == 0")["row"].unique()
    std = study.table.label_std.copy()
    std.loc[tested, TARGET] = 3.0
    after = said(replace(study, table=replace(study.table, label_std=std)))
    columns = ["row", "architecture", "regime", "prediction", "spread", "low", "high"]
    pd.testing.assert_frame_equal(before.query("fold == 0")[columns], after.query("fold == 0")[columns])
    assert not before["prediction"].equals(after["prediction"])


def test_errors_of_the_source_are_hidden_with_its_labels():
    study, how = study_with(uneven(), uneven(1)), Validation(regimes=("hidden",), n_folds=2)
    before = said(study, how)
    std = study.table.label_std.copy()
    std.loc[before.query("fold == 1")["row"].unique()] = 3.0
    after = said(replace(study, table=replace(study.table, label_std=std)), how)
    assert before.query("fold == 1")["prediction"].equals(after.query("fold == 1")["prediction"])


def test_learning_curve_uses_errors_of_the_labels_that_are_left():
    study = study_with(uneven())
    found = compare_study(study, HOW)
    curve = learning_curve(study, found, HOW)
    assert curve["value"].notna().any()


@pytest.mark.parametrize("name", ["single", "difference", "latent", "multi_task"])
def test_final_model_tells_spreads_of_values_from_those_of_measurements(name):
    study = study_with(uneven(), 0.1)
    (candidate,) = [candidate for candidate in candidates_of(study) if candidate.name == name]
    assert isinstance(candidate, Candidate) and candidate.for_regime(VISIBLE) is not None
    model, X = fit_final(study, candidate), study.features.fit_transform(study.table.inputs)
    _, of_value = model.predict(X, return_std=True, of="value")
    _, of_observation = model.predict(X, return_std=True)
    of_value, of_observation = of_value.reshape(48, -1)[:, -1], of_observation.reshape(48, -1)[:, -1]
    assert np.all(of_value <= of_observation) and of_value.mean() < of_observation.mean()


def test_errors_in_cells_reach_the_model_file_and_are_spoken_of(tmp_path):
    study = write_small(tmp_path)
    exp = pd.read_csv(tmp_path / "exp.csv")
    errors = np.where(np.arange(len(exp)) % 2, 50, 900)
    exp["gap (meV)"] = [f"{gap:.0f} ± {error}" for gap, error in zip(exp["gap (meV)"], errors, strict=True)]
    exp.to_csv(tmp_path / "exp.csv", index=False)
    inspected = run("inspect", study)
    assert "32 with ±, weighed by it" in " ".join(inspected.stdout.split())
    fitted = run("fit", study, "--architecture", "single", "--trees", 6, "--jobs", 1, "--out",
                 tmp_path / "model.graft")  # fmt: skip
    assert fitted.exit_code == 0, fitted.output
    model = load_model(tmp_path / "model.graft")
    X = TableFeatures(formulas=["formula"]).fit_transform(pd.DataFrame({"formula": ["GaN", "ZnO"]}))
    _, of_value = model.predict(X, return_std=True, of="value")
    assert np.all(of_value >= 0) and np.all(of_value < model.predict(X, return_std=True)[1])
    exp.loc[0, "gap (meV)"] = "1200"
    exp.to_csv(tmp_path / "exp.csv", index=False)
    told = " ".join(run("inspect", study).stdout.split())
    assert "Only 31 of 32 labels of gap_exp have a standard deviation." in told
    assert "weighed by it" not in told
    assert run("compare", study, "--out", tmp_path / "out", *QUICK).exit_code == 0
