"""Tables beyond memory: what coding and growing them takes, and what cuts from a sketch cost."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.definition import Results
from benchmarks.speed import problems

MOST_CODES_GB, MOST_R2_LOST = 3.0, 0.005
# In a process of its own, so that the peak of memory is its own too.
OUT_OF_CORE = """
import json, resource, sys, time
import pandas as pd
from graftwood import SingleTask, code_parquet
path, n_inputs, n_trees, least = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
imported = peak()
started = time.perf_counter()
X = code_parquet(path, [f"x{i}" for i in range(n_inputs)])
coded, seconds = peak(), time.perf_counter() - started
Y = pd.read_parquet(path, columns=["gap"])
started = time.perf_counter()
base = __import__("graftwood").MultiTaskForest(min_samples_leaf=least)
model = SingleTask("gap", base=base, n_estimators=n_trees, random_state=0, n_jobs=-1).fit(X, Y)
fit = time.perf_counter() - started
print(json.dumps({"imported": imported, "coded": coded, "peak": peak(), "code_seconds": seconds,
                  "fit_seconds": fit, "codes": X.codes.nbytes}))
"""


def drawn(table: problems.Arrays, n_rows: int, seed: int) -> tuple[Any, Any]:
    """Rows of the table, drawn again with a little noise where more are wanted than there are."""
    rng = np.random.default_rng(seed)
    X, y = table["X"], table["Y"][:, 0]
    if n_rows <= len(X):
        return X[:n_rows], y[:n_rows]
    at = rng.integers(0, len(X), n_rows)
    noise = rng.normal(size=(n_rows, X.shape[1])) * X.std(axis=0) / 100
    return X[at] + noise, y[at] + rng.normal(size=n_rows) * y.std() / 100


def sketch(table: problems.Arrays, settings: Any) -> Results:
    """R2 on rows held out, with cuts learned from a sketch and from all training rows."""
    from sklearn.metrics import r2_score

    from graftwood import SingleTask
    from graftwood.coding.batches import code_batches

    X, y = table["X"], table["Y"][:, 0]
    n = min(len(X) * 4 // 5, 40_000)
    frame = pd.DataFrame(X, columns=[f"x{i}" for i in range(X.shape[1])])
    test = slice(n, min(len(X), n + 10_000))
    r2: dict[str, list[float]] = {"sketch": [], "exact": []}
    for seed in range(settings.n_pairs):
        coded = code_batches(
            lambda: [frame[:n]], n, "sketch", n_sketched=min(settings.n_sketched, n // 2), random_state=seed
        )
        for name, given in (("sketch", coded), ("exact", frame[:n])):
            model = SingleTask(n_estimators=50, random_state=seed, n_jobs=-1).fit(given, y[:n])
            r2[name].append(float(r2_score(y[test], model.predict(frame[test]))))
    lost = [exact - rough for exact, rough in zip(r2["exact"], r2["sketch"], strict=True)]
    return {
        "sketched": settings.n_sketched,
        **r2,
        "lost": float(np.mean(lost)),
        "required": MOST_R2_LOST,
        "is_met": bool(np.mean(lost) <= MOST_R2_LOST),
    }


def out_of_core(table: problems.Arrays, settings: Any) -> Results:
    """Bytes and seconds of coding and growing a Parquet file of many rows, in a process of its own."""
    import pyarrow
    import pyarrow.parquet

    batch = 100_000
    with tempfile.TemporaryDirectory() as name:
        path, writer = Path(name) / "long.parquet", None
        for first in range(0, settings.n_out_of_core, batch):
            n = min(batch, settings.n_out_of_core - first)
            X, y = drawn(table, max(n, len(table["X"]) + 1), settings.seed + first)
            frame = pd.DataFrame(X[:n].astype(np.float32), columns=[f"x{i}" for i in range(X.shape[1])])
            part = pyarrow.Table.from_pandas(frame.assign(gap=y[:n]), preserve_index=False)
            writer = writer or pyarrow.parquet.ParquetWriter(path, part.schema)
            writer.write_table(part)
        if writer is not None:
            writer.close()
        arguments = (path, table["X"].shape[1], settings.n_trees_out_of_core, settings.n_leaf_out_of_core)
        done = subprocess.run(
            [sys.executable, "-c", OUT_OF_CORE, *map(str, arguments)],
            capture_output=True,
            text=True,
            check=True,
        )
        on_disk = path.stat().st_size
    used = json.loads(done.stdout.strip().splitlines()[-1])
    coding_gb = (used["coded"] - used["imported"]) / 1e9
    return {
        "rows": settings.n_out_of_core, "inputs": table["X"].shape[1], "file_gb": on_disk / 1e9,
        "codes_gb": used["codes"] / 1e9,
        "coding_gb": coding_gb, "peak_gb": used["peak"] / 1e9, "code_seconds": used["code_seconds"],
        "fit_seconds_per_tree": used["fit_seconds"] / settings.n_trees_out_of_core,
        "min_samples_leaf": settings.n_leaf_out_of_core,
        "required": MOST_CODES_GB, "is_met": coding_gb <= MOST_CODES_GB,
    }  # fmt: skip
