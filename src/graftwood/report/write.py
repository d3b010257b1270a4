"""The report as a file, whole or not at all."""

from __future__ import annotations

import os

from graftwood.report.html import render_page
from graftwood.report.summary import summarise
from graftwood.store.atomic import atomic_path
from graftwood.study.records import StudyRecords


def write_report(records: StudyRecords, path: str | os.PathLike[str]) -> None:
    """Write the page of a study; a file of that name is replaced in one step.

    Parameters
    ----------
    records : StudyRecords
        The finished study.
    path : str or path
        Such as ``report.html``; its folder must exist.

    Raises
    ------
    UnreadableFile
        The folder does not exist, or `path` is a folder.
    GraftwoodError
        The records lack what a report needs, see `summarise`.

    Examples
    --------
    ``write_report(records, "demo/report.html")``
    """
    page = render_page(summarise(records))
    with atomic_path(path) as temporary:
        temporary.write_text(page, encoding="utf-8")
