"""Time and memory of graftwood's forest beside those that a user could pick instead."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.definition import Results
from benchmarks.speed import problems

WORKER = Path(__file__).with_name("worker.py")
LOLOPY_PYTHON = "GRAFTWOOD_LOLOPY_PYTHON"  # interpreter of an environment with lolopy and Java
PEERS = {"scikit-learn": "sklearn", "scikit-learn-intelex": "sklearnex", "CatBoost": "catboost"}


@dataclass(frozen=True)
class SpeedSettings:
    """Settings: sizes of the table, and how many pairs of fits are timed at each.

    Examples
    --------
    >>> SpeedSettings(sizes=(300,), n_pairs=(1,)).n_trees
    100
    """

    sizes: tuple[int, ...] = (4_000, 40_000, 10**9)
    n_pairs: tuple[int, ...] = (5, 5, 5)
    n_sparse: int = 4_000
    n_sparse_pairs: int = 5
    n_trees: int = 100
    n_iterations: int = 1_000
    n_test: int = 4_000
    n_jobs: int = 2
    is_planted: bool = False
    seed: int = 0


@dataclass(frozen=True)
class Goal:
    """A ratio that is asked for: how many times less the peer must take.

    Examples
    --------
    >>> Goal("scikit-learn", "fit_cpu", required=3.0, aim=5.0).required
    3.0
    """

    peer: str
    what: str
    required: float
    aim: float


GOALS = (
    Goal("scikit-learn", "fit_cpu", 3.0, 5.0),
    Goal("scikit-learn", "predict_wall", 1.0, 2.0),
    Goal("scikit-learn-intelex", "fit_cpu", 1.5, 2.5),
)
# Asked for where memory runs out: of few rows a process weighs what the libraries do that it has loaded.
ALL_ROWS_GOALS = (*GOALS, Goal("scikit-learn", "peak_mebibytes", 1.0, 1.0))
SPARSE_GOALS = (Goal("CatBoost", "fit_cpu", 1.0, 3.0), Goal("lolopy", "fit_wall", 20.0, 40.0))


def compare_speed(settings: SpeedSettings) -> Results:
    """Fit and predict: graftwood beside scikit-learn, scikit-learn-intelex, CatBoost and lolopy, in pairs.

    Materials Project band gaps (shared/data/bandgap_dft), 132 Magpie features, fully grown trees, a third
    of the inputs per split. Every fit has a process of its own, with compilation and start of threads or
    JVM before the clock. graftwood and peers take turns, and of the ratios of the pairs (peer / graftwood,
    above 1 when graftwood takes less) the median is given. graftwood's fit includes what the others' leaves
    out: out-of-bag predictions and calibrated spreads. Sparse means three tasks with 30, 60 and 90 % of
    labels missing. lolopy runs where the environment variable GRAFTWOOD_LOLOPY_PYTHON names an interpreter
    that has it. With all rows of the table the test rows are among them, and the errors are not held out.
    The exponent is the slope of log CPU over log rows from the smallest to the largest table.
    """
    table = (
        problems.planted(1_000, settings.seed)
        if settings.is_planted
        else problems.gaps_of_materials_project(settings.seed)
    )
    results: Results = {"left_out": left_out(), "dense": {}, "sparse": {}}
    for size, n_pairs in zip(settings.sizes, settings.n_pairs, strict=True):
        part = problems.dense(table, size, settings.n_test)
        names = [name for name in interpreters() if name in ("graftwood", *(goal.peer for goal in GOALS))]
        runs = take_turns(part, names, n_pairs, settings)
        goals = ALL_ROWS_GOALS if size == max(settings.sizes) else GOALS
        results["dense"][str(len(part["X"]))] = compare(runs, goals)
        print_runs(f"{len(part['X'])} rows, one task", results["dense"][str(len(part["X"]))])
    part = problems.sparse(table, settings.n_sparse, settings.n_test, settings.seed)
    names = [n for n in interpreters() if n in ("graftwood", *(goal.peer for goal in SPARSE_GOALS))]
    results["sparse"] = compare(take_turns(part, names, settings.n_sparse_pairs, settings), SPARSE_GOALS)
    alone = problems.dense(table, settings.n_sparse, settings.n_test)
    results["sparse"] |= over_one_task(part, alone, settings)
    print_runs(f"{len(part['X'])} rows, three sparse tasks", results["sparse"])
    results["exponent"] = exponent(results["dense"])
    print(
        f"exponent {results['exponent']:.3f}, sparse over one task {results['sparse']['over_one_task']:.2f}"
    )
    return results


def over_one_task(sparse: problems.Arrays, dense: problems.Arrays, settings: SpeedSettings) -> Results:
    """How many times longer three sparse tasks take than one dense task of the same rows, in pairs."""
    ratios = []
    for _ in range(settings.n_sparse_pairs):
        many, one = (
            take_turns(part, ["graftwood"], 1, settings)["graftwood"][0]["fit_cpu"]
            for part in (sparse, dense)
        )
        ratios.append(many / one)
    return {"over_one_task": median(ratios), "over_one_task_range": [min(ratios), max(ratios)]}


def interpreters() -> dict[str, str]:
    """Forests that can run here, and the interpreter of each."""
    found = {"graftwood": sys.executable}
    found |= {name: sys.executable for name, module in PEERS.items() if find_spec(module)}
    if os.environ.get(LOLOPY_PYTHON):
        found["lolopy"] = os.environ[LOLOPY_PYTHON]
    return found


def left_out() -> list[str]:
    """Peers that are not installed."""
    return [name for name in (*PEERS, "lolopy") if name not in interpreters()]


def take_turns(part: problems.Arrays, names: list[str], n_pairs: int, settings: SpeedSettings) -> Any:
    """Run every forest once per turn; return name -> what each turn measured."""
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    with saved(part) as data:
        for _ in range(n_pairs):
            for name in names:
                runs[name].append(run(name, data, settings))
    return runs


@contextmanager
def saved(part: problems.Arrays) -> Iterator[Path]:
    """Write the arrays where the processes find them."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.npz"
        np.savez(path, **part)  # type: ignore[arg-type]
        yield path


