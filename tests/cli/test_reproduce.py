"""``graftwood reproduce``: files, tables and claims of the few-shot study, and wrong use in one sentence."""

import os
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from graftwood.cli.main import app
from graftwood.fewshot.study.records import COLUMNS
from tests.fewshot.real_files import SCHOOLS, STATIONS, write_tables

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
FILES = ["comparison.csv", "corners.png", "corners.svg", "curves.png", "curves.svg"]


def reproduce(*arguments):
    return CliRunner().invoke(app, ["reproduce", *map(str, arguments)], prog_name="graftwood")


@pytest.mark.slow
def test_quick_run_with_data_writes_five_files_and_says_who_wins(tmp_path):
    result = reproduce(
        "few-shot", "--quick", "--data", write_tables(tmp_path / "data"), "--out", tmp_path / "out"
    )
    assert result.exit_code == 0, result.output
    assert sorted(os.listdir(tmp_path / "out")) == FILES
    assert tuple(pd.read_csv(tmp_path / "out" / "comparison.csv").columns) == COLUMNS
    for said in (
        "Who wins where",
        "Ridge to pooled fit",
        "ANIL at its best",
        "schools: squared error",
        "holds: ",
    ):
        assert said in result.stdout
    assert "Written: " in result.stdout


def test_without_data_the_real_part_is_left_out_and_earlier_results_are_replaced(tmp_path):
    (tmp_path / "comparison.csv").write_text("old")
    result = reproduce("few-shot", "--quick", "--out", tmp_path)
    assert result.exit_code == 0, result.output
    assert sorted(os.listdir(tmp_path)) == FILES[:3]
    assert "real part was left out: name its folder with --data" in result.stdout
    assert (tmp_path / "comparison.csv").read_text().startswith("architecture,")


def test_failure_leaves_the_results_of_an_earlier_run(tmp_path, monkeypatch):
    (tmp_path / "comparison.csv").write_text("old")

    def fail(records, path):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("graftwood.fewshot.study.figure.draw_corners", fail)
    result = reproduce("few-shot", "--quick", "--out", tmp_path)
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (
        1,
        f"graftwood: {tmp_path / 'corners.svg'}: No space left on device; free some space and run it again; "
        "nothing half-written was left behind.",
    )
    assert os.listdir(tmp_path) == ["comparison.csv"] and (tmp_path / "comparison.csv").read_text() == "old"


@pytest.mark.parametrize(
    "arguments, code, told",
    [
        pytest.param(["nonsense"], 2, "'nonsense' is not", id="study"),
        pytest.param([], 2, "Missing argument", id="no-study"),
        pytest.param(
            ["few-shot", "--quick", "--data", "nowhere"], 1, "does not exist; name with --data", id="data"
        ),
    ],
)
def test_wrong_use(arguments, code, told, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = reproduce(*arguments)
    assert result.exit_code == code
    assert told in result.stderr and "Traceback" not in result.stderr


@pytest.mark.parametrize(
    "given, said",
    [
        (("colour", "--data", "."), "colour is on data that ship"),
        (("no-reduction", "--data", "."), "no-reduction is on data that ship"),
        (("few-shot", "--jobs", 2), "few-shot runs on one thread"),
    ],
)
def test_an_option_that_a_study_does_not_use_is_refused(tmp_path, given, said):
    result = reproduce(*given, "--out", tmp_path / "out")
    assert result.exit_code == 2 and said in " ".join(result.output.replace("│", "").split())
    assert not (tmp_path / "out").exists()


def test_help_shows_an_example():
    result = reproduce("--help")
    assert result.exit_code == 0 and "Example: graftwood reproduce few-shot" in result.output


@pytest.mark.slow
@pytest.mark.skipif(
    not all((SHARED / path).is_file() for path in (STATIONS, SCHOOLS)), reason="the real tables do not ship"
)
def test_quick_run_on_the_real_tables(tmp_path):
    result = reproduce("few-shot", "--quick", "--data", SHARED, "--out", tmp_path)
    assert result.exit_code == 0, result.output
    assert "139 new tasks" in result.stdout
