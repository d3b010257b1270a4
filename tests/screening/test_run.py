"""Screening on a cluster leaves, part behind part, what one machine writes, whatever dies on the way."""

import json
import os
import signal
import subprocess
import sys
import threading
import time

import pandas as pd
import pytest
from typer.testing import CliRunner

from graftwood.cli.main import app
from graftwood.errors import FileExists, UnreadableFile
from graftwood.scale.connect import connect, local_cluster
from graftwood.screening.best import Wanted
from graftwood.screening.predictor import open_predictor
from graftwood.screening.run import screen
from tests.screening.conftest import candidates


def command(*arguments):
    return CliRunner().invoke(app, ["predict", *map(str, arguments)])


def joined(folder, kind="csv"):
    return b"".join(path.read_bytes() for path in sorted(folder.glob(f"part-*.{kind}")))


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "candidates.csv"
    candidates(230).to_csv(path, index=False)
    return path


def local(model, table, *options):
    out = table.parent / "here.csv"
    done = command(model, table, "--out", out, *options)
    assert done.exit_code == 0, done.output
    return out.read_bytes()


def test_parts_behind_each_other_are_the_local_file(model, table, tmp_path, address):
    done = command(model, table, "--out", tmp_path / "out", "--scheduler", address, "--partition-rows", 40)
    assert done.exit_code == 0, done.output
    assert "230 rows, " in done.output
    assert joined(tmp_path / "out") == local(model, table)
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest["is_complete"] and manifest["rows"] == 230 == sum(p["rows"] for p in manifest["parts"])
    assert [part["rows"] for part in manifest["parts"]] == [40] * 5 + [30]
    assert manifest["problems"] == sum(part["problems"] for part in manifest["parts"]) > 0


def test_a_folder_of_parquet_gives_parquet(model, tmp_path, address):
    (tmp_path / "in").mkdir()
    frame = candidates(90).drop(columns="gap_dft (meV)")
    frame[:60].to_parquet(tmp_path / "in" / "a.parquet", row_group_size=20)
    frame[60:].to_parquet(tmp_path / "in" / "b.parquet")
    arguments = (model, tmp_path / "in", "--scheduler", address, "--partition-rows", 30)
    assert command(*arguments, "--out", tmp_path / "out.parquet").exit_code == 0
    assert command(model, tmp_path / "in", "--out", tmp_path / "here.parquet").exit_code == 0
    parts = [pd.read_parquet(path) for path in sorted((tmp_path / "out.parquet").glob("part-*.parquet"))]
    assert len(parts) == 3
    pd.testing.assert_frame_equal(
        pd.concat(parts, ignore_index=True), pd.read_parquet(tmp_path / "here.parquet")
    )


@pytest.mark.parametrize("by", ["gap_exp within 1.2..1.6", "max gap_exp", "min gap_dft", "colour = black"])
def test_the_best_of_all_parts_are_the_best_of_the_table(model, table, tmp_path, address, by):
    arguments = (model, table, "--top", 12, "--by", by)
    assert command(*arguments, "--out", tmp_path / "here.csv").exit_code == 0
    done = command(*arguments, "--out", tmp_path / "out", "--scheduler", address, "--partition-rows", 50)
    assert done.exit_code == 0, done.output
    assert (tmp_path / "out" / "best.csv").read_bytes() == (tmp_path / "here.csv").read_bytes()
    best = pd.read_csv(tmp_path / "here.csv")
    assert best["rank"].tolist() == list(range(1, 13))
    assert best["score"].is_monotonic_increasing if "min" in by else best["score"].is_monotonic_decreasing
    # Nothing that was passed over is better.
    if by == "max gap_exp":
        command(model, table, "--out", tmp_path / "all.csv")
        every = pd.read_csv(tmp_path / "all.csv")
        assert best["score"].tolist() == sorted(every["gap_exp"].dropna(), reverse=True)[:12]


def test_a_run_goes_on_from_finished_parts(model, table, tmp_path, address):
    folder = tmp_path / "out"
    options = {"partition_rows": 40}
    screen(model, table, folder, address, **options)
    before = joined(folder)
    kept = (folder / "part-00001.csv").stat().st_mtime_ns
    (folder / "part-00000.json").unlink()  # its file is there, but it may be of a worker that died
    (folder / "part-00003.csv").unlink()
    (folder / ".part-00004-0123456789ab.csv").write_text("half a li")
    said = []
    totals = screen(model, table, folder, address, say=said.append, **options)
    assert said == ["Going on with 4 parts that are done already."]
    assert totals["rows"] == 230 and joined(folder) == before
    assert (folder / "part-00001.csv").stat().st_mtime_ns == kept
    assert not list(folder.glob(".part-*"))


@pytest.mark.parametrize("changed", ["table", "model", "options"])
def test_a_changed_run_starts_anew_and_says_so(model, table, tmp_path, address, changed):
    folder, said = tmp_path / "out", []
    screen(model, table, folder, address, partition_rows=100)
    given, rows = model, 100
    if changed == "table":
        candidates(120, seed=1).to_csv(table, index=False)
    elif changed == "model":
        given = tmp_path / "other.graft"
        given.write_bytes(model.read_bytes())
    else:
        rows = 60
    screen(given, table, folder, address, partition_rows=rows, say=said.append)
    assert said == [f"Starting anew: the {changed} changed since the last run."]
    assert joined(folder) == local(model, table)


