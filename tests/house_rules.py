"""The checks behind `test_house_rules.py`: each goes from one file to complaints about it.

Nothing here knows which part of the tree a rule holds for; the test's table does.
"""

import ast
import doctest
import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import graftwood

MODULE_LINES = 300
# numba's cache misses edits in another file, so kernels that call each other share one (decisions/003).
KERNEL_MODULE_LINES = 650
KERNEL_MODULES = {"src/graftwood/engine/grow.py"}  # kernels that call each other must share a file

FUNCTION_LINES = 40
KERNEL_LINES = 80
LONG_KERNEL_LINES = 120
LONG_KERNELS: dict[str, str] = {
    "grow_tree": "it owns the arrays of a tree; parts of it would only pass them back and forth",
    "search_lanes": "its loop must call nothing with an array: numba would count references each time",
}  # name -> why it cannot be cut

CATCH_ALL_NAMES = {"utils.py", "helpers.py", "misc.py", "common.py"}
UNSAFE_STORES = {"pickle", "cloudpickle", "dill", "shelve", "marshal"}
NUMBA_COMPILERS = {"njit", "jit", "jitclass", "prange", "vectorize", "guvectorize"}
EXCEPTION_MODULES = {"src/graftwood/errors.py"}

UNSAFE_CALL = re.compile(r"joblib\.(?:dump|load)\(|allow_pickle\s*=\s*True|\.(?:to|read)_pickle\(")
UNFINISHED = re.compile(r"\b(?:TO[D]O|FIX[M]E|XX[X]|TB[D]|NotImplemented[E]rror)\b")
MACHINE_PATH = re.compile(r"(?<![\w.<~/-])/(?:home|root|work|tmp|Users|mnt)(?![\w-])|\b[A-Z]:\\Users")
REGISTRY = re.compile(r"pypi\.org|pythonhosted\.org|conda\.anaconda\.org|index[-_]url|trusted[-_]host", re.I)


@dataclass(frozen=True)
class File:
    """One file of the tree: its path from the root, and what it says."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The file as Python."""
        return ast.parse(self.text)

    def at(self, node: ast.AST) -> str:
        """Where a node stands, as an editor can jump to it."""
        return f"{self.path}:{getattr(node, 'lineno', 1)}"


Check = Callable[[File], Iterator[str]]
Function = ast.FunctionDef | ast.AsyncFunctionDef


def long_modules(file: File) -> Iterator[str]:
    """More lines than a reader takes in at one sitting."""
    allowed = KERNEL_MODULE_LINES if file.path in KERNEL_MODULES else MODULE_LINES
    if (n_lines := len(file.text.splitlines())) > allowed:
        yield f"{file.path}: {n_lines} lines, {allowed} are allowed"


def long_functions(file: File) -> Iterator[str]:
    """Functions over their budget; the docstring is free, a kernel has a larger one."""
    for node in ast.walk(file.tree):
        if isinstance(node, Function) and (n_lines := _body_lines(node)) > (allowed := _allowed_lines(node)):
            yield f"{file.at(node)}: {node.name} has {n_lines} lines, {allowed} are allowed"


def _body_lines(node: Function) -> int:
    n_lines = (node.end_lineno or node.lineno) - node.lineno + 1
    if ast.get_docstring(node, clean=False) is not None:
        docstring = node.body[0]
        n_lines -= (docstring.end_lineno or docstring.lineno) - docstring.lineno + 1
    return n_lines


def _allowed_lines(node: Function) -> int:
    decorators = {ast.unparse(each).partition("(")[0].rpartition(".")[2] for each in node.decorator_list}
    if "kernel" not in decorators:
        return FUNCTION_LINES
    return LONG_KERNEL_LINES if node.name in LONG_KERNELS else KERNEL_LINES


def catch_all_files(file: File) -> Iterator[str]:
    """Files that are named after nothing."""
    if Path(file.path).name in CATCH_ALL_NAMES:
        yield f"{file.path}: name it after what it does"


def asserts(file: File) -> Iterator[str]:
    """A user's mistake must meet an error that says what to do, also under ``python -O``."""
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Assert):
            yield f"{file.at(node)}: raise an error of errors.py instead of assert"


