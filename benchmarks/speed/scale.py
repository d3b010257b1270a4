"""How far one machine and a cluster go: rows, trees, workers, long lists, tables beyond memory."""

import json
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from benchmarks.definition import Results
from benchmarks.speed import problems
from benchmarks.speed.long_tables import drawn, out_of_core, sketch
from benchmarks.speed.screening import GRAFTWOOD, ScreeningSettings, command, formulas, write_study

N_INPUTS = 132
LEAST_EFFICIENCY, LEAST_FEATURISED = 0.85, 40_000


@dataclass(frozen=True)
class ScaleSettings:
    """Settings: rows and trees of every part.

    Examples
    --------
    >>> ScaleSettings().rows[-1]
    1000000
    """

    rows: tuple[int, ...] = (10_000, 100_000, 1_000_000)
    n_trees_of_rows: int = 6
    trees: tuple[int, ...] = (25, 50, 100, 200)
    n_rows_of_trees: int = 10_000
    n_rows_on_cluster: int = 40_000
    n_trees_on_cluster: int = 100
    n_small: int = 300
    n_screened: int = 60_000
    n_formulas: int = 40_000
    n_cut: int = 500
    n_predicted: int = 40_000
    n_out_of_core: int = 5_000_000
    n_trees_out_of_core: int = 4
    n_leaf_out_of_core: int = 20
    n_sketched: int = 5_000
    n_pairs: int = 3
    is_planted: bool = False
    seed: int = 0


def measure_scale(settings: ScaleSettings) -> Results:
    """Growth of time with rows and trees, 1 to 2 workers, featurising, predicting, and 5 million rows.

    Forests are SingleTask fits on Materials Project gaps with 132 Magpie features; more rows than there are
    come from drawing rows again with noise of a hundredth of each input's spread, in inputs and labels.
    Efficiency is the time of one worker over twice that of two, each worker a process of one thread; the
    ratio of pairs is taken before their median.  Screening is ``graftwood predict --scheduler`` on formulas
    that each come once.  Required: 40,000 formulas featurised per second and core, codes of 5 million rows
    below 3 GB, cuts from a sketch within 0.005 of R2.
    """
    table = _table(settings)
    results: Results = {
        "rows": growth_with_rows(table, settings),
        "trees": growth_with_trees(table, settings),
    }
    results["featurising"] = featurising(settings)
    results["cutting"] = cutting(settings)
    results["predicting"] = predicting(table, settings)
    results["sketch"] = sketch(table, settings)
    results["cluster"] = on_cluster(table, settings)
    results["out_of_core"] = out_of_core(table, settings)
    print(json.dumps(results, indent=1))
    return results


def _table(settings: ScaleSettings) -> problems.Arrays:
    if settings.is_planted:
        table = problems.planted(400, settings.seed)
        return {"X": np.tile(table["X"], (1, 7))[:, :N_INPUTS], "Y": table["Y"]}
    return problems.gaps_of_materials_project(settings.seed)


def _fit_seconds(X: Any, y: Any, **options: Any) -> tuple[float, Any]:
    from graftwood import SingleTask

    model = SingleTask(random_state=0, **{"n_jobs": 1, **options})
    started = time.process_time()
    model.fit(X, y)
    return time.process_time() - started, model


def growth_with_rows(table: problems.Arrays, settings: ScaleSettings) -> Results:
    """CPU seconds of a fit per tree, and the slope of its logarithm."""
    _fit_seconds(*drawn(table, 300, 0), n_estimators=5)
    seconds = {}
    for n_rows in settings.rows:
        X, y = drawn(table, n_rows, settings.seed)
        seconds[str(n_rows)] = _fit_seconds(X, y, n_estimators=settings.n_trees_of_rows)[0]
    per_tree = {n: each / settings.n_trees_of_rows for n, each in seconds.items()}
    return {"cpu_per_tree": per_tree, "exponent": _slope(settings.rows, list(seconds.values()))}


def growth_with_trees(table: problems.Arrays, settings: ScaleSettings) -> Results:
    """CPU seconds of fits of more and more trees."""
    X, y = drawn(table, settings.n_rows_of_trees, settings.seed)
    seconds = [_fit_seconds(X, y, n_estimators=n)[0] for n in settings.trees]
    return {
        "cpu": dict(zip(map(str, settings.trees), seconds, strict=True)),
        "exponent": _slope(settings.trees, seconds),
    }


def _slope(sizes: Any, seconds: Any) -> float:
    return float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])


