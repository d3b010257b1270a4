"""The command line: what it shows, which exit code it ends with, and that it never shows a traceback."""

import os
import signal
import subprocess
import sys
import warnings

import pytest
from typer.testing import CliRunner

from graftwood import __version__
from graftwood.cli import main
from graftwood.cli.main import app
from graftwood.errors import TooFewLabels
from tests.study.planted import small_study

FILES = ["comparison.csv", "model.graft", "predictions.csv", "report.html"]
RUN = "from graftwood.cli.main import run; run()"


def in_process(*arguments):
    return CliRunner().invoke(app, list(arguments), prog_name="graftwood")


def in_shell(*arguments, code=RUN, cwd=None):
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=120, cwd=cwd
    )


@pytest.fixture
def small_demo(monkeypatch):
    """The demo command on a study of a second."""
    asked = {}

    def demo_study(**options):
        asked.update(options)
        return small_study(n_estimators_compared=6)

    monkeypatch.setattr("graftwood.study.run.demo_study", demo_study)
    return asked


def break_demo(monkeypatch, error):
    def demo_study(**options):
        raise error

    monkeypatch.setattr("graftwood.study.run.demo_study", demo_study)


def test_help_lists_every_command():
    result = in_process("--help")
    assert result.exit_code == 0
    assert "demo" in result.output and "warmup" in result.output


@pytest.mark.parametrize("command", ["demo", "warmup"])
def test_help_of_a_command_shows_an_example(command):
    result = in_process(command, "--help")
    assert result.exit_code == 0
    assert f"Example: graftwood {command}" in result.output


def test_version_is_the_package_version():
    result = in_process("--version")
    assert (result.exit_code, result.output) == (0, f"graftwood {__version__}\n")


@pytest.mark.parametrize(
    "arguments, told",
    [
        pytest.param(["bogus"], "No such command 'bogus'", id="command"),
        pytest.param(["demo", "--bogus"], "No such option", id="option"),
        pytest.param(["demo", "--trees", "1"], "'--trees'", id="value"),
        pytest.param(["demo", "--trees", "many"], "'--trees'", id="type"),
        pytest.param(["demo", "--jobs", "0"], "--jobs", id="no-threads"),
        pytest.param(["demo", "--jobs", "-2"], "'--jobs'", id="fewer-threads"),
        pytest.param(["warmup", "now"], "unexpected extra argument", id="argument"),
    ],
)
def test_wrong_use_ends_with_2_and_says_what_is_wrong(arguments, told, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = in_process(*arguments)
    assert result.exit_code == 2
    assert told in result.stderr and "Traceback" not in result.stderr
    assert os.listdir(tmp_path) == []


def test_no_command_shows_the_help():
    assert "demo" in in_process().output


def test_demo_writes_four_files_and_says_the_answer(small_demo, tmp_path):
    result = in_process("demo", "--out", str(tmp_path / "results"), "--trees", "7", "--jobs", "1")
    assert result.exit_code == 0, result.output
    assert small_demo == {"n_estimators_compared": 7, "n_jobs": 1}
    assert sorted(os.listdir(tmp_path / "results")) == FILES
    assert "Single task" in result.stdout and "* chosen" in result.stdout
    assert "With the material's other labels known, " in result.stdout
    written = result.stdout[result.stdout.index("Written: ") :]
    assert all(name in written for name in FILES)


def test_demo_goes_to_a_folder_of_its_own_unless_told_otherwise(small_demo, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert in_process("demo").exit_code == 0
    assert os.listdir(tmp_path) == ["demo"] and sorted(os.listdir("demo")) == FILES


def test_failure_is_one_sentence_and_exit_code_1(monkeypatch, tmp_path):
    break_demo(
        monkeypatch, TooFewLabels("Task gap_exp: exp.csv has no label in its column 'gap'; add labels.")
    )
    result = in_process("demo", "--out", str(tmp_path))
    assert result.exit_code == 1
    assert result.stderr == "graftwood: Task gap_exp: exp.csv has no label in its column 'gap'; add labels.\n"


@pytest.mark.parametrize(
    "error, told",
    [
        (
            OSError(28, "No space left on device"),
            "graftwood: a file: No space left on device; free some space and run it again; nothing "
            "half-written was left behind.\n",
        ),
        (
            PermissionError(13, "Permission denied", "out/x.csv"),
            "graftwood: out/x.csv: Permission denied; change its permissions or name another place.\n",
        ),
    ],
    ids=["full-disk", "permission"],
)
def test_trouble_with_files_is_one_sentence_and_exit_code_1(monkeypatch, tmp_path, error, told):
    break_demo(monkeypatch, error)
    result = in_process("demo", "--out", str(tmp_path))
    assert (result.exit_code, result.stderr) == (1, told)


def test_interruption_is_one_sentence_and_exit_code_130(monkeypatch, tmp_path):
    break_demo(monkeypatch, KeyboardInterrupt())
    result = in_process("demo", "--out", str(tmp_path))
    assert result.exit_code == 130
    assert result.stderr == "graftwood: stopped; nothing half-written was left behind.\n"
    assert os.listdir(tmp_path) == []


def test_folder_that_cannot_be_made_is_told_before_the_work(tmp_path):
    (tmp_path / "taken").write_text("a file")
    result = in_shell("demo", "--out", "taken", cwd=tmp_path)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == "graftwood: taken: File exists; name another place.\n"


def test_shell_gets_the_exit_codes_too(tmp_path):
    assert in_shell("--version").stdout == f"graftwood {__version__}\n"
    wrong = in_shell("bogus")
    assert wrong.returncode == 2 and "Traceback" not in wrong.stderr
    interrupted = in_shell(
        "demo",
        code="import graftwood.study.run as r\n"
        "def stop(**options): raise KeyboardInterrupt\n"
        "r.demo_study = stop\n" + RUN,
        cwd=tmp_path,
    )
    assert interrupted.returncode == 130
    assert interrupted.stderr == "graftwood: stopped; nothing half-written was left behind.\n"


def test_command_line_starts_without_the_heavy_libraries():
    code = (
        "import sys, graftwood.cli.main\n"
        "heavy = {'numba', 'pandas', 'sklearn', 'plotly', 'pymatgen', 'matplotlib'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    assert in_shell(code=code).stdout == "[]\n"


def test_python_runs_the_package_as_well():
    shown = subprocess.run(
        [sys.executable, "-m", "graftwood", "--version"], capture_output=True, text=True, timeout=120
    )
    assert (shown.returncode, shown.stdout) == (0, f"graftwood {__version__}\n")


@pytest.mark.parametrize("arguments", [["--help"], ["compare", "--help"]])
def test_a_reader_that_has_seen_enough_is_no_error(arguments):
    """As ``graftwood compare --help | head -1``."""
    reads, writes = os.pipe()
    os.close(reads)
    shown = subprocess.run(
        [sys.executable, "-c", RUN, *arguments], stdout=writes, stderr=subprocess.PIPE, text=True, timeout=120
    )
    os.close(writes)
    assert shown.stderr == ""


def test_a_warning_on_the_command_line_is_one_sentence(monkeypatch):
    monkeypatch.setattr(warnings, "formatwarning", warnings.formatwarning)
    monkeypatch.setattr(main, "app", lambda: None)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    main.run()
    assert warnings.formatwarning("few labels", UserWarning, "module.py", 3) == "Warning: few labels\n"
