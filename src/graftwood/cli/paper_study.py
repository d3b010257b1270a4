"""A study of the paper from the command line: run it, go on where it stopped, write it, say what held."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from graftwood.cli.study_text import print_study

if TYPE_CHECKING:
    from graftwood.cli.finished import FinishedFits
    from graftwood.studies.records import StudyRecords

COMPARISON, CLAIMS, FITS, FACTS = "comparison.csv", "claims.csv", "fits", "made_from.json"


def reproduce_paper_study(
    name: str, out: Path, settings: Any, run: Callable[..., StudyRecords], data: str = ""
) -> None:
    """Run a study with its fits kept in ``out/fits``, write its files and print its claims.

    Parameters
    ----------
    name : str
        As on the command line.
    out : Path
        Folder that exists.
    settings : dataclass
    run : callable
        Called with settings, what keeps fits, and progress.
    data : str, default ""
        What else the fits depend on.
    """
    from graftwood.cli.progress import progress_bar

    kept, sentence = open_study_fits(out, name, settings, data)
    if sentence:
        typer.echo(sentence, err=True)
    with progress_bar(f"Study {name}") as progress:
        records = run(settings, kept, progress)
    print_study(records.tables, records.claims, records.notes, write_study(records, out))


def open_study_fits(out: Path, name: str, settings: Any, data: str = "") -> tuple[FinishedFits, str]:
    """Return what keeps the fits of this very study, and a sentence about those that are there.

    Fits of other settings, data or another version are thrown away.
    """
    import shutil

    from graftwood import __version__
    from graftwood.cli.finished import FinishedFits
    from graftwood.store.atomic import atomic_path

    asked = _asked(asdict(settings))
    facts = {"study": name, "settings": asked, "data": data, "graftwood": __version__}
    fits, place = FinishedFits(out / FITS), out / FITS / FACTS
    try:
        is_same = json.loads(place.read_text(encoding="utf-8")) == facts
    except (OSError, ValueError):
        is_same = False
    if is_same:
        n_kept = fits.count() - 1
        return fits, f"Going on with {n_kept:,} fits that are done already." if n_kept else ""
    had_fits = fits.folder.exists()
    shutil.rmtree(fits.folder, ignore_errors=True)
    fits.folder.mkdir(parents=True)
    with atomic_path(place) as temporary:
        temporary.write_text(json.dumps(facts, indent=1), encoding="utf-8")
    return fits, "Starting anew: settings, data or version changed since the last run." if had_fits else ""


def _asked(options: dict[str, Any]) -> dict[str, Any]:
    """Settings as json has them, without the number of threads, which changes no result."""
    plain = json.loads(json.dumps(options))
    return {
        name: _asked(value) if isinstance(value, dict) else value
        for name, value in plain.items()
        if name != "n_jobs"
    }


def write_study(records: StudyRecords, out: Path) -> list[Path]:
    """Write the tables, the page and the figures as SVG and PNG, all or none; return their paths."""
    from graftwood.store.atomic import atomic_path
    from graftwood.studies.page import page_of

    table: dict[str, Any] = {"index": False, "float_format": "%.10g", "lineterminator": "\n"}
    with ExitStack() as waiting:
        paths: list[Path] = []

        def place(name: str) -> Path:
            paths.append(out / name)
            return waiting.enter_context(atomic_path(paths[-1]))

        records.comparison.to_csv(place(COMPARISON), **table)
        records.claim_table().to_csv(place(CLAIMS), **table)
        place(f"{records.name}.md").write_text(page_of(records), encoding="utf-8")
        for name, draw in records.figures.items():
            for suffix in (".svg", ".png"):
                draw(place(f"{records.name}-{name}{suffix}"))
    return paths
