"""Who may import whom, and what must stay unloaded.

`MAY_IMPORT` is the architecture.  A part is a module or a package directly under
`graftwood`; a dotted entry admits one module of a part and nothing else of it.
Loading is judged in fresh interpreters, because this one has loaded everything.
"""

import ast
import graphlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "src" / "graftwood"

BASE = {"errors", "options", "extras"}
PLAIN = BASE | {"features", "data", "metrics", "uncertainty"}
ROOMS = ("engine", "coding", "network", "answers")  # what architectures are made of
MAY_IMPORT: dict[str, set[str]] = {
    "errors": set(),
    "blas": set(),
    "options": {"errors"},
    "extras": {"errors"},
    "engine": BASE,
    "uncertainty": BASE | {"blas"},
    "metrics": BASE | {"uncertainty"},
    "features": BASE,
    "data": BASE | {"features"},
    "datasets": BASE | {"features", "data"},
    "reading": BASE | {"features", "data", "network.expression_text"},
    "inspection": BASE | {"features", "data", "reading"},
    "coding": BASE | {"engine.bins"},
    "scale": BASE | {"engine", "root"},
    "network": BASE | {"uncertainty", "engine", "coding", "scale"},
    "answers": BASE | {"uncertainty", "metrics", "coding", "network"},
    "architectures": BASE | {"blas", "uncertainty", *ROOMS},
    "fewshot": BASE | {"blas", "coding.order"},
    "store": PLAIN | {*ROOMS, "architectures", "root"},
    "screening": PLAIN | {*ROOMS, "architectures", "reading", "scale", "store", "study.predict", "root"},
    "study": PLAIN | {*ROOMS, "architectures", "datasets", "reading", "scale"},
    "studies": PLAIN | {"coding", "network", "architectures", "datasets", "study"},
    "report": PLAIN | {"study.records", "store.atomic", "root"},
    "cli": PLAIN
    | {*ROOMS, "architectures", "datasets", "fewshot", "store", "scale", "study", "report", "root"}
    | {"reading", "inspection", "studies", "screening"},
}
ROOT_PART = "root"  # graftwood/__init__.py, which resolves the public names on first use

HEAVY = {
    "numba",
    "pandas",
    "sklearn",
    "scipy",
    "pymatgen",
    "plotly",
    "matplotlib",
    "pint",
    "pydantic",
    "jinja2",
}
IMPORT_SECONDS, HELP_SECONDS, LENIENCE = 0.15, 0.5, 3.0


def module_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def part_of(module: str) -> str:
    """`graftwood.data.table` belongs to `data`."""
    return (module.split(".") + [ROOT_PART])[1]


def imported_modules(source: str, module: str, is_package: bool = False) -> Iterator[tuple[int, str]]:
    """Line and full name of every module of the package that a source may load, relative imports resolved."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [f"{base_of(node, module, is_package)}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            names = [str(each.value) for each in node.args[:1] if isinstance(each, ast.Constant)]
        else:
            continue
        yield from ((node.lineno, name) for name in names if name.split(".")[0] == "graftwood")


def base_of(node: ast.ImportFrom, module: str, is_package: bool) -> str:
    if not node.level:
        return node.module or ""
    parents = module.split(".")
    parents = parents[: len(parents) - node.level + is_package]
    return ".".join(parents + ([node.module] if node.module else []))


def is_allowed(imported: str, importer: str) -> bool:
    """Whether one part may load a module; a name of the package root is the root's own."""
    part = part_of(imported) if part_of(imported) in MAY_IMPORT else ROOT_PART
    if part == importer or part in MAY_IMPORT[importer]:
        return True
    return any(
        "." in entry and f"{imported}.".startswith(f"graftwood.{entry}.") for entry in MAY_IMPORT[importer]
    )


def violations(source: str, module: str, is_package: bool = False) -> list[str]:
    importer = part_of(module)
    return [
        f"{module}:{line} must not import {imported}: {importer} may use {sorted(MAY_IMPORT[importer])}"
        for line, imported in imported_modules(source, module, is_package)
        if not is_allowed(imported, importer)
    ]


# The command line is started by __main__, above all parts.
MODULES = {module_name(path): path for path in sorted(PACKAGE.rglob("*.py"))}
LAYERED = [name for name in MODULES if part_of(name) not in (ROOT_PART, "__main__")]


