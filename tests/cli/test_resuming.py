"""A comparison that was stopped goes on, and starts anew where something has changed."""

import json
import signal
import time

import pytest

from graftwood.cli import finished
from graftwood.study import hold_out
from tests.cli.small_studies import QUICK, in_shell, run, write_small


def test_comparison_that_was_stopped_goes_on_with_the_same_results(tmp_path):
    study = write_small(tmp_path)
    whole = run("compare", study, "--out", tmp_path / "whole", *QUICK, "--regime", "hidden")
    stopped = in_shell("compare", study, "--out", tmp_path / "out", *QUICK, "--regime", "hidden")
    fits = tmp_path / "out" / "details" / "fits"
    for _ in range(600):
        if fits.exists() and len(list(fits.glob("[0-9]*.json"))) >= 3:
            break
        time.sleep(0.05)
    stopped.send_signal(signal.SIGINT)
    _, told = stopped.communicate(timeout=60)
    if stopped.returncode != 0:  # it may have been faster than the signal
        # All fits may have been done, and the page in the making, when the signal came.
        assert stopped.returncode == 130 and "graftwood: stopped; " in told and "Traceback" not in told
        assert not (tmp_path / "out" / "comparison.csv").exists()
    n_kept = len(list(fits.glob("[0-9]*.json")))
    assert n_kept >= 3
    again = run("compare", study, "--out", tmp_path / "out", *QUICK, "--regime", "hidden")
    assert f"Going on with {n_kept} fits" in again.stdout
    assert whole.exit_code == again.exit_code == 0
    same = [(tmp_path / name / "comparison.csv").read_text() for name in ("whole", "out")]
    assert same[0] == same[1]
    held = [(tmp_path / name / "details" / "held_out.csv").read_text() for name in ("whole", "out")]
    assert held[0] == held[1]


def test_ctrl_c_between_two_fits_says_what_is_kept(tmp_path, monkeypatch):
    study = write_small(tmp_path)
    made = []

    def predict_fold(*arguments, original=hold_out.predict_fold):
        if len(made) == 2:
            raise KeyboardInterrupt
        made.append(original(*arguments))
        return made[-1]

    monkeypatch.setattr(hold_out, "predict_fold", predict_fold)
    result = run("compare", study, "--out", tmp_path / "out", *QUICK)
    assert result.exit_code == 130 and "stopped; 2 fits are kept in" in result.stderr
    assert not (tmp_path / "out" / "comparison.csv").exists()


OPTIONS_CHANGED = "options (--split, --folds, --trees or --seed)"


@pytest.mark.parametrize("what", ["the data", "the study", OPTIONS_CHANGED, "graftwood"])
def test_changed_data_study_or_version_starts_anew_and_says_so(tmp_path, what, monkeypatch):
    study = write_small(tmp_path)
    arguments = ["compare", study, "--out", tmp_path / "out", "--regime", "hidden", "--folds", 2, "--jobs", 1]
    assert run(*arguments, "--trees", 3).exit_code == 0
    trees = 3
    if what == "the data":
        with open(tmp_path / "exp.csv", "a") as file:
            file.write("CsF,9000\n")
    elif what == "the study":
        graph = '[graph.gap_exp]\narchitecture = "difference"\nsource = "gap_dft"\n'
        study.write_text(study.read_text(encoding="utf-8") + graph, encoding="utf-8")
    elif what == OPTIONS_CHANGED:
        trees = 4
    else:
        place = tmp_path / "out" / "details" / finished.FACTS
        facts = json.loads(place.read_text())
        place.write_text(json.dumps({**facts, "graftwood": "0.0.1"}))
    again = run(*arguments, "--trees", trees)
    assert again.exit_code == 0 and f"Starting anew: {what} changed since the last run, whose" in again.stdout


def test_threads_do_not_count_as_a_change_and_a_damaged_fit_is_made_again(tmp_path):
    study = write_small(tmp_path)
    arguments = [
        "compare",
        study,
        "--out",
        tmp_path / "out",
        "--regime",
        "hidden",
        "--folds",
        2,
        "--trees",
        3,
    ]
    assert run(*arguments, "--jobs", 1).exit_code == 0
    first = (tmp_path / "out" / "comparison.csv").read_text()
    next((tmp_path / "out" / "details" / "fits").glob("*.json")).write_text("{}")
    again = run(*arguments, "--jobs", 2)
    assert "Going on with" in again.stdout and (tmp_path / "out" / "comparison.csv").read_text() == first


def test_what_cannot_be_divided_leaves_finished_fits_alone(tmp_path):
    study, out = write_small(tmp_path), tmp_path / "out"
    assert run("compare", study, "--out", out, *QUICK, "--regime", "hidden").exit_code == 0
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    refused = run("compare", study, "--out", out, "--folds", 1000, "--trees", 4, "--regime", "hidden")
    assert refused.exit_code != 0 and "1000 folds need at least as many" in refused.stderr
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before


def test_results_of_another_comparison_do_not_outlive_its_fits(tmp_path, monkeypatch):
    study, out = write_small(tmp_path), tmp_path / "out"
    assert run("compare", study, "--out", out, *QUICK, "--regime", "hidden").exit_code == 0

    def stop(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(hold_out, "predict_fold", stop)
    assert (
        run("compare", study, "--out", out, "--folds", 4, "--trees", 4, "--regime", "hidden").exit_code == 130
    )
    assert not {"comparison.csv", "report.html"} & {path.name for path in out.iterdir()}
    assert [path.name for path in (out / "details").iterdir() if path.is_file()] == ["made_from.json"]
