"""A comparison whose fits a cluster does is the comparison that one machine makes, worker killed or not."""

import os
import signal
import threading
import time

import numpy as np
import pandas as pd
import pytest

from graftwood import compare
from graftwood.scale.connect import connect, local_cluster
from tests.cli.small_studies import QUICK, run, write_small

pytestmark = pytest.mark.filterwarnings("ignore::graftwood.errors.UnreliableSpread")


def files_of(folder):
    names = ["comparison.csv", "details/held_out.csv"]
    return [(folder / name).read_bytes() for name in names]


def test_compare_in_python_gives_the_same_table(address):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(90, 3))
    Y = pd.DataFrame({"dft": X[:, 0], "exp": np.where(np.arange(90) % 3, np.nan, X[:, 0] + 1)})
    options = {"target": "exp", "n_estimators": 5, "n_folds": 2}
    seen = []
    there = compare(X, Y, client=address, progress=lambda *step: seen.append(step), **options)
    here = compare(X, Y, **options)
    pd.testing.assert_frame_equal(there.table, here.table, check_exact=True)
    pd.testing.assert_frame_equal(there.held_out, here.held_out, check_exact=True)
    assert there.networks == here.networks
    assert [done for _, done, _ in seen[: seen[0][2]]] == list(range(1, seen[0][2] + 1))


@pytest.mark.slow
def test_command_compares_trials_and_regimes_on_a_cluster_with_a_worker_killed(tmp_path):
    study = write_small(tmp_path)
    arguments = ["compare", study, *QUICK, "--trials", 2]
    assert run(*arguments, "--out", tmp_path / "here").exit_code == 0
    fits = tmp_path / "there" / "details" / "fits"
    with local_cluster(2) as address:
        pid = next(iter(connect(address).run(os.getpid).values()))

        def kill_one():
            while len(list(fits.glob("[0-9]*.json"))) < 2:
                time.sleep(0.01)
            os.kill(pid, signal.SIGKILL)

        thread = threading.Thread(target=kill_one)
        thread.start()
        done = run(*arguments, "--out", tmp_path / "there", "--scheduler", address)
        thread.join()
    assert done.exit_code == 0, done.output
    assert files_of(tmp_path / "there") == files_of(tmp_path / "here")


@pytest.mark.slow
def test_a_local_cluster_needs_no_address(tmp_path):
    study = write_small(tmp_path)
    arguments = ["compare", study, *QUICK, "--regime", "hidden"]
    assert run(*arguments, "--out", tmp_path / "here").exit_code == 0
    assert run(*arguments, "--out", tmp_path / "there", "--scheduler", "local").exit_code == 0
    assert files_of(tmp_path / "there") == files_of(tmp_path / "here")
    # What is finished is not sent again, so that no cluster is needed.
    again = run(*arguments, "--out", tmp_path / "there")
    assert "Going on with" in again.output and files_of(tmp_path / "there") == files_of(tmp_path / "here")
