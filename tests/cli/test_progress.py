"""Without a terminal a line is printed now and then; a termination signal ends a command in a sentence."""

import re
import signal
import time

import pytest

from graftwood.cli import progress
from tests.cli.small_studies import QUICK, in_shell, write_small


@pytest.mark.parametrize("seconds", [0, 1000])
def test_a_log_gets_lines_with_the_time_left(seconds, monkeypatch, capsys):
    monkeypatch.setattr(progress, "SECONDS", seconds)
    with progress.progress_bar("Comparing") as show:
        show("fold 1, hidden, single", 0, 10)
        show("fold 1, hidden, pooled", 5, 10)
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "Comparing ..."
    told = [
        line
        for line in lines
        if re.fullmatch(r"Comparing: 5 of 10 fold 1, hidden, pooled, \d+ min left", line)
    ]
    assert len(told) == (1 if seconds == 0 else 0)


def test_a_log_gets_lines_with_the_rows_done(monkeypatch, capsys):
    monkeypatch.setattr(progress, "SECONDS", 0)
    with progress.count_bar("Predicting") as show:
        show(20_000)
    assert capsys.readouterr().err.splitlines() == ["Predicting: 20,000 rows"]


def test_sigterm_ends_a_comparison_as_ctrl_c_does(tmp_path):
    study = write_small(tmp_path)
    process = in_shell("compare", study, "--out", tmp_path / "out", *QUICK)
    fits = tmp_path / "out" / "details" / "fits"
    while not list(fits.glob("[0-9]*.json")) and process.poll() is None:
        time.sleep(0.02)
    process.send_signal(signal.SIGTERM)
    _, told = process.communicate(timeout=60)
    if process.returncode:  # it may have been faster than the signal
        assert process.returncode == 130 and "graftwood: stopped; " in told and "Traceback" not in told
        assert not (tmp_path / "out" / "comparison.csv").exists()
