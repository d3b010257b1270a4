import os

import pytest

from graftwood.errors import UnreadableFile
from graftwood.store.atomic import atomic_path


def test_file_takes_its_place_only_when_it_is_whole(tmp_path):
    target = tmp_path / "model.graft"
    target.write_text("old")
    with atomic_path(target) as temporary:
        temporary.write_text("new")
        assert target.read_text() == "old"
        assert (temporary.parent, temporary.suffix) == (tmp_path, ".graft")
    assert target.read_text() == "new"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("failure", [RuntimeError, KeyboardInterrupt])
def test_failure_keeps_the_old_file_and_leaves_nothing_behind(tmp_path, failure):
    target = tmp_path / "model.graft"
    target.write_text("old")
    with pytest.raises(failure), atomic_path(target) as temporary:
        temporary.write_text("half")
        raise failure
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_file_has_the_permissions_of_any_new_file(tmp_path):
    (tmp_path / "plain").write_text("")
    with atomic_path(tmp_path / "atomic") as temporary:
        temporary.write_text("")
    assert (tmp_path / "atomic").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_link_stays_a_link(tmp_path):
    real, link = tmp_path / "real.txt", tmp_path / "link.txt"
    real.write_text("old")
    link.symlink_to(real)
    with atomic_path(os.fspath(link)) as temporary:
        temporary.write_text("new")
    assert link.is_symlink() and real.read_text() == "new"


def test_name_without_a_folder_is_in_the_current_one(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with atomic_path("report.html") as temporary:
        temporary.write_text("page")
    assert (tmp_path / "report.html").read_text() == "page"


@pytest.mark.parametrize(
    "name, message",
    [
        pytest.param("nowhere/file.txt", "nowhere does not exist", id="no-folder"),
        pytest.param(".", "is a folder; name a file", id="folder"),
    ],
)
def test_place_that_cannot_be_written_is_named(tmp_path, name, message):
    with pytest.raises(UnreadableFile, match=message), atomic_path(tmp_path / name):
        pass


def test_writing_nothing_is_an_error(tmp_path):
    with pytest.raises(UnreadableFile, match="nothing was written"), atomic_path(tmp_path / "empty.txt"):
        pass


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes")
def test_pipe_or_device_is_not_replaced_by_a_file(tmp_path):
    pipe, link = tmp_path / "pipe.csv", tmp_path / "link.csv"
    os.mkfifo(pipe)
    link.symlink_to(pipe)
    for name in (pipe, link):
        with pytest.raises(UnreadableFile, match="it is a device or a pipe; name a file"), atomic_path(name):
            pass
    assert pipe.is_fifo() and sorted(path.name for path in tmp_path.iterdir()) == ["link.csv", "pipe.csv"]