def _imports(file: File) -> Iterator[tuple[ast.AST, str]]:
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node, f"{node.module or ''}.{alias.name}") for alias in node.names)


def private_sklearn(file: File) -> Iterator[str]:
    """Imports that the next scikit-learn may take away."""
    for node, name in _imports(file):
        first, *rest = name.split(".")
        if first == "sklearn" and any(part.startswith("_") and not part.endswith("__") for part in rest):
            yield f"{file.at(node)}: {name} is private"


def unsafe_stores(file: File) -> Iterator[str]:
    """Formats that run code when they are read."""
    for node, name in _imports(file):
        if name.split(".")[0] in UNSAFE_STORES or name in {"joblib.dump", "joblib.load"}:
            yield f"{file.at(node)}: {name} runs code when it reads; model files are JSON and npz"
    yield from matches_of(UNSAFE_CALL, "runs code when it reads")(file)


def stray_compilers(file: File) -> Iterator[str]:
    """Kernels compiled past the one decorator, or with mathematics that forgets missing values."""
    for node, name in _imports(file):
        first, _, rest = name.partition(".")
        if (
            first == "numba"
            and not NUMBA_COMPILERS.isdisjoint(rest.split("."))
            and not file.path.endswith("engine/kernel.py")
        ):
            yield f"{file.at(node)}: compile through engine/kernel.py, not {name}"
    for node in ast.walk(file.tree):
        if isinstance(node, ast.keyword) and node.arg == "fastmath" and ast.unparse(node.value) != "False":
            yield f"{file.at(node)}: fastmath optimises the test for missing values away"


def silent_modules(file: File) -> Iterator[str]:
    """Modules that do not open by saying what they do."""
    if ast.get_docstring(file.tree) is None:
        yield f"{file.path}: the module does not say what it does"


def undocumented(file: File) -> Iterator[str]:
    """Public classes and functions without a docstring."""
    for node in _public(file):
        if ast.get_docstring(node) is None:
            yield f"{file.at(node)}: {node.name} has no docstring"


def classes_without_example(file: File) -> Iterator[str]:
    """Public classes that do not show their use; nobody constructs an exception or a protocol."""
    for node in _public(file):
        if not isinstance(node, ast.ClassDef) or file.path in EXCEPTION_MODULES:
            continue
        bases = {ast.unparse(base).rpartition(".")[2] for base in node.bases}
        if "Protocol" not in bases and ">>>" not in (ast.get_docstring(node) or ""):
            yield f"{file.at(node)}: {node.name} shows no example"


def unseeded_examples(file: File) -> Iterator[str]:
    """Examples that fit a model without a seed: what they print, or warn of, would differ from run to run."""
    for owner in ast.walk(file.tree):
        if not isinstance(owner, ast.Module | ast.ClassDef | Function):
            continue
        for example in doctest.DocTestParser().get_examples(ast.get_docstring(owner) or ""):
            yield from (
                f"{file.at(owner)}: {name} is fitted without random_state" for name in _unseeded(example)
            )


def _unseeded(example: doctest.Example) -> Iterator[str]:
    for node in ast.walk(ast.parse(example.source)):
        if isinstance(node, ast.Attribute) and node.attr == "fit" and isinstance(node.value, ast.Call):
            name = ast.unparse(node.value.func)
            is_seeded = any(keyword.arg in {"random_state", None} for keyword in node.value.keywords)
            if not is_seeded and _takes_a_seed(getattr(graftwood, name, None)):
                yield name


def _takes_a_seed(estimator: Callable[..., object] | None) -> bool:
    return estimator is not None and "random_state" in inspect.signature(estimator).parameters


def _public(file: File) -> Iterator[ast.ClassDef | Function]:
    for node in file.tree.body:
        if isinstance(node, ast.ClassDef | Function) and not node.name.startswith("_"):
            yield node


def matches_of(pattern: re.Pattern[str], complaint: str) -> Check:
    """Check that complains of every match of a pattern in the text."""

    def check(file: File) -> Iterator[str]:
        for found in pattern.finditer(file.text):
            line = file.text.count("\n", 0, found.start()) + 1
            yield f"{file.path}:{line}: {found.group()!r} {complaint}"

    return check
