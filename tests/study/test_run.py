"""A study from a table to its model, and its results on disk."""

import os

import numpy as np
import pandas as pd
import pytest

from graftwood import load_model
from graftwood.cli.results import write_results
from graftwood.errors import EmptyTable, UnknownTask, UnreadableFormula
from graftwood.study.predict import predict_frame
from graftwood.study.run import demo_study, run_study
from tests.study.planted import SOURCE, TARGET, candidates, small_study, small_table

FILES = ["comparison.csv", "model.graft", "predictions.csv", "report.html"]


@pytest.fixture(scope="module")
def study():
    return small_study(subsets={"oxides": small_table().inputs["formula"].str.endswith("O").to_numpy()})


@pytest.fixture(scope="module")
def found(study):
    return run_study(study)


def test_records_are_complete(found, study):
    records, model = found
    assert (records.title, records.target, records.tasks) == (study.title, TARGET, study.table.tasks)
    assert set(records.comparison["subset"]) == {"all", "oxides"}
    assert set(records.best) == {"hidden", "visible"}
    assert [verdict.regime for verdict in records.verdicts] == ["hidden", "visible"]
    assert all(verdict.unit == "eV" for verdict in records.verdicts)
    assert records.overlap.loc[TARGET, SOURCE] == 32
    assert len(records.predictions) == len(candidates())
    assert (records.held_out["formula"] == records.held_out["material"]).all()
    assert records.settings["data fingerprint"] == study.table.fingerprint()
    assert records.settings["labels"] == "gap_dft 48, gap_exp 32"
    assert records.environment["seed"] == "0" and "seconds" in records.environment


def test_chosen_model_is_fitted_on_all_data_with_its_own_number_of_trees(found):
    records, model = found
    assert records.best["visible"] in ("difference", "latent")
    assert records.settings["final model"] == records.best["visible"]
    assert model.n_estimators == 8 and model.target_ == TARGET
    assert all(verdict.kind != "harms" for verdict in records.verdicts)


def test_informative_source_is_used_where_it_is_known(found):
    predictions = found[0].predictions
    assert predictions[TARGET][0] == pytest.approx(2.7, abs=0.4)


def test_study_is_reproducible(found, study):
    records, _ = run_study(study)
    pd.testing.assert_frame_equal(records.comparison, found[0].comparison, check_exact=True)
    pd.testing.assert_frame_equal(records.predictions, found[0].predictions, check_exact=True)


def test_left_out_candidates_are_not_tried():
    records, _ = run_study(
        small_study(n_folds=2, leave_out=("pooled", "pooled_source_input", "latent", "self_latent"))
    )
    assert set(records.comparison["architecture"]) == {
        "single",
        "self_difference",
        "difference",
        "scaled_difference",
        "multi_task",
        "multi_task_corrected",
    }


def test_repeats_of_the_target_are_hidden_with_it():
    # The "source" is the target itself: were it seen, the errors would vanish.
    table = small_table()
    task = table.tasks[1].__class__(TARGET, unit="eV", same_as=(SOURCE,))
    copied = table.labels.assign(**{SOURCE: table.labels[TARGET]})
    study = small_study(
        n_folds=2, table=table.__class__(table.inputs, copied, table.materials, (table.tasks[0], task))
    )
    records, _ = run_study(study)
    errors = records.comparison.query("metric == 'mae' and subset == 'all'").set_index("architecture")[
        "value"
    ]
    assert errors.min() > 0.4
    assert "difference" not in errors.index


def test_task_in_another_unit_is_no_start_of_a_difference():
    table = small_table()
    joules = table.tasks[0].__class__(SOURCE, unit="J")
    study = small_study(
        n_folds=2,
        table=table.__class__(table.inputs, table.labels, table.materials, (joules, table.tasks[1])),
    )
    architectures = set(run_study(study)[0].comparison["architecture"])
    without_sources = {"single", "self_difference", "self_latent"}
    with_sources = {"scaled_difference", "latent", "multi_task", "multi_task_corrected"}
    assert architectures == without_sources | with_sources


def test_single_task_study_still_answers():
    table = small_table()
    study = small_study(
        table=table.__class__(table.inputs, table.labels[[TARGET]], table.materials, table.tasks[1:]),
        candidates=candidates()[["formula"]],
        n_folds=2,
    )
    records, model = run_study(study)
    assert records.verdicts == () and records.best["hidden"] == records.best["visible"]
    assert records.predictions[TARGET].notna().sum() == 3


