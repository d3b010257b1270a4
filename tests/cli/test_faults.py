"""What can fail outside graftwood: a full disk, permissions, files that change, a clock that jumps."""

import io
import json
import os
import shutil
from types import SimpleNamespace

import pytest
from rich.console import Console

from graftwood.cli import progress
from graftwood.store import atomic
from graftwood.study import hold_out
from tests.cli.small_studies import run, write_small

FULL = "/dev/full"
QUICK = ["--folds", 2, "--trees", 4, "--jobs", 1, "--regime", "hidden"]
needs_full = pytest.mark.skipif(not os.path.exists(FULL), reason="this system has no /dev/full")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A study with a model, candidates, and older results to be replaced; not to be changed."""
    folder = tmp_path_factory.mktemp("made")
    study = write_small(folder)
    fitted = run(
        "fit", study, "--architecture", "single", "--trees", 2, "--jobs", 1, "--out", folder / "m.graft"
    )
    assert fitted.exit_code == 0, fitted.output
    (folder / "c.csv").write_text("formula\nGaN\nZnO\n")
    return folder


@pytest.fixture
def here(made, tmp_path, monkeypatch):
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


WRITES = {
    "predict": (["predict", "m.graft", "c.csv", "--out", "p.csv"], "p.csv"),
    "suggest": (["suggest", "m.graft", "c.csv", "--goal", "max gap_exp", "--out", "s.csv"], "s.csv"),
    "init": (["init", "dft.csv", "--out", "new.toml", "--force"], "new.toml"),
    "inspect": (["inspect", "study.toml", "--out", "page.html"], "page.html"),
    "fit": (["fit", "study.toml", "--architecture", "single", "--trees", 2, "--jobs", 1, "--out", "n.graft"],
            "n.graft"),
    "compare": (["compare", "study.toml", "--out", "out", *QUICK], "out/comparison.csv"),
}  # fmt: skip


@needs_full
@pytest.mark.filterwarnings("ignore::graftwood.errors.UnreliableSpread")  # of a model of two trees
@pytest.mark.parametrize("case", WRITES)
def test_full_disk_is_one_sentence_and_keeps_the_old_file(case, here, monkeypatch):
    arguments, target = WRITES[case]
    target = here / target
    target.parent.mkdir(exist_ok=True)
    target.write_text("old")
    # What is written to the temporary file meets the system's own "no space left".
    monkeypatch.setattr(atomic, "secrets", SimpleNamespace(token_hex=lambda n: "token"))
    temporary = target.with_name(f".{target.stem}-token{target.suffix}")
    temporary.symlink_to(FULL)
    result = run(*arguments)
    last = result.stderr.splitlines()[-1]
    assert result.exit_code == 1 and "Traceback" not in result.output
    assert "No space left on device" in last and target.name in last and "free some space" in last, last
    assert target.read_text() == "old" and not os.path.lexists(temporary)
    assert [path.name for path in target.parent.iterdir() if path.name.startswith(".")] == []


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
@pytest.mark.parametrize("case", ["predict", "suggest", "inspect", "fit"])
def test_folder_without_permission_is_one_sentence(case, here):
    arguments, target = WRITES[case]
    (here / "locked").mkdir(mode=0o500)
    result = run(*arguments[:-1], f"locked/{target}")
    last = result.stderr.splitlines()[-1]
    assert result.exit_code == 1 and "Permission denied" in last and target in last and last.endswith(".")
    assert list((here / "locked").iterdir()) == []


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
@pytest.mark.parametrize("name", ["study.toml", "exp.csv"])
def test_file_without_permission_is_named(name, here):
    (here / name).chmod(0)
    result = run("inspect", "study.toml")
    last = result.stderr.splitlines()[-1]
    assert result.exit_code == 1 and name in last and "Permission denied" in last and last.endswith(".")


def test_table_that_changes_during_a_run_is_noticed_by_the_next(here, monkeypatch):
    whole = run("compare", "study.toml", "--out", "whole", *QUICK)
    changed = []

    def predict_fold(*arguments, original=hold_out.predict_fold):
        if not changed:
            with open("exp.csv", "a") as file:
                changed.append(file.write("CsF,9000\n"))
        return original(*arguments)

    monkeypatch.setattr(hold_out, "predict_fold", predict_fold)
    during = run("compare", "study.toml", "--out", "out", *QUICK)
    assert whole.exit_code == during.exit_code == 0 and changed
    # The run stays with what it read, and says by its fingerprint which data that were.
    same = [(here / name / "comparison.csv").read_bytes() for name in ("whole", "out")]
    assert same[0] == same[1]
    kept = [json.loads((here / name / "details" / "made_from.json").read_text())["the data"]
            for name in ("whole", "out")]  # fmt: skip
    assert kept[0] == kept[1]
    again = run("compare", "study.toml", "--out", "out", *QUICK)
    assert (
        again.exit_code == 0 and "Starting anew: the data changed since the last run, whose" in again.stdout
    )
    assert (here / "out" / "comparison.csv").read_bytes() != same[0]


def jumping(*readings):
    """A system clock with these readings, the last for ever."""
    left = list(readings)
    return SimpleNamespace(monotonic=lambda: left.pop(0) if len(left) > 1 else left[0])


def test_clock_that_jumps_back_shows_no_negative_time(monkeypatch):
    monkeypatch.setattr(progress, "time", jumping(1000.0, 1000.0, 1100.0, 200.0, 260.0, 1e9, -5.0, 300.0))
    console = Console(file=io.StringIO(), width=200)
    show = progress._lines(console, "Comparing")
    for done in (1, 2, 3, 4, 5):
        show("fits", done, 4)
    said = console.file.getvalue()
    assert "min left" in said and "-" not in said


def test_steady_clock_never_runs_backwards(monkeypatch):
    monkeypatch.setattr(progress, "time", jumping(5.0, 6.0, 2.0, 3.0, 10.0, 1.0, 1.5))
    clock = progress.steady_clock()
    said = [clock() for _ in range(6)]
    assert said == sorted(said) and said[-1] - said[0] == pytest.approx(1 + 7 + 0.5)


def test_comparison_with_a_clock_that_runs_backwards_took_no_negative_time(here, monkeypatch):
    readings = iter(range(10**6, 0, -7))
    monkeypatch.setattr(progress, "time", SimpleNamespace(monotonic=lambda: float(next(readings))))
    result = run("compare", "study.toml", "--out", "out", *QUICK)
    assert result.exit_code == 0, result.output
    told = json.loads((here / "out" / "details" / "study.json").read_text())["environment"]
    assert told["seconds"] in (0, "0", "0.0", 0.0), told
