"""House rules as checks, so that style does not depend on memory.

`RULES` says which check of `house_rules.py` holds where and plants violations of it:
one test runs every check over the tree, another proves that every check bites.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import house_rules
from tests.house_rules import Check, File, matches_of

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "src/graftwood/"
CODE = ("src/", "tests/", "benchmarks/", "examples/", "tools/")
SHOWN_CODE = ("src/", "benchmarks/", "examples/", "tools/")
EVERYWHERE = ("",)
READ_BY_CI = {".ci", ".github"}
MADE_AT_THE_ROOT = {"demo", "site", "dist", "build", "htmlcov"}


@dataclass(frozen=True)
class Rule:
    """A check, the folders it holds for, and texts (of Python unless said otherwise) that it must refuse."""

    check: Check
    where: tuple[str, ...]
    planted: tuple[str, ...]
    suffix: str = ".py"
    planted_path: str = PACKAGE + "planted.py"


def function_of(n_lines: int, decorator: str = "") -> str:
    return f"{decorator}def grow():\n" + "    x = 1\n" * (n_lines - 1)


# Words that must not stand in any file are put together here, because this is a file too.
RULES = {
    "modules-are-short": Rule(house_rules.long_modules, CODE, ("x = 1\n" * 301,)),
    "functions-are-short": Rule(
        house_rules.long_functions,
        CODE,
        (function_of(41), function_of(81, "@kernel()\n"), function_of(81, "@kernel\n")),
    ),
    "files-have-a-subject": Rule(
        house_rules.catch_all_files, EVERYWHERE, ("",), planted_path="src/a/utils.py"
    ),
    "users-get-errors-not-asserts": Rule(house_rules.asserts, (PACKAGE,), ("assert x",)),
    "sklearn-is-used-in-public": Rule(
        house_rules.private_sklearn,
        CODE,
        (
            "from sklearn.ensemble._forest import RandomForest",
            "from sklearn.tree import _tree",
            "import sklearn._loss",
        ),
    ),
    "files-never-run-code": Rule(
        house_rules.unsafe_stores,
        (PACKAGE,),
        (
            "import pickle",
            "from joblib import dump",
            "joblib.dump(model, path)",
            "np.load(path, allow_pickle=True)",
        ),
    ),
    "one-file-compiles": Rule(
        house_rules.stray_compilers,
        (PACKAGE,),
        ("from numba import njit", "import numba.prange", "kernel(fastmath=True)"),
    ),
    "modules-say-what-they-do": Rule(house_rules.silent_modules, SHOWN_CODE, ("x = 1",)),
    "public-things-are-documented": Rule(
        house_rules.undocumented,
        ("src/", "benchmarks/"),
        ("def f(): ...", "class A: ...", "async def f(): ..."),
    ),
    "classes-show-an-example": Rule(
        house_rules.classes_without_example, (PACKAGE,), ('class A:\n    """A."""',)
    ),
    "examples-print-the-same-every-time": Rule(
        house_rules.unseeded_examples,
        ("src/",),
        ('def f():\n    """F.\n\n    >>> model = SingleTask("gap", n_estimators=5).fit(X, y)\n    """',),
    ),
    "work-is-finished": Rule(
        matches_of(house_rules.UNFINISHED, "marks unfinished work"),
        EVERYWHERE,
        ("# TO" + "DO: later", "raise NotImplemented" + "Error"),
        suffix="",
    ),
    "no-machine-paths": Rule(
        matches_of(house_rules.MACHINE_PATH, "is a path of one machine"),
        EVERYWHERE,
        ("see /ho" + "me/ann/data.csv", "'/tm" + "p'", "C:" + "\\Users\\ann"),
        suffix="",
    ),
    "no-registry-hosts": Rule(
        matches_of(house_rules.REGISTRY, "names a registry"),
        EVERYWHERE,
        ("https://py" + "pi.org/simple", "--extra-index" + "-url"),
        suffix="",
    ),
}


def is_made(folder: Path) -> bool:
    is_output = folder.parent == ROOT and folder.name in MADE_AT_THE_ROOT
    return is_output or folder.name.startswith(".") or folder.name == "__pycache__"


def files_of_the_tree() -> Iterator[File]:
    """Every text file that is neither made by a tool nor hidden, but for the folders that CI reads."""
    for folder, subfolders, names in os.walk(ROOT):
        subfolders[:] = [name for name in subfolders if name in READ_BY_CI or not is_made(Path(folder, name))]
        for path in (Path(folder, name) for name in names if name != ".git"):  # a work tree has it as a file
            try:
                yield File(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))
            except UnicodeDecodeError:
                continue  # images and packed tables hold no prose


@pytest.fixture(scope="module")
def files() -> list[File]:
    return sorted(files_of_the_tree(), key=lambda file: file.path)


@pytest.mark.parametrize("name", RULES)
def test_tree_obeys(name: str, files: list[File]) -> None:
    rule = RULES[name]
    held_to_it = [
        file for file in files if file.path.startswith(rule.where) and file.path.endswith(rule.suffix)
    ]
    broken = [complaint for file in held_to_it for complaint in rule.check(file)]
    assert not broken, "\n" + "\n".join(broken)


@pytest.mark.parametrize("name", RULES)
def test_rule_catches_planted_violations(name: str) -> None:
    rule = RULES[name]
    assert all(list(rule.check(File(rule.planted_path, text))) for text in rule.planted)


@pytest.mark.parametrize(
    "check, text",
    [
        pytest.param(house_rules.long_functions, function_of(40), id="function-of-40"),
        pytest.param(house_rules.long_functions, function_of(80, "@kernel(signature)\n"), id="kernel-of-80"),
        pytest.param(
            house_rules.long_functions,
            'def f():\n    """' + "Long.\n" * 60 + '    """\n    return 1',
            id="docstring-is-free",
        ),
        pytest.param(house_rules.private_sklearn, "from sklearn import __version__", id="version-is-public"),
        pytest.param(house_rules.unsafe_stores, "from joblib import Parallel", id="joblib-may-run-jobs"),
        pytest.param(house_rules.stray_compilers, "from numba import types", id="numba-types"),
        pytest.param(house_rules.classes_without_example, 'class _A:\n    """A."""', id="private-class"),
        pytest.param(
            house_rules.unseeded_examples,
            'def f():\n    """F.\n\n    >>> SingleTask(random_state=0).fit(X, y)\n    """',
            id="example-with-a-seed",
        ),
        pytest.param(RULES["no-machine-paths"].check, "x.org/10.1/work </root> and/or", id="part-of-a-word"),
    ],
)
def test_rule_leaves_good_code_alone(check: Check, text: str) -> None:
    assert not list(check(File(PACKAGE + "good.py", text)))


def test_kernel_file_may_be_longer() -> None:
    assert not list(house_rules.long_modules(File("src/graftwood/engine/grow.py", "x = 1\n" * 650)))
    assert list(house_rules.long_modules(File("src/graftwood/engine/grow.py", "x = 1\n" * 651)))


def test_a_long_kernel_states_its_reason() -> None:
    assert all(len(reason.split()) > 3 for reason in house_rules.LONG_KERNELS.values())


def test_every_kernel_file_exists() -> None:
    assert all((ROOT / path).is_file() for path in house_rules.KERNEL_MODULES)