def test_uninformative_source_leaves_a_model_without_sources(tmp_path):
    table = small_table()
    source = np.random.default_rng(5).normal(size=48)
    study = small_study(
        table=table.__class__(
            table.inputs, table.labels.assign(**{SOURCE: source}), table.materials, table.tasks
        ),
        n_folds=2,
    )
    records, model = run_study(study)
    assert all(verdict.kind != "helps" for verdict in records.verdicts)
    # Whatever was chosen, a known label is written back under its own name and the page can be made.
    assert f"{SOURCE}_known" in records.predictions
    assert len(write_results(records, model, study.features, tmp_path)) == 4


@pytest.mark.parametrize(
    "changes, error, message",
    [
        pytest.param(
            {"table": small_table().subset(np.zeros(48, dtype=bool))},
            EmptyTable,
            "the table has no rows",
            id="rows",
        ),
        pytest.param({"target": "gap"}, UnknownTask, "the tasks are gap_dft, gap_exp", id="target"),
        pytest.param(
            {"table": small_table().__class__(
                small_table().inputs.replace("ZnO", "Xx2O3"), small_table().labels, small_table().materials,
                small_table().tasks,
            )},
            UnreadableFormula,
            "1 of 48 formulas cannot be read.*'Xx'",
            id="formula",
        ),
    ],
)  # fmt: skip
def test_study_that_cannot_be_done_is_refused(changes, error, message):
    with pytest.raises(error, match=message):
        run_study(small_study(**changes))


def test_results_are_four_files(found, study, tmp_path):
    records, model = found
    paths = write_results(records, model, study.features, tmp_path / "new" / "folder")
    assert sorted(path.name for path in paths) == sorted(os.listdir(tmp_path / "new" / "folder")) == FILES
    comparison = pd.read_csv(paths[0])
    pd.testing.assert_frame_equal(comparison, records.comparison, rtol=1e-9)
    predictions = pd.read_csv(paths[1])
    assert predictions.columns.tolist() == records.predictions.columns.tolist()
    assert predictions[TARGET].to_numpy() == pytest.approx(records.predictions[TARGET], nan_ok=True)
    page = paths[3].read_text(encoding="utf-8")
    assert study.title in page and str(records.verdicts[1].best_with) in page


def test_loaded_model_predicts_the_same(found, study, tmp_path):
    records, model = found
    write_results(records, model, study.features, tmp_path)
    said = predict_frame(load_model(tmp_path / "model.graft"), study.features, candidates())
    pd.testing.assert_frame_equal(said, records.predictions, check_exact=True)


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("where", ["graftwood.store.save.save_model", "graftwood.report.write_report"])
@pytest.mark.parametrize(
    "error", [OSError(28, "No space left on device"), KeyboardInterrupt()], ids=["full", "stop"]
)
def test_failed_writing_leaves_the_old_results_whole(found, study, tmp_path, monkeypatch, where, error):
    records, model = found

    def fail(*args, **options):
        (tmp_path / "never.read").unlink(missing_ok=True)
        raise error

    write_results(records, model, study.features, tmp_path)
    before = contents(tmp_path)
    monkeypatch.setattr(where, fail)
    changed = records.__class__(**{**vars(records), "comparison": records.comparison.iloc[:0]})
    with pytest.raises(type(error)):
        write_results(changed, model, study.features, tmp_path)
    assert contents(tmp_path) == before


def test_failed_first_writing_leaves_nothing(found, study, tmp_path, monkeypatch):
    def fail(*args, **options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("graftwood.report.write_report", fail)
    with pytest.raises(OSError, match="No space left"):
        write_results(*found, study.features, tmp_path)
    assert os.listdir(tmp_path) == []


def test_another_run_replaces_the_results(found, study, tmp_path):
    records, model = found
    for name in FILES:
        (tmp_path / name).write_text("old")
    (tmp_path / "notes.txt").write_text("mine")
    write_results(records, model, study.features, tmp_path)
    assert sorted(os.listdir(tmp_path)) == sorted([*FILES, "notes.txt"])
    assert all(data != b"old" for name, data in contents(tmp_path).items() if name != "notes.txt")
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_demo_is_the_study_it_says_it_is():
    study = demo_study(n_jobs=1)
    assert study.table.labels["gap_dft"].notna().sum() == 12_000
    assert study.table.labels[TARGET].notna().sum() == 4_601
    assert len(study.candidates) == 200
    assert (study.subsets["metals"] & study.subsets["non-metals"]).sum() == 0
