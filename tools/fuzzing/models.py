"""Model files that are damaged on purpose: their bytes, or what they say with all checksums right.

A file that is still read must predict without leaving its trees: every number or a documented
refusal, and no memory or time beyond what the file's size explains.
"""

from __future__ import annotations

import io
import tempfile
import warnings
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from graftwood import (
    Blend,
    Difference,
    LatentVariable,
    MultiTaskForest,
    Pooled,
    SingleTask,
    TaskGraph,
    TransferSelector,
    errors,
    load_model,
    save_model,
)
from graftwood.store.archive import read_arrays, read_document, write_archive
from graftwood.store.describe import describe
from graftwood.store.load import load_inputs
from tools.fuzzing.mutations import edit_array, edit_bytes, edit_tree, pick, several
from tools.fuzzing.targets import IN_MEMORY, READ, Target, promise

N_ROWS = 30
TASKS = ("exp", "dft", "phase")


def table() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Inputs with a category and a hole, a task with few labels, one with all, and classes."""
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"mass": rng.normal(size=N_ROWS), "kind": rng.choice(["x", "y"], N_ROWS)})
    X.loc[3, "mass"] = np.nan
    dft = (X["mass"].fillna(0) + 1).clip(lower=0)
    exp = (dft + 1).where(np.arange(N_ROWS) % 3 > 0)
    return X, pd.DataFrame({"exp": exp, "dft": dft, "phase": pd.Categorical(np.where(dft > 1, "a", "b"))})


def models() -> list[Any]:
    """A small unfitted model of every class that can be saved."""
    shared: dict[str, Any] = {"n_estimators": 4, "random_state": 0}
    return [
        MultiTaskForest(**shared),
        MultiTaskForest("exp", kinds={"exp": "positive", "dft": "nonnegative"}, **shared),
        SingleTask("phase", **shared),
        Pooled("exp", source_as_input=True, **shared),
        Difference("exp", "dft", **shared),
        LatentVariable("exp", ["dft", "phase"], **shared),
        TaskGraph([LatentVariable("exp", "dft"), MultiTaskForest()], target="exp", **shared),
        Blend([LatentVariable("exp", "dft"), MultiTaskForest("exp")], **shared),
        TransferSelector("exp", n_estimators_compared=4, **shared),
    ]


def files() -> list[bytes]:
    """Saved models."""
    X, Y = table()
    found = []
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for model in models():
            path = Path(folder) / "model.graft"
            numbers = Y[["exp", "dft"]]
            save_model(model.fit(X, numbers if isinstance(model, Pooled | Difference) else Y), path)
            found.append(path.read_bytes())
    return found


def change_file(rng: np.random.Generator, case: bytes, other: bytes) -> bytes:
    """Damage the bytes, or change what the file says; what cannot be opened any more is only damaged."""
    if rng.random() < 0.2:
        return edit_bytes(rng, case)
    try:
        document, arrays = read_document(case), read_arrays(case)
        if rng.random() < 0.6:
            part = pick(rng, ("state", "state", "state", "options", None))
            if part is None:
                document = edit_tree(rng, document)
            else:
                document[part] = edit_tree(rng, document[part])
        if rng.random() < 0.6 and arrays:
            for _ in several(rng, 3):
                name = pick(rng, sorted(arrays))
                arrays[name] = edit_array(rng, arrays[name])
        return _archive(document, arrays)
    except (errors.DamagedModel, AttributeError, KeyError, TypeError, ValueError):
        return edit_bytes(rng, case)


def _archive(document: Any, arrays: dict[str, np.ndarray]) -> bytes:
    try:
        return write_archive(document, arrays)
    except ValueError:  # NaN is not JSON, so the writer refuses what a stranger could write
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("model.json", repr(document))
            archive.writestr("arrays.npz", b"")
        return buffer.getvalue()


def read_model(case: bytes) -> str:
    """Load, describe and predict; what is read answers every row."""
    with tempfile.TemporaryDirectory(prefix="graftwood-fuzz-", dir=IN_MEMORY) as folder:
        path = Path(folder) / "model.graft"
        path.write_bytes(case)
        model = load_model(path)
        describe(path)
        load_inputs(path)
    X, Y = table()
    known = (
        Y[[task for task in TASKS if task in model._columns.names]] if hasattr(model, "_columns") else None
    )
    try:
        for labels in (None, known):
            for answer in model.predict_tasks(X, known=labels).values():
                promise(len(answer["mean"]) == N_ROWS, "a model that was read leaves rows out")
    except errors.GraftwoodError:
        return "read, and does not fit its table"
    return READ


def model_target() -> Target:
    """Model files of every class."""
    return Target(files(), change_file, read_model, (errors.DamagedModel, errors.UnreadableFile))
