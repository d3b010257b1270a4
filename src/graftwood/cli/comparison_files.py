"""The folder of a comparison: what is written there, and how it is read again for the page.

``comparison.csv`` and ``report.html`` are for people; ``details/`` holds what the page is
made of, so that ``graftwood report`` can make it again.
"""

from __future__ import annotations

import json
from contextlib import ExitStack
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graftwood.errors import UnreadableFile

if TYPE_CHECKING:
    import pandas as pd

    from graftwood.study.records import StudyRecords

COMPARISON, PAGE, DETAILS, PREDICTIONS = "comparison.csv", "report.html", "details", "predictions.csv"
CURVE, SOURCES = "learning_curve.csv", "sources.csv"
RESULTS = (COMPARISON, CURVE, SOURCES, PAGE)  # for people
HELD_OUT, OVERLAP, STUDY = OF_DETAILS = "held_out.csv", "overlap.csv", "study.json"


def write_comparison(records: StudyRecords, out: Path) -> list[Path]:
    """Write comparison.csv, report.html and details/, all or none; return the paths for people."""
    from graftwood.report import write_report
    from graftwood.store.atomic import atomic_path

    details = out / DETAILS
    details.mkdir(parents=True, exist_ok=True)
    frames = {
        out / COMPARISON: records.comparison,
        details / HELD_OUT: records.held_out,
        details / OVERLAP: records.overlap.rename_axis("task").reset_index(),
    }
    if records.learning_curve is not None:
        frames[out / CURVE] = records.learning_curve
    if records.sources is not None:
        frames[out / SOURCES] = records.sources
    said = {
        "title": records.title,
        "target": records.target,
        "tasks": [asdict(task) for task in records.tasks],
        "verdicts": [asdict(verdict) for verdict in records.verdicts],
        "best": records.best,
        "settings": records.settings,
        "environment": records.environment,
        "networks": {key: [asdict(node) for node in nodes] for key, nodes in records.networks.items()},
        "final": records.final,
    }
    with ExitStack() as waiting:
        for path, frame in frames.items():
            temporary = waiting.enter_context(atomic_path(path))
            frame.to_csv(temporary, index=False, float_format="%.10g", lineterminator="\n")
        text = json.dumps(said, indent=1, ensure_ascii=False)
        waiting.enter_context(atomic_path(details / STUDY)).write_text(text, encoding="utf-8")
        write_report(shown_once(records), waiting.enter_context(atomic_path(out / PAGE)))
    for path in {out / CURVE, out / SOURCES} - set(frames):
        path.unlink(missing_ok=True)  # of another comparison than this
    shown = [out / name for name in RESULTS]
    return [path for path in shown if path in frames or path.name == PAGE]


def remove_results(out: Path) -> None:
    """Remove the results of a comparison in whose place another begins, which may be stopped on its way."""
    for path in (*(out / name for name in RESULTS), *(out / DETAILS / name for name in OF_DETAILS)):
        path.unlink(missing_ok=True)


def shown_once(records: StudyRecords) -> StudyRecords:
    """Return the records with each held-out row once: of several divisions into folds the first."""
    held = records.held_out
    return replace(records, held_out=held[held["trial"] == 0]) if "trial" in held else records


def read_comparison(out: Path) -> StudyRecords:
    """Read the folder of a comparison; ``predictions.csv`` is shown too if it is there.

    Raises
    ------
    UnreadableFile
        A file is missing or damaged.
    """
    import pandas as pd

    from graftwood.data import Task
    from graftwood.study.records import StudyRecords, Verdict, node_from

    said = _read_json(out / DETAILS / STUDY)
    guess = out / PREDICTIONS
    shown = _read_csv(guess, {"formula", "problem"}) if guess.exists() else pd.DataFrame()
    if len(shown.columns) and "formula" not in shown:
        shown = shown.assign(formula=shown.iloc[:, 0].astype(str))
    try:
        tasks = tuple(Task(**{**task, "same_as": tuple(task["same_as"])}) for task in said["tasks"])
        return StudyRecords(
            title=said["title"], target=said["target"], tasks=tasks,
            comparison=_read_csv(out / COMPARISON, {"architecture", "regime", "task", "subset", "metric"}),
            held_out=_read_held_out(out / DETAILS / HELD_OUT, said["target"], tasks),
            overlap=_read_csv(out / DETAILS / OVERLAP, {"task"}).set_index("task"),
            predictions=shown,
            verdicts=tuple(Verdict(**verdict) for verdict in said["verdicts"]), best=said["best"],
            settings=said["settings"], environment=said["environment"],
            networks={key: tuple(map(node_from, nodes)) for key, nodes in said["networks"].items()},
            final=said["final"],
            learning_curve=_read_csv(out / CURVE, {"architecture", "regime", "metric"})
            if (out / CURVE).exists() else None,
            sources=_read_csv(out / SOURCES, {"source", "regime", "reference"})
            if (out / SOURCES).exists() else None,
        )  # fmt: skip
    except (KeyError, TypeError) as error:
        raise UnreadableFile(
            f"{out / DETAILS / STUDY}: {error} is not as graftwood compare writes it; compare again."
        ) from None


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UnreadableFile(
            f"{path}: there is no such file; name the folder that graftwood compare --out made."
        ) from None
    except (ValueError, NotADirectoryError):
        raise UnreadableFile(f"{path}: the file is damaged; compare again.") from None


def _read_held_out(path: Path, target: str, tasks: Any) -> pd.DataFrame:
    kind = next((task.kind for task in tasks if task.name == target), "real")
    texts = {"material", "formula", "architecture", "regime", "known"}
    return _read_csv(path, texts | ({"label", "prediction"} if kind == "category" else set()))


def _read_csv(path: Path, texts: set[str]) -> pd.DataFrame:
    """Read a table in which the text "NaN" is sodium nitride."""
    import pandas as pd

    try:
        head = pd.read_csv(path, nrows=0)
        numbers = {name: [""] for name in head.columns if name not in texts}
        types = {name: str for name in head.columns if name in texts}
        return pd.read_csv(path, dtype=types, keep_default_na=False, na_values=numbers)
    except FileNotFoundError:
        raise UnreadableFile(f"{path}: there is no such file; compare again.") from None
    except (ValueError, UnicodeDecodeError) as error:
        told = (str(error).splitlines() or [""])[0]
        raise UnreadableFile(f"{path}: the file is damaged ({told}); compare again.") from None
