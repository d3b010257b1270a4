from dataclasses import replace

import pytest

from graftwood.errors import UnknownTask, UnreadableFile
from graftwood.report import write_report


def test_report_replaces_the_old_one(small_records, tmp_path):
    path = tmp_path / "report.html"
    path.write_text("old")
    write_report(small_records, path)
    assert path.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert list(tmp_path.iterdir()) == [path]


def test_records_that_cannot_be_shown_leave_the_old_report(small_records, tmp_path):
    path = tmp_path / "report.html"
    path.write_text("old")
    with pytest.raises(UnknownTask):
        write_report(replace(small_records, target="nothing"), path)
    assert path.read_text() == "old"


def test_missing_folder_is_named(small_records, tmp_path):
    with pytest.raises(UnreadableFile, match="nowhere does not exist"):
        write_report(small_records, tmp_path / "nowhere" / "report.html")
