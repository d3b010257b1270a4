"""What a cluster can do wrong is one sentence; lost work is sent again."""

import errno
import os
import signal
import time

import pytest

from graftwood.errors import MissingExtra, UnreachableScheduler, WorkersLost, WrongOption, WrongVersion
from graftwood.scale import connect as connecting
from graftwood.scale import work as working
from graftwood.scale.connect import connect, local_cluster
from graftwood.scale.work import on_cluster


def test_results_come_with_the_number_of_their_item(address):
    found = dict(on_cluster(address, pow, [0, 1, 5], shared=[2]))
    assert found == {0: 1, 1: 2, 2: 32}


def test_no_items_are_no_work(address):
    assert list(on_cluster(address, pow, [], shared=[2])) == []


def test_an_error_of_the_work_is_raised_as_it_is(address):
    with pytest.raises(ZeroDivisionError):
        list(on_cluster(address, divmod, [0], shared=[1]))


def test_a_full_disk_is_told_with_its_file(address):
    with pytest.raises(OSError, match="No space left") as caught:
        list(on_cluster(address, _write_to_full_disk, ["/data/part-00000.csv"]))
    assert caught.value.filename == "/data/part-00000.csv"


def _write_to_full_disk(path):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), path)


def test_a_scheduler_that_does_not_answer_is_named(monkeypatch):
    monkeypatch.setattr(connecting, "SECONDS", 1)
    with pytest.raises(UnreachableScheduler, match=r"'tcp://127\.0\.0\.1:9': no Dask scheduler answers"):
        connect("tcp://127.0.0.1:9")


def test_an_address_that_is_none_is_named(monkeypatch):
    monkeypatch.setattr(connecting, "SECONDS", 1)
    with pytest.raises(UnreachableScheduler, match="correct the address"):
        connect("what is this")


def test_an_address_must_be_a_text():
    from graftwood import SingleTask

    with pytest.raises(WrongOption, match="client must be None or the address of a Dask scheduler"):
        SingleTask(client=8786).fit([[0.0], [1.0]] * 5, [1.0, 2.0] * 5)


def test_a_worker_of_another_version_is_refused(address, monkeypatch):
    monkeypatch.setattr(working, "__version__", "0.0.1")
    with pytest.raises(WrongVersion, match=r"and this process 0\.0\.1; install the same"):
        list(on_cluster(address, pow, [1], shared=[2]))


def test_a_cluster_without_workers_is_refused(monkeypatch):
    from distributed import LocalCluster

    monkeypatch.setattr(working, "SECONDS", 0.5)
    with LocalCluster(n_workers=0, dashboard_address=":0") as cluster:
        with pytest.raises(WorkersLost, match="the scheduler has no workers; start some"):
            list(on_cluster(cluster.scheduler_address, pow, [1], shared=[2]))
        connecting._clients.pop(cluster.scheduler_address).close()


def test_missing_dask_says_what_to_install(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MissingExtra, match=r"pip install 'graftwood\[dask\]'"):
        connect("tcp://127.0.0.1:8786")


def _die_once(place, item):
    """Kill the worker the first time that an item is done."""
    mark = os.path.join(place, f"{item}")
    if not os.path.exists(mark):
        with open(mark, "w", encoding="utf-8"):
            pass
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.01)
    return item * 10


def test_work_of_a_killed_worker_is_done_by_others(tmp_path):
    with local_cluster(2) as address:
        found = dict(on_cluster(address, _die_once, [1, 2], shared=[str(tmp_path)]))
    assert found == {0: 10, 1: 20}


def test_work_that_kills_every_worker_is_given_up(tmp_path):
    with local_cluster(1) as address, pytest.raises(WorkersLost, match=r"died \d times on the same piece"):
        list(on_cluster(address, _die, [1]))


def _die(item):
    os.kill(os.getpid(), signal.SIGKILL)
