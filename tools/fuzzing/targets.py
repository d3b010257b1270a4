"""The readers that strangers' texts and files go through, each with what it must never do.

A target makes a case of an earlier one, and runs it: the result is a word for what came of it.
A documented refusal is fine; another exception, a message that is no sentence, or a broken
promise is a finding.
"""

from __future__ import annotations

import math
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from graftwood import errors
from tools.fuzzing import mutations, texts

READ = "read"
# Hundreds of small files a second: kept off the disk where there is a place for it.
IN_MEMORY = next((place for place in ("/dev/shm",) if os.access(place, os.W_OK)), None)


@dataclass(frozen=True)
class Target:
    """What is fuzzed.

    Parameters
    ----------
    seeds : list
        Good cases to start from.
    change : callable
        ``change(rng, case, other)`` makes a new case.
    run : callable
        Runs a case; raises one of ``refusals`` or returns a word.
    refusals : tuple of exception classes
        What the reader's documentation says that it raises.

    Examples
    --------
    >>> TARGETS["formula"]().run("GaN")
    'read'
    """

    seeds: list[Any]
    change: Callable[[np.random.Generator, Any, Any], Any]
    run: Callable[[Any], str]
    refusals: tuple[type[Exception], ...]


class BrokenPromise(Exception):
    """A reader took a case and said something of it that it must not."""


def text_target(
    seeds: tuple[str, ...], words: tuple[str, ...], run: Callable[[str], str], *refusals: type[Exception]
) -> Target:
    """Return a target whose cases are texts."""
    return Target(
        list(seeds), lambda rng, case, other: mutations.edit_text(rng, case, words, other), run, refusals
    )


def promise(holds: bool, words: str) -> None:
    """Refuse what must not be.

    Raises
    ------
    BrokenPromise
    """
    if not holds:
        raise BrokenPromise(words)


def read_formula(text: str) -> str:
    """Amounts are positive and finite, fractions sum to one, and a table says the same as one reader."""
    from graftwood.features.formula import material_key, read_formulas
    from graftwood.features.notation import amounts_of

    table = read_formulas([text, "GaN"])
    promise(table.materials[1] == "GaN", "a bad formula changes the key of its neighbour")
    try:
        amounts = amounts_of(text)
    except errors.UnreadableFormula as error:
        promise(table.problems[0] == str(error), "a table gives another reason than the single reader")
        raise
    promise(all(0 < amount < math.inf for amount in amounts.values()), "an amount is not positive and finite")
    promise(not table.problems[0] and abs(table.fractions[0].sum() - 1) < 1e-9, "fractions do not sum to 1")
    promise(material_key(text) == table.materials[0] != "", "a formula has no key, or two")
    return READ


def read_one_cell(text: str) -> str:
    """A cell never raises; its numbers are finite and its standard deviation is not negative."""
    from graftwood.reading.cells import read_cell

    kinds = []
    for unit in ("", "eV"):
        found = read_cell(text, unit)
        for number in (found.value, found.low, found.high, found.std):
            promise(not math.isinf(number), "a cell is read as an infinite number")
        promise(not found.std < 0, "a standard deviation is negative")
        kinds.append(found.read_as or "plain")
    return " ".join(kinds)


def read_one_expression(text: str) -> str:
    """What is read can be written again and means the same."""
    from graftwood.network.expression_text import quote, read_expression

    found = read_expression(text)
    values = {name: np.array([0.5, 2.0]) for name in found.names}
    again = read_expression(found.renamed({name: quote(name) for name in found.names}))
    same = np.array_equal(found.of(values), again.of(values), equal_nan=True)
    promise(same, "an expression written again means something else")
    return READ


def read_one_goal(text: str) -> str:
    """Goals are of tasks that there are, and their ranges hold something."""
    from graftwood.screening.goals import parse_goals

    for goal in parse_goals(text, ["gap", "colour", "e"]):
        promise(goal.task in ("gap", "colour", "e") and not goal.low >= goal.high, "a goal cannot be met")
    return READ


def read_one_study(case: tuple[str, str, str]) -> str:
    """Labels are finite or missing, every row has a material, and nothing is written."""
    from graftwood.reading import read_study

    folder = Path(tempfile.mkdtemp(prefix="graftwood-fuzz-", dir=IN_MEMORY))
    try:
        for name, text in zip(("study.toml", "dft.csv", "exp.csv"), case, strict=True):
            (folder / name).write_bytes(text.encode("utf-8", "surrogatepass"))
        try:
            table = read_study(folder / "study.toml").table
        finally:
            promise(len(list(folder.iterdir())) == 3, "reading a study left a file")
        numbers = table.labels.select_dtypes("number").to_numpy(dtype=float)
        promise(not np.isinf(numbers).any(), "a label is infinite")
        promise(all(isinstance(key, str) and key for key in table.materials), "a row has no material")
        promise(table.labels.notna().any(axis=None), "a study without a label was read")
        return READ
    finally:
        shutil.rmtree(folder)


def change_study(rng: np.random.Generator, case: Any, other: Any) -> Any:
    """Edit the study file or a table, seldom more than one."""
    parts = list(case)
    for _ in mutations.several(rng, 3):
        at = int(rng.integers(3))
        words = texts.TABLE_WORDS if at else texts.STUDY_WORDS
        parts[at] = mutations.edit_text(rng, parts[at], words, other[at])
    return tuple(parts)


def study_target() -> Target:
    """Study files with their tables."""
    refusals = ("UnreadableFile", "MissingExtra", "EmptyTable", "MissingColumn", "WrongStudy", "UnitMismatch",
                "WrongOption", "TooFewLabels")  # fmt: skip
    seeds = [(texts.STUDY, texts.DFT, texts.EXP), (texts.SMALL_STUDY, texts.DFT, texts.EXP)]
    return Target(seeds, change_study, read_one_study, tuple(getattr(errors, name) for name in refusals))


def _models() -> Target:
    from tools.fuzzing.models import model_target

    return model_target()


TARGETS: dict[str, Callable[[], Target]] = {
    "formula": lambda: text_target(
        texts.FORMULAS, texts.FORMULA_WORDS, read_formula, errors.UnreadableFormula
    ),
    "cell": lambda: text_target(texts.CELLS, texts.CELL_WORDS, read_one_cell),
    "expression": lambda: text_target(
        texts.EXPRESSIONS, texts.EXPRESSION_WORDS, read_one_expression, errors.UnreadableExpression
    ),
    "goal": lambda: text_target(
        texts.GOALS, texts.GOAL_WORDS, read_one_goal, errors.WrongOption, errors.UnknownTask
    ),
    "study": study_target,
    "model": _models,
}
