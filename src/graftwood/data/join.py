"""Join sources to one table: rows of one reduced composition become one material.

Every source (``data/source.py``) brings the labels of one task.  Cells become labels in
``data/labels.py``, formulas become materials in ``data/spelling.py``, and
``data/align.py`` lines the sources up; this file says what is asked of them and in
which order it is done.  The order of rows in the frames changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from graftwood.data.align import line_up
from graftwood.data.labels import STD, merge_repeats, read_labels
from graftwood.data.order import canonical_order
from graftwood.data.source import Source, check_sources, is_number
from graftwood.data.spelling import Spellings, as_spelling, read_spellings
from graftwood.data.table import PROBLEM_COLUMNS, Table
from graftwood.errors import TooFewLabels

BETWEEN = " | "  # the columns of a material's key


def join_sources(
    sources: Iterable[Source],
    *,
    material: str | Sequence[str] = "formula",
    formulas: Sequence[str] | None = None,
) -> Table:
    """Join sources to one table with a row per material and a label column per task.

    Rows are one row when all inputs that both have agree, the material standing for
    its formula; an input that a source lacks is missing where no other source gives
    it.  A merged label stands in every row that it agrees with.  Where a task keeps
    its repeats, each of its labels has a row of its own, with the merged labels of the
    other tasks beside it.  Materials without any label stay, with all labels missing.

    Parameters
    ----------
    sources : iterable of Source
        One per task, in the order the tasks shall have.
    material : str or sequence of str, default "formula"
        Input column, or columns taken together, that say which rows are one material.
    formulas : sequence of str, optional
        Input columns of chemical formulas, by default the material's.  Two spellings of
        one composition are equal; it is shown by the shortest of them, of equally short
        ones the first in alphabetical order.

    Returns
    -------
    Table
        Sorted by material, then by the other inputs, then by the labels.  Rows with a
        formula that cannot be read, or with an empty cell in another column of the
        material, are in its ``problems``; there ``source`` is the source's file or task
        and ``row`` the frame's own index.  It has ``label_std`` where a source has.

    Raises
    ------
    MissingColumn
        A frame lacks a column that its source names.
    EmptyTable
        There is no source, a frame has no rows, or no formula can be read.
    NotFinite
        A label is infinite, or not a number where one is needed.
    WrongOption
        Two sources have a task of one name, a source lacks a column of the material,
        labels contradict the task's kind, or an input is text in one source and
        number in another.
    TooFewLabels
        A task has no label at all.

    Examples
    --------
    >>> import pandas as pd
    >>> from graftwood.data import Task
    >>> dft = pd.DataFrame({"formula": ["NGa", "ZnO", "ZnO"], "gap": [1.7, 0.7, 0.9]})
    >>> measured = pd.DataFrame({"formula": ["GaN"], "gap": [3.2]})
    >>> table = join_sources([Source(Task("dft"), dft, "gap"), Source(Task("exp"), measured, "gap")])
    >>> table.inputs.join(table.labels)
      formula  dft  exp
    0     GaN  1.7  3.2
    1     ZnO  0.8  NaN
    """
    listed = list(sources)
    keys = (material,) if isinstance(material, str) else tuple(material)
    check_sources(listed, keys)
    chemical = keys if formulas is None else tuple(formulas)
    read = {
        column: read_spellings(
            as_spelling(source.frame[column]) for source in listed if column in source.input_columns
        )
        for column in chemical
    }
    rows = _line_up([_merged(source, keys, read) for source in listed])
    inputs = list(dict.fromkeys(column for source in listed for column in source.input_columns))
    names = [source.task.name for source in listed]
    others = [column for column in inputs if column not in keys]
    rows = rows.iloc[canonical_order([rows[column] for column in (*keys, *others, *names)])]
    shown = {column: rows[column].map(spellings.shown) for column, spellings in read.items()}
    return Table(
        inputs=rows[inputs].assign(**shown).infer_objects(),
        labels=rows[names],
        materials=_material_of(rows, keys),
        tasks=tuple(source.task for source in listed),
        problems=_problems(listed, keys, read),
        label_std=_label_std(rows, names),
    )


def _merged(
    source: Source, keys: Sequence[str], read: Mapping[str, Spellings]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    return merge_repeats(_read_rows(source, keys, read), source.task, source.repeats)


def _line_up(parts: Sequence[tuple[pd.DataFrame, pd.DataFrame]]) -> pd.DataFrame:
    """Line up sources; a label travels with its standard deviation where it has one."""
    numbered, held = [], {}
    for merged, several in parts:
        if STD not in merged.columns:
            numbered.append((merged, several))
            continue
        name, pair = str(merged.columns[-2]), pd.concat([merged, several], ignore_index=True)
        held[name] = pair[[name, STD]]
        number = pair.index.to_series().astype(float).where(pair[name].notna())
        whole = pair.drop(columns=[name, STD]).assign(**{name: number})
        numbered.append((whole.iloc[: len(merged)], whole.iloc[len(merged) :]))
    rows = line_up(numbered)
    for name, pair in held.items():
        place = rows[name]
        rows[name], rows[f"{STD}{name}"] = place.map(pair[name]), place.map(pair[STD])
    return rows


def _label_std(rows: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame | None:
    known = [name for name in names if f"{STD}{name}" in rows.columns]
    if not known:
        return None
    columns = {name: rows[f"{STD}{name}"] if name in known else np.nan for name in names}
    return pd.DataFrame(columns, index=rows.index).astype(float)


def _material_of(rows: pd.DataFrame, keys: Sequence[str]) -> np.ndarray:
    if len(keys) == 1:
        return rows[keys[0]].astype(str).to_numpy()
    texts = [rows[key].astype(str).tolist() for key in keys]
    return np.array([BETWEEN.join(parts) for parts in zip(*texts, strict=True)], dtype=object)


def _read_rows(source: Source, keys: Sequence[str], read: Mapping[str, Spellings]) -> pd.DataFrame:
    """Return inputs and labels of the readable rows; a composition's key stands for its formula."""
    frame, name = source.frame, source.task.name
    rows = pd.DataFrame(
        {
            column: frame[column].astype(float if is_number(frame[column]) else object)
            for column in source.input_columns
        }
    )
    is_readable = pd.Series(True, index=frame.index)
    for column in set(source.input_columns) & {*keys, *read}:
        if column in read:
            rows[column] = as_spelling(frame[column]).map(read[column].material)
        is_readable &= rows[column].notna()
    place = f"column {source.column!r} of {source.place}"
    rows[name] = read_labels(frame[source.column], source.task, place=place)
    if source.label_std is not None:
        rows[STD] = source.label_std.astype(float)
    rows = rows[is_readable].reset_index(drop=True)
    if not rows[name].notna().any():
        unread = len(frame) - len(rows)
        column = "" if source.column == name else f" in its column {source.column!r}"
        raise TooFewLabels(
            f"Task {name}: {source.place} has no label{column} of a material that can be told "
            f"({len(frame)} rows, of which {unread} have a formula that cannot be read); correct the "
            "formulas, add labels or leave the task out."
        )
    return rows


def _problems(sources: Sequence[Source], keys: Sequence[str], read: Mapping[str, Spellings]) -> pd.DataFrame:
    records = []
    for source in sources:
        found: dict[Any, tuple[str, Any]] = {}
        for column in (column for column in source.input_columns if column in {*keys, *read}):
            if column in read:
                texts = as_spelling(source.frame[column])
                faults = texts.map(read[column].problem).dropna()
            else:
                texts = source.frame[column].astype(object)
                faults = texts[texts.isna()].map(lambda _, name=column: _no_key(name))
            for row, fault in zip(faults.index.tolist(), faults, strict=True):
                found.setdefault(row, ("" if pd.isna(texts[row]) else str(texts[row]), fault))
        index = pd.Series(list(found), dtype=object)
        for row in index.iloc[canonical_order([index.infer_objects()])]:
            records.append((source.place, row, *found[row]))
    return pd.DataFrame(records, columns=list(PROBLEM_COLUMNS), dtype=object)


def _no_key(column: str) -> str:
    return f"The cell of {column!r} is empty, but says which material the row is of: fill it in."