def featurising(settings: ScaleSettings) -> Results:
    """Formulas per CPU second and core: all different, and each 20 times."""
    from graftwood import CompositionFeatures

    few = formulas(settings.n_formulas // 20, np.random.default_rng(1))
    lists = {
        "different": formulas(settings.n_formulas, np.random.default_rng(settings.seed)),
        "each_20_times": few * 20,
    }
    features = CompositionFeatures().fit(["GaN"])
    seconds: dict[str, list[float]] = {name: [] for name in lists}
    for _ in range(settings.n_pairs):
        for name, each in lists.items():
            started = time.process_time()
            features.transform(each)
            seconds[name].append(time.process_time() - started)
    rates = {name: len(lists[name]) / median(each) for name, each in seconds.items()}
    return {**rates, "required": LEAST_FEATURISED, "is_met": min(rates.values()) >= LEAST_FEATURISED}


def cutting(settings: ScaleSettings) -> Results:
    """Rows of a csv file per second in which one process finds where partitions begin."""
    from graftwood.reading.partitions import find_partitions

    names = formulas(max(1, settings.n_formulas // 20), np.random.default_rng(settings.seed))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.csv"
        path.write_text("formula\n" + "\n".join(names * settings.n_cut) + "\n", encoding="utf-8")
        started = time.perf_counter()
        n_parts = len(find_partitions(path, 100_000))
        seconds = time.perf_counter() - started
    return {"rows_per_second": len(names) * settings.n_cut / seconds, "partitions": n_parts}


def predicting(table: problems.Arrays, settings: ScaleSettings) -> Results:
    """Rows per CPU second and core of 100 trees: the mean, with its spread, and scikit-learn's mean."""
    from sklearn.ensemble import RandomForestRegressor

    X, y = drawn(table, settings.n_predicted, settings.seed)
    half = len(X) // 2
    model = _fit_seconds(X[:half], y[:half], n_estimators=100)[1]
    peer = RandomForestRegressor(100, max_features=1 / 3, n_jobs=-1, random_state=0).fit(X[:half], y[:half])
    peer.set_params(n_jobs=1)
    ask: dict[str, Callable[[], Any]] = {
        "mean": lambda: model.predict(X[half:]),
        "with_spread": lambda: model.predict(X[half:], return_std=True),
        "scikit_learn_mean": lambda: peer.predict(X[half:]),
    }
    seconds: dict[str, list[float]] = {name: [] for name in ask}
    for _ in range(settings.n_pairs):
        for name, one in ask.items():
            started = time.process_time()
            one()
            seconds[name].append(time.process_time() - started)
    return {name: (len(X) - half) / median(each) for name, each in seconds.items()}


def on_cluster(table: problems.Arrays, settings: ScaleSettings) -> Results:
    """Wall seconds with one worker and two, of growing and of screening; what the way to a cluster costs."""
    from graftwood.scale.connect import local_cluster

    X, y = drawn(table, settings.n_rows_on_cluster, settings.seed)
    grown: dict[int, list[float]] = {1: [], 2: []}
    screened: dict[int, list[float]] = {1: [], 2: []}
    small: dict[str, list[float]] = {"here": [], "cluster": []}
    options = {"n_estimators": settings.n_trees_on_cluster}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _screening_files(folder, settings)
        for turn in range(settings.n_pairs):
            for n_workers in (1, 2):
                with local_cluster(n_workers) as address:
                    _warm(address, X, y, folder)
                    grown[n_workers].append(_wall(X, y, client=address, **options))
                    screened[n_workers].append(_screen(folder, f"{turn}-{n_workers}", address))
                    if n_workers == 2:
                        few = X[: settings.n_small], y[: settings.n_small]
                        small["cluster"].append(_wall(*few, client=address, **options))
                        small["here"].append(_wall(*few, **options))
        written = sum(path.stat().st_size for path in (folder / "0-2").glob("part-*.csv"))
    here = [_wall(X, y, **options) for _ in range(settings.n_pairs)]
    return {
        "growing": {**_efficiency(grown), "seconds_here_one_thread": median(here)},
        "screening": {
            **_efficiency(screened),
            "rows_per_second_two": settings.n_screened / median(screened[2]),
            "bytes_per_row": written / settings.n_screened,
        },
        "small_rows": settings.n_small,
        "small_fit": {name: median(each) for name, each in small.items()},
        "aim": LEAST_EFFICIENCY,
    }


def _efficiency(seconds: dict[int, list[float]]) -> Results:
    ratios = [one / (2 * two) for one, two in zip(seconds[1], seconds[2], strict=True)]
    return {"seconds": {str(n): median(each) for n, each in seconds.items()}, "efficiency": median(ratios),
            "range": [min(ratios), max(ratios)]}  # fmt: skip


def _wall(X: Any, y: Any, **options: Any) -> float:
    started = time.perf_counter()
    _fit_seconds(X, y, **options)
    return time.perf_counter() - started


def _warm(address: str, X: Any, y: Any, folder: Path) -> None:
    """Let every worker load kernels and the model."""
    _wall(X[:200], y[:200], n_estimators=20, client=address)
    _screen(folder, f"warm-{address.rpartition(':')[2]}", address, "few.csv")


def _screening_files(folder: Path, settings: ScaleSettings) -> None:
    rng = np.random.default_rng(settings.seed)
    size = {"n_source": 60, "n_target": 30} if settings.is_planted else {}
    asked = ScreeningSettings(**size)
    write_study(folder, asked, rng)
    command(GRAFTWOOD, "fit", folder / "study.toml", "--architecture", "difference", "--trees", 100, "--out",
            folder / "model.graft")  # fmt: skip
    for name, n in (("list", settings.n_screened), ("few", 8)):
        lines = "\n".join(["formula", *formulas(n, rng)])
        (folder / f"{name}.csv").write_text(lines + "\n", encoding="utf-8")


def _screen(folder: Path, out: str, address: str, table: str = "list.csv") -> float:
    from graftwood.screening.run import screen

    n_rows = max(1, (folder / table).read_bytes().count(b"\n") // 12)
    started = time.perf_counter()
    screen(folder / "model.graft", folder / table, folder / out, address, partition_rows=n_rows)
    return time.perf_counter() - started
