"""Commands that read a study file: what they leave, what they say, how they stop and go on."""

import os
import sqlite3
from contextlib import closing

import numpy as np
import pandas as pd
import pytest

from tests.cli.small_studies import QUICK, run, write_small

NEED_ONE_UNIT = "difference and pooled models need one unit, but "


@pytest.fixture(scope="module")
def compared(tmp_path_factory):
    """A comparison and a model, made once."""
    folder = tmp_path_factory.mktemp("study")
    study = write_small(folder)
    result = run("compare", study, "--out", folder / "out", *QUICK)
    assert result.exit_code == 0, result.output
    fitted = run("fit", study, "--comparison", folder / "out", "--out", folder / "model.graft", "--folds", 3,
                 "--compared-trees", 4, "--trees", 6, "--jobs", 1)  # fmt: skip
    assert fitted.exit_code == 0, fitted.output
    return folder, result, fitted


def test_compare_leaves_the_comparison_and_the_page(compared):
    folder, result, _ = compared
    table = pd.read_csv(folder / "out" / "comparison.csv")
    assert {"single", "difference", "latent", "multi_task"} <= set(table["architecture"])
    assert set(table["regime"]) == {"hidden", "visible"}
    assert "<html" in (folder / "out" / "report.html").read_text(encoding="utf-8")
    assert "With the material's other labels known, " in result.stdout
    assert "48 materials; labels: gap_dft 48, gap_exp 32." in result.stdout


def test_fit_uses_what_was_compared_and_describe_tells_it(compared):
    folder, _, fitted = compared
    assert "Going on with" in fitted.stdout and "Fitted: " in fitted.stdout
    card = run("describe", folder / "model.graft")
    assert card.exit_code == 0
    for told in ("gap_dft (eV), gap_exp (eV)", "TableFeatures of formula", "visible mae", "transfer helps"):
        assert told in card.stdout


def test_predict_uses_known_labels_in_any_unit_and_keeps_bad_rows(compared, tmp_path):
    folder, _, _ = compared
    (tmp_path / "c.csv").write_text(
        "name,formula,gap_dft (meV)\na,GaN,2000\nb,GaN,3000\nc,NaN,\nd,Xx2,1\ne,Si,bad\nf,,\n"
    )
    result = run("predict", folder / "model.graft", tmp_path / "c.csv", "--out", tmp_path / "p.csv")
    assert result.exit_code == 0 and "6 rows, 3 with a problem" in result.stdout
    found = pd.read_csv(tmp_path / "p.csv", keep_default_na=False, na_values={"gap_exp": [""]}).set_index(
        "name"
    )
    assert list(found.index) == list("abcdef")
    assert found["gap_dft_known"]["a"] == "2" and found["formula"]["c"] == "NaN"
    assert found["gap_exp"]["b"] - found["gap_exp"]["a"] == pytest.approx(1.0, abs=0.4)
    assert (found["problem"] != "").tolist() == [False, False, False, True, True, True]
    assert found["gap_exp"].isna().tolist() == [False, False, False, True, False, True]
    assert {"gap_exp_spread", "gap_exp_low", "gap_exp_high"} <= set(found.columns)


def test_prediction_of_a_row_does_not_depend_on_the_part_it_is_in(compared, tmp_path, monkeypatch):
    folder, _, _ = compared
    formulas = ["GaN", "ZnO", "NaN", "Xx", "SiC", "AlAs", "LiF"]
    (tmp_path / "c.csv").write_text("formula\n" + "\n".join(formulas) + "\n")
    run("predict", folder / "model.graft", tmp_path / "c.csv", "--out", tmp_path / "whole.csv")
    monkeypatch.setattr("graftwood.screening.predictor.Predictor.predictions.__defaults__", (2,))
    assert (
        run("predict", folder / "model.graft", tmp_path / "c.csv", "--out", tmp_path / "parts.csv").exit_code
        == 0
    )
    assert (tmp_path / "whole.csv").read_text() == (tmp_path / "parts.csv").read_text()


