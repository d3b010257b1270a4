"""One partition, predicted on whatever machine: its file appears whole, then the record that it is done."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from graftwood.errors import UnreadableFile
from graftwood.reading.partitions import Partition
from graftwood.screening.best import SCORE, Wanted
from graftwood.screening.predictor import Predictor, open_predictor
from graftwood.screening.writers import write_parts
from graftwood.store.atomic import atomic_path


@dataclass(frozen=True)
class Task:
    """What is asked of every partition.

    Attributes
    ----------
    model : Path
        Model file, which every worker reads.
    digest : str
        Of the model file, so that no worker takes another.
    folder : Path
        Where files and records are left.
    kind : str
        "csv" or "parquet".
    wanted : Wanted or None
        Keep only the best.

    Examples
    --------
    >>> Task(Path("model.graft"), "5f0c", Path("out"), "csv").file(3).name
    'part-00003.csv'
    """

    model: Path
    digest: str
    folder: Path
    kind: str
    wanted: Wanted | None = None

    def file(self, number: int) -> Path:
        """Where a partition's predictions are."""
        return self.folder / f"part-{number:05d}.{self.kind}"

    def record(self, number: int) -> Path:
        """Where it is recorded that they are all there."""
        return self.folder / f"part-{number:05d}.json"


def predict_partition(asked: tuple[Task, Partition]) -> dict[str, Any]:
    """Predict a partition and leave its file and record.

    Parameters
    ----------
    asked : (Task, Partition)

    Returns
    -------
    dict
        "rows", "problems" and "columns", as the record has them.

    Raises
    ------
    UnreadableFile
        The model file is another than the task's.
    Errors of `Predictor.frames` and `write_parts`.
    """
    task, partition = asked
    predictor = _predictor(task.model, task.digest)
    counts = {"rows": 0, "problems": 0, "known": 0}
    # Only the first file has a header, so that all of them behind each other are one table.
    has_header = partition.number == 0 or task.wanted is not None
    columns: list[str] = []
    for part in write_parts(
        _parts(predictor, task, partition, counts), task.file(partition.number), has_header
    ):
        columns = [str(name) for name in part]
    record = {"rows": counts["rows"], "problems": counts["problems"], "columns": columns}
    with atomic_path(task.record(partition.number)) as temporary:
        temporary.write_text(json.dumps(record), encoding="utf-8")
    return record


def _parts(
    predictor: Predictor, task: Task, partition: Partition, counts: dict[str, int]
) -> Iterator[pd.DataFrame]:
    """What is written: every row, or the best of them with their scores to the last bit."""
    if task.wanted is None:
        for part in predictor.predictions(partition):
            counts["rows"] += len(part)
            counts["problems"] += int((part["problem"] != "").sum())
            yield part
        return
    best = task.wanted.best_of(task.wanted.scored(predictor, predictor.frames(partition), counts))
    yield best.assign(**{SCORE: best[SCORE].map(repr)})


def digest_of(path: Path) -> str:
    """Digest of a file's content."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]


@lru_cache(maxsize=1)
def _predictor(model: Path, digest: str) -> Predictor:
    """The model, read once by each process."""
    if digest_of(model) != digest:
        raise UnreadableFile(f"{model}: the model file changed during the run; run the command again.")
    return open_predictor(model)