def test_every_part_has_a_place_in_the_table() -> None:
    assert {part_of(name) for name in LAYERED} <= set(MAY_IMPORT)


def test_table_has_no_cycles() -> None:
    whole_parts = {
        part: {entry for entry in allowed if "." not in entry} for part, allowed in MAY_IMPORT.items()
    }
    graphlib.TopologicalSorter(whole_parts).prepare()


@pytest.mark.parametrize("module", LAYERED)
def test_module_imports_only_what_lies_below(module: str) -> None:
    path = MODULES[module]
    assert not violations(path.read_text(encoding="utf-8"), module, path.name == "__init__.py")


@pytest.mark.parametrize(
    "module, source",
    [
        pytest.param("graftwood.engine.grow", "from graftwood.architectures.base import check", id="up"),
        pytest.param("graftwood.engine.grow", "import graftwood.metrics.accuracy", id="sideways"),
        pytest.param("graftwood.engine.grow", "from ..study import compare", id="relative"),
        pytest.param("graftwood.errors", "from graftwood import options", id="module-from-the-root"),
        pytest.param(
            "graftwood.study.compare", "def f():\n    import graftwood.report.html", id="inside-a-function"
        ),
        pytest.param(
            "graftwood.study.compare", "from graftwood import SingleTask", id="public-name-from-the-root"
        ),
        pytest.param(
            "graftwood.report.page", "from graftwood.study.compare import run", id="other-module-of-a-part"
        ),
        pytest.param(
            "graftwood.report.page", "from graftwood.study import recordsmith", id="name-that-begins-alike"
        ),
        pytest.param("graftwood.data.table", "importlib.import_module('graftwood.cli.main')", id="by-name"),
    ],
)
def test_checker_catches_a_planted_violation(module: str, source: str) -> None:
    assert violations(source, module)


@pytest.mark.parametrize(
    "module, source",
    [
        pytest.param(
            "graftwood.architectures.single", "from graftwood.engine.forest import grow_forest", id="down"
        ),
        pytest.param(
            "graftwood.report.page", "from graftwood.study.records import StudyRecords", id="one-module"
        ),
        pytest.param("graftwood.report.page", "from graftwood.study import records", id="one-module-by-name"),
        pytest.param(
            "graftwood.data.table", "from .join import join\nfrom graftwood.data import split", id="own-part"
        ),
        pytest.param("graftwood.engine.grow", "import numpy as np", id="others"),
    ],
)
def test_checker_leaves_good_imports_alone(module: str, source: str) -> None:
    assert not violations(source, module)


def test_relative_import_in_a_package_starts_at_the_package() -> None:
    assert list(imported_modules("from .x import y", "graftwood.data", True)) == [(1, "graftwood.data.x.y")]
    assert list(imported_modules("from .x import y", "graftwood.data.z")) == [(1, "graftwood.data.x.y")]


IMPORT = "import graftwood"
HELP = """
import contextlib, io, sys
from graftwood.cli.main import run
sys.argv = ["graftwood", "--help"]
with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
    run()
"""
REPORT = """
import json, sys, time
print(json.dumps([time.process_time() - start, sorted({name.partition(".")[0] for name in sys.modules})]))
"""


def run_fresh(script: str) -> tuple[float, set[str]]:
    """CPU seconds of a script in a new interpreter, and what it has loaded; CPU, because CI clocks lie."""
    code = "import time; start = time.process_time()\n" + script + REPORT
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    seconds, loaded = json.loads(done.stdout.splitlines()[-1])
    return seconds, set(loaded)


@pytest.mark.parametrize("script", [pytest.param(IMPORT, id="import"), pytest.param(HELP, id="help")])
def test_nothing_heavy_is_loaded_before_it_is_used(script: str) -> None:
    assert not run_fresh(script)[1] & HEAVY


def test_the_check_of_loading_sees_a_heavy_library() -> None:
    assert run_fresh("import pandas")[1] & HEAVY == {"pandas"}


@pytest.mark.parametrize(
    "script, budget",
    [pytest.param(IMPORT, IMPORT_SECONDS, id="import"), pytest.param(HELP, HELP_SECONDS, id="help")],
)
def test_start_is_quick(script: str, budget: float) -> None:
    assert min(run_fresh(script)[0] for _ in range(3)) < LENIENCE * budget