def test_parquet_goes_in_and_comes_out(compared, tmp_path):
    pytest.importorskip("pyarrow")
    folder, _, _ = compared
    pd.DataFrame({"formula": ["GaN", "NaN", "Xx"], "gap_dft": [2.0, np.nan, 1.0]}).to_parquet(
        tmp_path / "c.parquet"
    )
    result = run("predict", folder / "model.graft", tmp_path / "c.parquet", "--out", tmp_path / "p.parquet")
    assert result.exit_code == 0, result.output
    found = pd.read_parquet(tmp_path / "p.parquet")
    assert list(found["formula"]) == ["GaN", "NaN", "Xx"] and found["gap_exp"].notna().tolist() == [
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    "name, text, told",
    [
        ("c.csv", "name\nGaN\n", "there is no column 'formula', which the model needs"),
        ("c.csv", "formula\n", "the table has no rows"),
        ("c.csv", "", "the first line is empty"),
        ("c.csv", "formula,gap_dft (K)\nGaN,1\n", "are in K, which cannot be converted to eV"),
        ("c.csv", "formula,problem\nGaN,1\n", "'problem' is there already"),
        ("c.csv", "formula\n" + "GaN\n" * 20000 + "GaN,2\n", "line 20002 has 2 cells"),
        ("none.csv", None, "there is no such file"),
        ("c.txt", "formula\nGaN\n", "files of this kind are not read"),
    ],
)
def test_bad_candidates_are_one_sentence_and_no_partial_output(compared, tmp_path, name, text, told):
    folder, _, _ = compared
    if text is not None:
        (tmp_path / name).write_text(text)
    result = run("predict", folder / "model.graft", tmp_path / name, "--out", tmp_path / "p.csv")
    assert result.exit_code == 1 and told in result.stderr and len(result.stderr.splitlines()) == 1
    assert [path.name for path in tmp_path.iterdir()] == ([name] if text is not None else [])


@pytest.mark.parametrize(
    "arguments, told",
    [
        (["compare", "none.toml"], "there is no such study file"),
        (["fit", "none.toml"], "there is no such study file"),
        (["report", "none"], "name the folder that graftwood compare --out made"),
        (["describe", "none.graft"], "none.graft"),
        (["predict", "none.graft", "c.csv"], "none.graft"),
    ],
)
def test_missing_files_are_one_sentence_and_exit_code_1(arguments, told, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = run(*arguments)
    assert result.exit_code == 1 and told in result.stderr and "Traceback" not in result.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "command", ["init", "inspect", "compare", "fit", "predict", "suggest", "report", "describe"]
)
def test_help_shows_an_example(command):
    assert f"Example: graftwood {command}" in run(command, "--help").output


def test_report_makes_the_same_page_again(compared, tmp_path):
    folder, _, _ = compared
    page = (folder / "out" / "report.html").read_text(encoding="utf-8")
    (folder / "out" / "report.html").unlink()
    assert run("report", folder / "out").exit_code == 0
    again = (folder / "out" / "report.html").read_text(encoding="utf-8")
    assert len(again) == pytest.approx(len(page), rel=0.01)
    assert again.split("</header>")[1][:3000] == page.split("</header>")[1][:3000]


def test_report_of_a_damaged_folder_says_which_file(compared, tmp_path):
    (tmp_path / "details").mkdir()
    (tmp_path / "details" / "study.json").write_text("{")
    result = run("report", tmp_path)
    assert result.exit_code == 1 and "study.json: the file is damaged" in result.stderr


def test_split_by_system_regime_and_trials(tmp_path):
    study = write_small(tmp_path)
    result = run("compare", study, "--out", tmp_path / "out", "--split", "system", "--regime", "visible",
                 "--folds", 2, "--trees", 3, "--trials", 2, "--jobs", 1)  # fmt: skip
    assert result.exit_code == 0, result.output
    held = pd.read_csv(tmp_path / "out" / "details" / "held_out.csv")
    assert set(held["regime"]) == {"visible"} and set(held["fold"]) == {0, 1, 2, 3}
    single = held[held["architecture"] == "single"]
    assert (single.groupby("row").size() == 2).all()
    assert set(pd.read_csv(tmp_path / "out" / "comparison.csv")["n_test"]) == {32}
    assert "32 held-out materials" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    wrong = run("compare", study, "--out", tmp_path / "out", "--split", "lab", *QUICK)
    assert wrong.exit_code == 1 and "it must be material, system or one of the inputs formula" in wrong.stderr


