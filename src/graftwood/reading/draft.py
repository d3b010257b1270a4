"""A commented study file from tables: one task per table, and everything else ready to be switched on."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from graftwood.errors import MissingColumn, WrongOption
from graftwood.reading.databases import DATABASE_SUFFIXES
from graftwood.reading.files import read_file, suffix_of
from graftwood.reading.guess import CATEGORY, COMPOSITION, NUMBER, OTHER, Column, best_label, guess_columns
from graftwood.reading.odd_class import OddClass, oddest_class

_FORMULA_NAMES = ("formula", "composition", "reduced_formula", "pretty_formula", "compound", "material")
_BARE = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, eq=False)
class _Guess:
    """One table with its guesses: the key's column, the task, and what is left."""

    file: str
    stem: str
    columns: list[Column]
    key: Column
    label: Column
    n_rows: int
    n_materials: int  # with a label; repeats, of which measurements have more, count once
    n_repeats: int
    odd: OddClass | None


def draft_study(files: Sequence[Path], folder: Path) -> str:
    """Return the text of a study file for tables.

    Parameters
    ----------
    files : sequence of Path
    folder : Path
        Where the study file will stand; files are named relative to it.

    Raises
    ------
    MissingColumn
        A table has no column of formulas, or none of labels.
    WrongOption
        A table is named twice, or is a database.
    UnreadableFile, EmptyTable, MissingExtra
        As `graftwood.reading.files.read_file`.
    """
    _check(files)
    guesses = [_guess(path, folder) for path in files]
    names = _task_names(guesses)
    target = min(range(len(guesses)), key=lambda place: guesses[place].n_materials)
    key = _key_name(guesses)
    lines = _head(names[target], key, len(guesses) > 1)
    lines += _inputs(guesses, key)
    for name, guess in zip(names, guesses, strict=True):
        lines += _task(name, guess, key, is_target=name == names[target])
        lines += _others(guess, key, {*names})
    return "\n".join(lines) + "\n"


def _check(files: Sequence[Path]) -> None:
    repeated = [path for path, n in Counter(path.resolve() for path in files).items() if n > 1]
    if repeated:
        raise WrongOption(f"init: {repeated[0].name} is named twice; name each table once.")
    for path in files:
        if suffix_of(path) in DATABASE_SUFFIXES:
            raise WrongOption(
                f"{path}: a database needs a query; write its section [tasks.NAME] by hand, with file and "
                "query."
            )


def _guess(path: Path, folder: Path) -> _Guess:
    frame = read_file(path)
    columns = guess_columns(frame)
    key = _best_key(columns)
    listed = ", ".join(map(str, frame.columns))
    if key is None:
        raise MissingColumn(
            f"{path}: no column holds chemical formulas (columns: {listed}); write the study file by hand, "
            "with an input that says which rows are one material."
        )
    label = best_label(columns)
    if label is None:
        why = ", and ".join(
            f"the numbers of {each.header!r} {each.advice}" for each in columns if each.advice
        )
        mend = f": {why}." if why else "; write its section by hand."
        raise MissingColumn(f"{path}: no column looks like a label (columns: {listed}){mend}")
    relative = Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()
    stem = re.sub(r"\W+", "_", path.name.split(".")[0]).strip("_") or "table"
    labelled = frame[frame[label.header].notna()]
    materials = labelled[key.header]
    classes = [column.header for column in columns if column.kind == CATEGORY and column is not label]
    odd = oddest_class(frame, key.header, label.header, classes) if label.kind == NUMBER else None
    n_repeats = int(materials.duplicated(keep=False).sum())
    return _Guess(relative, stem, columns, key, label, len(frame), materials.nunique(), n_repeats, odd)


def _best_key(columns: Sequence[Column]) -> Column | None:
    found = [column for column in columns if column.kind == COMPOSITION]
    return min(found, key=lambda column: _usual(column.name), default=None)


def _usual(name: str) -> int:
    """Place of a name among those that people give to formulas."""
    order = {known: place for place, known in enumerate(_FORMULA_NAMES)}
    return order.get(name.lower(), len(order))


def _task_names(guesses: Sequence[_Guess]) -> list[str]:
    """Name tasks after their columns, and after their files too where that is not enough."""
    names = [guess.label.name for guess in guesses]
    inputs = {guess.key.name for guess in guesses}
    counts = Counter(name.lower() for name in names)
    named = [
        f"{name}_{guess.stem}" if counts[name.lower()] > 1 or name in inputs else name
        for name, guess in zip(names, guesses, strict=True)
    ]
    return [
        name if named.count(name) == 1 else f"{name}_{place}" for place, name in enumerate(named, start=1)
    ]


def _key_name(guesses: Sequence[_Guess]) -> str:
    """The name that most tables use, of equally common ones the most usual."""
    counts = Counter(guess.key.header for guess in guesses)
    return min(counts, key=lambda name: (-counts[name], _usual(name), name != name.lower()))


def _head(target: str, key: str, has_sources: bool) -> list[str]:
    advice = (
        "The label of the fewest materials was taken; change it to the one that you want."
        if has_sources
        else "With one table there is nothing to borrow from; add tables of related properties."
    )
    return [
        "# A study of graftwood, drafted from the tables' headers and cells: please read it through.",
        "# Look at the data:  graftwood inspect THIS_FILE --out inspection.html",
        "# Then:              graftwood compare THIS_FILE --out comparison",
        "",
        "[study]",
        f"# What is to be predicted. {advice}",
        f"target = {_text(target)}",
        "# Rows that agree in this are one material and are never split between training and test.",
        f"material = {_text(key)}",
        '# title = "The question, as it shall stand on the page"',
        "",
    ]


