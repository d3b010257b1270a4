"""A list of any length on a cluster: a file for each partition, a manifest, and on from where a run stopped.

predictions/
├── manifest.json      what was asked, of which files; what is in each part, once all are there
├── part-00000.csv     the predictions of one partition; only the first has a header
├── part-00000.json    written after it: this part is complete
└── best.csv           with ``--top``: the best of all parts (each part then holds its best)
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from graftwood import __version__
from graftwood.errors import FileExists, UnreadableFile
from graftwood.reading.partitions import Partition, find_partitions, table_files
from graftwood.scale.work import on_cluster
from graftwood.screening.best import SCORE, Wanted, ranked
from graftwood.screening.piece import Task, digest_of, predict_partition
from graftwood.screening.writers import write_parts
from graftwood.store.atomic import atomic_path

MANIFEST = "manifest.json"
_ALL = "everything"  # where there was no run before


def screen(
    model: Path,
    table: Path,
    folder: Path,
    address: str,
    *,
    kind: str = "csv",
    wanted: Wanted | None = None,
    partition_rows: int = 100_000,
    progress: Callable[[int, int], None] | None = None,
    say: Callable[[str], None] | None = None,
) -> dict[str, int]:
    """Predict a table on the workers of a cluster.

    Parameters
    ----------
    model : Path
        Model file; workers read it, the table and the folder by the same paths.
    table : Path
        A file, or a folder of files.
    folder : Path
        For the results.  Parts that are there already and belong to this very run are kept.
    address : str
        Of a Dask scheduler.
    kind : str, default "csv"
        Or "parquet".
    wanted : Wanted, optional
        Keep only the best.
    partition_rows : int, default 100,000
    progress : callable, optional
        Called with (partitions done, partitions).
    say : callable, optional
        Called with a sentence about what was found of an earlier run.

    Returns
    -------
    dict
        "rows", "problems" and "partitions".

    Raises
    ------
    FileExists
        The folder holds something else.
    UnreadableFile
        Parts have different columns.
    Errors of `find_partitions` and `on_cluster`, and what a partition raises.
    """
    paths = [path.resolve() for path in (model, table, folder)]
    task = Task(paths[0], digest_of(paths[0]), paths[2], kind, wanted)
    partitions = find_partitions(paths[1], partition_rows)
    sentence = _open_folder(task, _facts(task, paths[1], partition_rows))
    done = {part.number: record for part in partitions if (record := _read_record(task, part.number))}
    if say and (done or sentence):
        say(f"Going on with {len(done)} parts that are done already." if done else sentence)
    left = [part for part in partitions if part.number not in done]
    for number, record in on_cluster(address, predict_partition, [(task, part) for part in left]):
        done[left[number].number] = record
        if progress is not None:
            progress(len(done), len(partitions))
    return _finish(task, partitions, done)


def _facts(task: Task, table: Path, partition_rows: int) -> dict[str, Any]:
    """What the parts depend on."""
    stats = [(file, file.stat()) for file in table_files(table)]
    return {
        "graftwood": __version__,
        "the model": {"path": str(task.model), "digest": task.digest},
        "the table": [
            {"path": str(file), "bytes": stat.st_size, "changed_ns": stat.st_mtime_ns} for file, stat in stats
        ],
        "the options": {
            "kind": task.kind,
            "partition_rows": partition_rows,
            "top": task.wanted and task.wanted.n,
            "by": task.wanted and task.wanted.by,
        },
    }


def _open_folder(task: Task, facts: dict[str, Any]) -> str:
    """Make the folder, or clear away what belongs to another run; say what changed."""
    folder, place = task.folder, task.folder / MANIFEST
    folder.mkdir(parents=True, exist_ok=True)
    if not place.exists() and any(not path.name.startswith(".") for path in folder.iterdir()):
        raise FileExists(
            f"{folder}: the folder holds files that are no predictions; name a new or empty one."
        )
    changed = _changed(place, facts)
    for path in folder.iterdir():
        # A file with a point in front was being written when a worker died.
        if path.name.startswith(".part-") or (changed and path.name.startswith(("part-", "best."))):
            path.unlink(missing_ok=True)
    if changed:
        _write(place, {**facts, "is_complete": False})
    if not changed or changed == [_ALL]:
        return ""
    return f"Starting anew: {' and '.join(changed)} changed since the last run."


def _changed(place: Path, facts: dict[str, Any]) -> list[str]:
    try:
        before = json.loads(place.read_text(encoding="utf-8"))
        return [name for name, fact in facts.items() if before.get(name) != fact]
    except FileNotFoundError:
        return [_ALL]
    except (ValueError, AttributeError):
        return ["the manifest"]


def _read_record(task: Task, number: int) -> dict[str, Any] | None:
    """What is recorded of a part, None if it is not complete."""
    try:
        record = json.loads(task.record(number).read_text(encoding="utf-8"))
        is_whole = task.file(number).is_file() and {"rows", "problems", "columns"} <= record.keys()
    except (OSError, ValueError, AttributeError):
        return None
    return record if is_whole else None


def _finish(task: Task, partitions: list[Partition], done: dict[int, dict[str, Any]]) -> dict[str, int]:
    """Check that the parts are one table, write the best of all and the manifest."""
    columns = done[0]["columns"]
    for part in partitions:
        if done[part.number]["columns"] != columns:
            raise UnreadableFile(
                f"{part.path}: the predictions have other columns than those of {partitions[0].path}; give "
                "files of equal columns."
            )
    if task.wanted is not None:
        best = task.wanted.best_of(_read_part(task, part.number) for part in partitions)
        best = ranked(best.assign(**{SCORE: best[SCORE].astype(float)}))
        list(write_parts([best], task.folder / f"best.{task.kind}"))
    totals = {name: sum(record[name] for record in done.values()) for name in ("rows", "problems")}
    parts = [
        {"file": task.file(part.number).name, "from": str(part.path), "start": part.start, "stop": part.stop,
         "rows": done[part.number]["rows"], "problems": done[part.number]["problems"]}
        for part in partitions
    ]  # fmt: skip
    place = task.folder / MANIFEST
    facts = json.loads(place.read_text(encoding="utf-8"))
    _write(place, {**facts, "is_complete": True, **totals, "columns": columns, "parts": parts})
    return {**totals, "partitions": len(partitions)}


def _read_part(task: Task, number: int) -> pd.DataFrame:
    path = task.file(number)
    if task.kind == "parquet":
        return pd.read_parquet(path)
    return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")


def _write(place: Path, content: dict[str, Any]) -> None:
    with atomic_path(place) as temporary:
        temporary.write_text(json.dumps(content, indent=1, ensure_ascii=False), encoding="utf-8")