def run(name: str, data: Path, settings: SpeedSettings) -> dict[str, Any]:
    """Measure one forest in a process of its own."""
    spec = {
        "forest": name, "n_trees": settings.n_trees, "n_iterations": settings.n_iterations,
        "n_jobs": settings.n_jobs, "seed": settings.seed,
    }  # fmt: skip
    path = data.with_name("spec.json")
    path.write_text(json.dumps(spec), encoding="utf-8")
    command = [interpreters()[name], str(WORKER), str(data), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"forest-speed: {name} failed; its last words were {done.stderr[-500:]!r}")
    return dict(json.loads(done.stdout.splitlines()[-1]))


def compare(runs: dict[str, list[dict[str, Any]]], goals: tuple[Goal, ...]) -> Results:
    """Medians of every forest, and each goal's median ratio over pairs."""
    numbers = ("fit_cpu", "fit_wall", "predict_wall", "peak_mebibytes")
    medians = {
        name: {what: median([r[what] for r in rows]) for what in numbers} for name, rows in runs.items()
    }
    for name, rows in runs.items():
        medians[name] |= {key: rows[-1][key] for key in ("mae", "is_accelerated") if key in rows[-1]}
    found = []
    for goal in goals:
        if goal.peer in runs:
            ours, theirs = runs["graftwood"], runs[goal.peer]
            ratios = [b[goal.what] / a[goal.what] for a, b in zip(ours, theirs, strict=True)]
            ratio = median(ratios)
            found.append({
                "peer": goal.peer, "what": goal.what, "ratio": ratio, "lowest": min(ratios),
                "highest": max(ratios), "required": goal.required, "aim": goal.aim,
                "is_met": ratio >= goal.required, "is_aim_met": ratio >= goal.aim,
            })  # fmt: skip
    return {"medians": medians, "ratios": found}


def median(values: list[float]) -> float:
    """Return the median as a plain number."""
    return float(np.median(values))


def exponent(dense: Results) -> float:
    """Slope of log CPU over log rows between the smallest and the largest table, 0 with one table."""
    sizes = sorted(map(int, dense))
    if len(sizes) < 2:
        return 0.0
    first, last = (dense[str(n)]["medians"]["graftwood"]["fit_cpu"] for n in (sizes[0], sizes[-1]))
    return float(np.log(last / first) / np.log(sizes[-1] / sizes[0]))


def print_runs(title: str, found: Results) -> None:
    """Print medians and ratios."""
    print(f"\n{title}")
    for name, values in found["medians"].items():
        mae = " ".join(f"{error:.3f}" for error in values["mae"])
        print(
            f"  {name:<22} fit {values['fit_cpu']:8.2f} CPU-s {values['fit_wall']:8.2f} s   "
            f"predict {values['predict_wall']:6.2f} s   peak {values['peak_mebibytes']:7.0f} MiB   MAE {mae}"
        )
    for ratio in found["ratios"]:
        verdict = "met" if ratio["is_met"] else "NOT met"
        print(
            f"  {ratio['what']:<14} {ratio['peer']} / graftwood = {ratio['ratio']:.2f} "
            f"({ratio['lowest']:.2f} to {ratio['highest']:.2f}), required {ratio['required']:g}: {verdict}, "
            f"aim {ratio['aim']:g}"
        )