def test_learning_curve_is_written_and_shown(tmp_path, monkeypatch):
    monkeypatch.setattr("graftwood.study.learning_curve.FEWEST", 5)
    result = run("compare", write_small(tmp_path), "--out", tmp_path / "out", *QUICK, "--regime", "visible",
                 "--learning-curve", "--folds", "3")  # fmt: skip
    assert result.exit_code == 0, result.output
    curve = pd.read_csv(tmp_path / "out" / "learning_curve.csv")
    assert set(curve["n_labels"]) == {5, 10, 21} and "Mean absolute error of gap_exp with so" in result.stdout


def test_suggest_writes_and_shows_the_best(compared, tmp_path):
    folder, _, _ = compared
    (tmp_path / "c.csv").write_text("formula,gap_dft\nGaN,2.0\nZnS3,4.5\nS1Zn1,4.5\nXx,1\n")
    asked = ["suggest", folder / "model.graft", tmp_path / "c.csv", "--out", tmp_path / "s.csv"]
    result = run(*asked, "--goal", "max gap_exp", "-n", 2)
    assert result.exit_code == 0, result.output
    told = "4 candidates, 1 with a problem, 1 known already"  # the zinc sulphide of the training data
    assert told in result.stdout and "expected improvement" in result.stdout
    assert pd.read_csv(tmp_path / "s.csv")["formula"].tolist() == ["ZnS3", "GaN"]
    wrong = run(*asked, "--goal", "max gap")
    assert wrong.exit_code == 1 and "there is no task 'gap'" in wrong.stderr
    assert run(*asked, "--goal", "max gap_exp", "-n", 0).exit_code == 2
    assert run(*asked[:3], "--goal", "max gap_exp", "--out", tmp_path / "c.csv").exit_code == 2


def test_predictions_never_replace_the_candidates(compared, tmp_path):
    folder, _, _ = compared
    (tmp_path / "c.csv").write_text("formula\nGaN\n")
    result = run("predict", folder / "model.graft", tmp_path / "c.csv", "--out", tmp_path / "c.csv")
    assert result.exit_code == 2 and (tmp_path / "c.csv").read_text() == "formula\nGaN\n"
    assert run("predict", folder / "model.graft", tmp_path / "c.csv", "--out", "p.json").exit_code == 2
    assert not os.path.exists("p.json")


def test_sources_are_ranked_on_request_on_the_page_and_again_from_what_is_kept(tmp_path):
    study = write_small(tmp_path)
    asked = ("compare", study, "--out", tmp_path / "out", "--regime", "visible", *QUICK)
    result = run(*asked, "--rank-sources")
    assert result.exit_code == 0, result.output
    assert "saved by it alone" in result.stdout and "sources.csv" in result.stdout
    table = (tmp_path / "out" / "sources.csv").read_text()
    frame = pd.read_csv(tmp_path / "out" / "sources.csv")
    assert frame["source"].tolist() == ["gap_dft"] and frame["gain"][0] > 0
    page = tmp_path / "out" / "report.html"
    assert "What is each source worth?" in page.read_text(encoding="utf-8")
    page.unlink()
    assert run("report", tmp_path / "out").exit_code == 0
    assert "What is each source worth?" in page.read_text(encoding="utf-8")
    again = run(*asked, "--rank-sources")
    assert again.exit_code == 0 and (tmp_path / "out" / "sources.csv").read_text() == table
    assert run(*asked).exit_code == 0 and not (tmp_path / "out" / "sources.csv").exists()


def test_ranking_without_a_source_is_wrong_use(tmp_path):
    study = write_small(tmp_path)
    text = study.read_text()
    start, end = text.index("[tasks.gap_dft]"), text.index("[tasks.gap_exp]")
    study.write_text(text[:start] + text[end:])
    result = run("compare", study, "--out", tmp_path / "out", "--rank-sources", *QUICK)
    assert result.exit_code == 2 and "no source besides the" in " ".join(result.stderr.split())