def test_a_folder_of_something_else_is_left_alone(model, table, tmp_path, address):
    (tmp_path / "thesis.docx").write_text("years of work")
    with pytest.raises(FileExists, match="holds files that are no predictions"):
        screen(model, table, tmp_path, address)
    assert (tmp_path / "thesis.docx").exists()


def test_files_of_other_columns_are_refused(model, tmp_path, address):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.csv").write_text("formula\nGaN\n")
    (tmp_path / "in" / "b.csv").write_text("formula,note\nZnO,x\n")
    with pytest.raises(UnreadableFile, match=r"b\.csv: the predictions have other columns"):
        screen(model, tmp_path / "in", tmp_path / "out", address)
    for kind in ("csv", "parquet"):
        here = command(model, tmp_path / "in", "--out", tmp_path / f"here.{kind}")
        assert here.exit_code == 1 and "other columns" in here.output
        assert not (tmp_path / f"here.{kind}").exists()


def test_a_model_that_changes_on_the_way_is_noticed(model, table, tmp_path, address, monkeypatch):
    monkeypatch.setattr("graftwood.screening.run.digest_of", lambda path: "0" * 16)
    with pytest.raises(UnreadableFile, match="the model file changed during the run"):
        screen(model, table, tmp_path / "out", address)


@pytest.mark.parametrize(
    ("by", "sentence"),
    [
        ("max colour", "task colour has the classes black, white; write it like 'colour = black'"),
        ("max gap_exp and gap_dft > 1", "max and min stand alone"),
        ("best", "cannot be read"),
    ],
)
def test_an_order_that_is_none_is_refused(model, by, sentence):
    from graftwood.errors import WrongOption

    with pytest.raises(WrongOption, match=sentence):
        Wanted.of(5, by, open_predictor(model))


def test_commands_warn_where_no_candidate_has_any_chance(model, table, tmp_path):
    goal = "gap_exp in 1200..1600"
    listed = command(model, table, "--top", 3, "--by", goal, "--out", tmp_path / "a.csv")
    asked = ["suggest", str(model), str(table), "--out", str(tmp_path / "b.csv"), "-n", "3", "--goal"]
    suggested = CliRunner().invoke(app, [*asked, goal])
    for result in (listed, suggested):
        assert result.exit_code == 0, result.output
        assert f"Warning: goal {goal!r}: no candidate has any chance of it" in result.stderr
        assert "write its numbers in eV as the model does" in result.stderr
    for by in ("gap_exp in 1..3", "max gap_exp"):
        assert (
            "Warning" not in command(model, table, "--top", 3, "--by", by, "--out", tmp_path / "c.csv").stderr
        )
    result = CliRunner().invoke(app, [*asked, "gap_exp in 1..3"])
    assert "Warning" not in result.stderr
    assert "gap_exp (eV)" in result.stdout.replace("\n", " ")
    assert "gap_exp" in pd.read_csv(tmp_path / "b.csv").columns


@pytest.mark.parametrize("arguments", [("--top", 5), ("--by", "max gap_exp")])
def test_top_and_by_need_each_other(model, table, arguments):
    done = command(model, table, *arguments)
    assert done.exit_code == 2 and "give both" in done.output


def test_an_unreachable_scheduler_is_one_sentence(model, table, tmp_path, monkeypatch):
    monkeypatch.setattr("graftwood.scale.connect.SECONDS", 1)
    done = command(model, table, "--out", tmp_path / "out", "--scheduler", "tcp://127.0.0.1:9")
    assert done.exit_code == 1
    assert "graftwood: client 'tcp://127.0.0.1:9': no Dask scheduler answers" in done.output


@pytest.mark.slow
def test_screening_survives_a_killed_worker(model, table, tmp_path):
    expected = local(model, table)
    with local_cluster(2) as address:
        pids = list(connect(address).run(os.getpid).values())

        n_done = []

        def kill_one():
            while not list((tmp_path / "out").glob("part-*.json")):
                time.sleep(0.01)
            os.kill(pids[0], signal.SIGKILL)
            n_done.append(len(list((tmp_path / "out").glob("part-*.json"))))

        thread = threading.Thread(target=kill_one)
        thread.start()
        totals = screen(model, table, tmp_path / "out", address, partition_rows=4)
        thread.join()
    assert 0 < n_done[0] < 58, "the worker died too late to be missed"
    assert totals == {"rows": 230, "problems": totals["problems"], "partitions": 58}
    assert joined(tmp_path / "out") == expected


@pytest.mark.slow
def test_a_killed_driver_goes_on_when_run_again(model, table, tmp_path, address):
    out = tmp_path / "out"
    arguments = ["predict", model, table, "--out", out, "--scheduler", address, "--partition-rows", 4]
    line = [sys.executable, "-c", "from graftwood.cli.main import run; run()", *map(str, arguments)]
    driver = subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while len(list(out.glob("part-*.json"))) < 3 and driver.poll() is None:
        time.sleep(0.005)
    driver.send_signal(signal.SIGKILL)
    driver.wait()
    # Work that was sent already may still finish; what counts is what a file and its record say together.
    done = command(*arguments[1:])
    assert done.exit_code == 0, done.output
    assert "Going on with" in done.output
    assert joined(out) == local(model, table)
    assert len(list(out.glob("part-*.csv"))) == 58