def _inputs(guesses: Sequence[_Guess], key: str) -> list[str]:
    lines = [
        "# Inputs: what is known of a candidate before anything is measured.",
        f"[inputs.{_key(key)}]",
        'kind = "composition"             # or "number", "category"',
        "",
    ]
    seen: set[str] = {key}
    for guess in guesses:
        for column in guess.columns:
            is_condition = column.kind == NUMBER and column.role == "condition"
            is_class = column.kind == CATEGORY and column is not guess.label
            if (is_condition or is_class) and column.header not in seen:
                seen.add(column.header)
                lines += [
                    f"# {column.header} in {guess.file} could be an input; rows that differ in it are then "
                    "kept apart:",
                    f"# [inputs.{_key(column.header)}]",
                    f'# kind = "{column.kind}"',
                    *([f"# unit = {_text(column.unit)}"] if column.unit else []),
                    "",
                ]
    return lines


def _task(name: str, guess: _Guess, key: str, *, is_target: bool) -> list[str]:
    column = guess.label
    lines = [
        f"# {guess.file}: {guess.n_rows:,} rows, {column.n_cells:,} with {column.header}"
        + ("; the target." if is_target else "."),
        f"[tasks.{_key(name)}]",
        f"file = {_text(guess.file)}",
        f"column = {_text(column.header)}",
        f"kind = {_text(_safe_kind(column)):<12}   # real | positive | nonnegative | category",
    ]
    if column.task_kind != CATEGORY:
        lines.append(
            f"unit = {_text(column.unit)}" if column.unit else '# unit = "eV"       # no unit was found'
        )
    if column.task_kind in ("nonnegative", "positive"):
        why = (
            "many cells are exactly 0"
            if column.task_kind == "nonnegative"
            else "the cells span powers of ten"
        )
        lines.append(f"# {why[0].upper()}{why[1:]}: consider kind = {_text(column.task_kind)}")
    if guess.key.header != key:
        lines.append(
            f"rename = {{ {_key(guess.key.header)} = {_text(key)} }}   # this file names it otherwise"
        )
    if guess.n_repeats:
        lines.append(f"# {guess.n_repeats:,} rows repeat a formula; they are merged:")
        lines.append('repeats = "median"         # median | mean | keep')
    beside = [other for other in guess.columns if other.role == "uncertainty"]
    if beside:
        lines.append(f"# label_std = {_text(beside[0].header)}   # if this is the label's standard deviation")
    classes = [c for c in guess.columns if c.kind == CATEGORY and c is not column]
    if classes:
        lines += _filters(classes, guess)
    lines += ['# source = "Where the labels come from, shown on the page"']
    if is_target:
        lines.append(
            "# same_as = []               # tasks that repeat this measurement, to be hidden with it"
        )
    return [*lines, ""]


def _safe_kind(column: Column) -> str:
    """Numbers are real until a person says more: a source can then be subtracted from the target."""
    return CATEGORY if column.task_kind == CATEGORY else "real"


def _filters(classes: Sequence[Column], guess: _Guess) -> list[str]:
    """Classes of a table that rows could be chosen by, the fullest column first; the odd one as example."""
    ranked = sorted(classes, key=lambda column: -column.n_cells)
    lines = ["# Rows may be chosen by:"]
    for column in ranked[:3]:
        listed = ", ".join(f"{name} {n:,}" for name, n in column.common)
        more = ", ..." if column.n_distinct > len(column.common) else ""
        lines.append(f"#   {_comment(column.header)}: {_comment(listed)}{more}")
    header, value = ranked[0].header, ranked[0].common[-1][0]
    if guess.odd is not None:
        header, value = guess.odd.column, guess.odd.value
        lines.append(
            f"# {_comment(value)} lies {abs(guess.odd.offset):.2g} {guess.label.unit} ".replace("  ", " ")
            + f"{'above' if guess.odd.offset > 0 else 'below'} other rows of the same material (mean of "
            f"{guess.odd.n_materials}): leave it out?"
        )
    name = header if header.isidentifier() else f"`{header}`"
    lines.append(f"# where = {_text(f'{name} != {_text(value)}')}")
    return lines


def _others(guess: _Guess, key: str, taken: set[str]) -> list[str]:
    """Further columns of a table that could be tasks, switched off."""
    lines: list[str] = []
    for column in guess.columns:
        could_be = (column.kind == NUMBER and column.role == "label") or column.kind == CATEGORY
        if column is guess.label or not could_be:
            continue
        name = column.name if column.name not in taken else f"{column.name}_{guess.stem}"
        taken.add(name)
        renamed = guess.key.header != key
        lines += [
            f"# [tasks.{_key(name)}]           # {column.n_cells:,} cells",
            f"# file = {_text(guess.file)}",
            f"# column = {_text(column.header)}",
            f"# kind = {_text(_safe_kind(column))}",
            *([f"# unit = {_text(column.unit)}"] if column.unit else []),
            *([f"# rename = {{ {_key(guess.key.header)} = {_text(key)} }}"] if renamed else []),
            "",
        ]
    ignored = [column.header for column in guess.columns if _is_ignored(column, guess)]
    if ignored:
        mend = [f"# Numbers of {c.header} {c.advice}." for c in guess.columns if c.advice]
        lines += [f"# Not used of {guess.file}: {_comment(', '.join(ignored))}.", *map(_comment, mend), ""]
    return lines


def _is_ignored(column: Column, guess: _Guess) -> bool:
    if column is guess.key or column is guess.label:
        return False
    return column.kind in (OTHER, COMPOSITION) or column.role == "counter"


def _comment(text: str) -> str:
    return " ".join(text.split())


def _text(text: str) -> str:
    """Write a TOML text; JSON's escapes are a part of TOML's."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _text(name)