def test_model_file_tells_the_errors_of_the_architecture_that_it_holds(compared):
    folder, _, _ = compared
    from graftwood.store.describe import describe

    told = describe(folder / "model.graft")
    table = pd.read_csv(folder / "out" / "comparison.csv").query("metric == 'mae' and subset == 'all'")
    mine = table[table["architecture"] == told["study"]["final model"]].set_index("regime")["value"]
    for regime in ("hidden", "visible"):
        assert told["metrics"][f"{regime} mae"] == pytest.approx(mine[regime])


def test_parquet_sqlite_and_a_workbook_go_through_from_init_to_predictions(tmp_path):
    pytest.importorskip("pyarrow")
    pytest.importorskip("openpyxl")
    write_small(tmp_path)
    dft, exp = pd.read_csv(tmp_path / "dft.csv"), pd.read_csv(tmp_path / "exp.csv")
    dft.to_parquet(tmp_path / "dft.parquet")
    exp.to_excel(tmp_path / "exp.xlsx", index=False)
    with closing(sqlite3.connect(tmp_path / "lab.sqlite")) as database:
        exp.rename(columns={"gap (meV)": "gap"}).to_sql("gaps", database, index=False)
        database.commit()
    drafted = run("init", tmp_path / "dft.parquet", tmp_path / "exp.xlsx", "--out", tmp_path / "draft.toml")
    assert drafted.exit_code == 0, drafted.output
    assert run("inspect", tmp_path / "draft.toml").exit_code == 0
    text = (tmp_path / "study.toml").read_text().replace("dft.csv", "dft.parquet")
    query = 'lab.sqlite"\nquery = "select formula, gap / 1000 as gap from gaps where gap is not null'
    (tmp_path / "study.toml").write_text(text.replace("exp.csv", query))
    fitted = run("fit", tmp_path / "study.toml", "--architecture", "difference", "--trees", 5, "--jobs", 1,
                 "--out", tmp_path / "model.graft")  # fmt: skip
    assert fitted.exit_code == 0, fitted.output
    pd.DataFrame({"formula": ["GaN", "NaN"]}).to_excel(tmp_path / "c.xlsx", index=False)
    said = run("predict", tmp_path / "model.graft", tmp_path / "c.xlsx", "--out", tmp_path / "p.csv")
    assert said.exit_code == 0 and "2 rows, 0 with a problem" in said.stdout


def test_split_by_an_input_holds_its_equal_values_out_together(tmp_path):
    study = write_small(tmp_path)
    for name in ("dft", "exp"):
        frame = pd.read_csv(tmp_path / f"{name}.csv", keep_default_na=False)
        frame["lab"] = frame["formula"].str[-1]
        frame.to_csv(tmp_path / f"{name}.csv", index=False)
    study.write_text(study.read_text() + '[inputs.lab]\nkind = "category"\n')
    result = run("compare", study, "--split", "lab", "--regime", "hidden", "--out", tmp_path / "out", *QUICK)
    assert result.exit_code == 0, result.output
    held = pd.read_csv(tmp_path / "out" / "details" / "held_out.csv", keep_default_na=False)
    assert (held.groupby(held["formula"].str[-1])["fold"].nunique() == 1).all()
    wrong = run("compare", study, "--split", "labb", "--out", tmp_path / "no", *QUICK)
    assert wrong.exit_code == 1 and "split 'labb': it must be material, system or one of" in wrong.stderr


def test_sources_in_another_unit_are_told_where_differences_are_missed(tmp_path):
    study = write_small(tmp_path)
    text = study.read_text()
    study.write_text(text.replace('unit = "eV"\n[tasks.gap_exp]', 'unit = "meV"\n[tasks.gap_exp]'))
    told = 'gap_dft is in meV and gap_exp is in eV; write unit = "eV" under [tasks.gap_dft]'
    result = run("compare", study, "--out", tmp_path / "out", "--regime", "hidden", *QUICK)
    assert result.exit_code == 0 and result.stderr.count(f"Left out: {NEED_ONE_UNIT}{told}") == 1
    fitted = run("fit", study, "--architecture", "difference", "--out", tmp_path / "m.graft")
    assert fitted.exit_code == 1 and f"target 'gap_exp' ({NEED_ONE_UNIT}{told}" in fitted.stderr
