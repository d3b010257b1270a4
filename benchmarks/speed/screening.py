"""A long list of formulas through ``graftwood predict``: seconds and memory, in a process of its own."""

import itertools
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.definition import Results

MOST_SECONDS, MOST_GB = 900.0, 2.0  # for a million rows on two processors
SEVERAL = 20  # how often each formula comes, as in lists that are made by a rule
ELEMENTS = (
    "Li Na K Mg Ca Sr Ba Al Ga In Si Ge Sn Ti Zr Hf V Nb Mo W Mn Fe Co Ni Cu Ag Zn Cd N P As O S Se F Cl"
)
STUDY = """
study = {target = "gap_exp", material = "formula"}
inputs.formula.kind = "composition"
tasks.gap_dft = {file = "dft.csv", column = "gap", unit = "eV"}
tasks.gap_exp = {file = "exp.csv", column = "gap", unit = "eV"}
"""
GRAFTWOOD = "from graftwood.cli.main import run; run()"
# The peak is asked for by the process itself, so that its parent's does not count.
MEASURED = """
import json, resource, sys
from graftwood.cli.main import run
try:
    run()
finally:
    used = resource.getrusage(resource.RUSAGE_SELF)
    unit = 1 if sys.platform == "darwin" else 1024
    print(json.dumps({"peak": used.ru_maxrss * unit, "cpu": used.ru_utime}))
"""


@dataclass(frozen=True)
class ScreeningSettings:
    """Settings: rows of the list, labels of source and target, trees of the model.

    Examples
    --------
    >>> ScreeningSettings(n_rows=100).n_trees
    100
    """

    n_rows: int = 1_000_000
    n_source: int = 9000
    n_target: int = 370
    n_trees: int = 100
    seed: int = 0


def time_screening(settings: ScreeningSettings) -> Results:
    """Seconds and peak memory of ``graftwood predict`` on a csv of random formulas, 20 times each.

    The model is a difference fitted by ``graftwood fit`` to made-up gaps of random formulas of two to four
    elements; predictions come with spreads, intervals and flags, so the labels do not matter to the time.
    """
    rng = np.random.default_rng(settings.seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_study(folder, settings, rng)
        command(GRAFTWOOD, "fit", folder / "study.toml", "--architecture", "difference", "--trees",
                settings.n_trees, "--out", folder / "model.graft")  # fmt: skip
        few = formulas(max(1, settings.n_rows // SEVERAL), rng)
        rows = itertools.islice(itertools.cycle(few), settings.n_rows)
        (folder / "list.csv").write_text("formula\n" + "\n".join(rows) + "\n", encoding="utf-8")
        started = time.perf_counter()
        printed = command(MEASURED, "predict", folder / "model.graft", folder / "list.csv", "--out",
                          folder / "predictions.csv")  # fmt: skip
        seconds = time.perf_counter() - started
        with (folder / "predictions.csv").open(encoding="utf-8") as file:
            n_written = sum(1 for _ in file) - 1
    used = json.loads(printed.strip().splitlines()[-1])
    gigabytes = used["peak"] / 1e9
    print(f"{n_written:,} rows: {seconds:.1f} s, {used['cpu']:.1f} CPU s, {gigabytes:.2f} GB at most")
    return {
        "n_written": n_written, "seconds": seconds, "cpu": used["cpu"], "gigabytes": gigabytes,
        "required": {"seconds": MOST_SECONDS, "gigabytes": MOST_GB},
        "is_met": n_written == settings.n_rows and seconds <= MOST_SECONDS and gigabytes <= MOST_GB,
    }  # fmt: skip


def formulas(n: int, rng: np.random.Generator) -> list[str]:
    """Random formulas of two to four elements."""
    symbols = ELEMENTS.split()
    drawn = (rng.choice(symbols, size=rng.integers(2, 5), replace=False) for _ in range(n))
    return ["".join(f"{symbol}{rng.integers(1, 6)}" for symbol in each) for each in drawn]


def write_study(folder: Path, settings: ScreeningSettings, rng: np.random.Generator) -> None:
    """A study file and its two tables, the target's materials among the source's."""
    known = formulas(settings.n_source, rng)
    for name, n in (("dft", settings.n_source), ("exp", settings.n_target)):
        lines = [f"{formula},{gap:.3f}" for formula, gap in zip(known[:n], rng.gamma(2, 1, n), strict=True)]
        (folder / f"{name}.csv").write_text("\n".join(["formula,gap (eV)", *lines]) + "\n", encoding="utf-8")
    (folder / "study.toml").write_text(STUDY, encoding="utf-8")


def command(program: str, *arguments: object) -> str:
    """Run a command of graftwood in a process of its own; return what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", program, *map(str, arguments)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"graftwood {arguments[0]} failed: {done.stderr}")
    return done.stdout
