"""What the columns of a table probably are: formulas, numbers, classes, units, counters.

A guess goes into a commented draft that a person reads; nothing is learned from it directly.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from graftwood.features.formula import read_formulas
from graftwood.reading.cells import read_classes, read_column
from graftwood.reading.commas import comma_advice, has_comma
from graftwood.reading.units import is_unit, split_header

SAMPLE = 2000  # rows that are looked at
SURE = 0.9  # share of cells that must be of a kind
MOST_CLASSES = 30
MOST_SHOWN = 5
MANY_ZEROS = 0.2
KNOWN_SUFFIXES = {
    "eV", "meV", "keV", "K", "mK", "GPa", "MPa", "kPa", "Pa", "nm", "pm", "um", "mm", "cm", "kg", "g", "mol",
    "J", "kJ", "W", "V", "mV", "A", "mA", "T", "Hz", "THz", "s", "ms", "S", "Ohm", "percent", "degC",
}  # fmt: skip
_MIDDLES = re.compile(r"median|mean|average", re.I)
_COUNTERS = re.compile(
    r"(?:^|_)(?:id|ids|index|idx|entry|row|number|no|nr|n|count|year|doi|key|code)(?:$|_|\d)", re.I
)
_CONDITIONS = re.compile(
    r"temp|pressure|thickness|^time|field|frequency|wavelength|^T$|^p$|humidity|^ph$", re.I
)
_UNCERTAIN = re.compile(r"(?:^|[_ ])(?:err|error|std|stdev|sigma|sd|unc|uncertainty|±)(?:$|[_ ])", re.I)
COMPOSITION, NUMBER, CATEGORY, OTHER = "composition", "number", "category", "other"


@dataclass(frozen=True)
class Column:
    """What one column probably is.

    Attributes
    ----------
    header : str
        As in the file.
    name : str
        The header without its unit, fit for a key.
    kind : str
        "composition", "number", "category" or "other".
    unit : str
    role : str
        Of a number: "label", "condition" (an input), "uncertainty" or "counter".
    task_kind : str
        Kind that a task of this column would have.
    n_cells, n_distinct : int
    common : tuple of (str, int)
        The most frequent classes with their counts; empty unless a category.
    advice : str
        What keeps cells from being read as numbers and what to do, as the end of a sentence; mostly "".

    Examples
    --------
    >>> guess_column(pd.Series(["1.2", "0.7"], name="gap_eV")).unit
    'eV'
    """

    header: str
    name: str
    kind: str
    unit: str
    role: str
    task_kind: str
    n_cells: int
    n_distinct: int
    common: tuple[tuple[str, int], ...] = ()
    advice: str = ""


def guess_columns(frame: pd.DataFrame) -> list[Column]:
    """Guess every column of a table, in its order."""
    return [guess_column(frame[header]) for header in frame.columns]


def guess_column(cells: pd.Series) -> Column:
    """Guess one column.

    Examples
    --------
    >>> guess_column(pd.Series(["GaN", "ZnO", "Fe2O3"], name="formula")).kind
    'composition'
    >>> guess_column(pd.Series(["300", "77"], name="temperature (K)")).role
    'condition'
    """
    header = str(cells.name)
    known = cells.dropna()
    sample = known.iloc[:: max(1, len(known) // SAMPLE)]
    base, unit = _name_and_unit(header)
    kind, task_kind, role, advice = OTHER, "real", "", ""
    values, _, notes = read_column(sample, unit)
    # Limits and words for a missing value stand in columns of numbers too.
    share = 1 - (notes["read_as"] == "unreadable").sum() / max(1, len(sample))
    if values.notna().any() and share >= SURE:
        kind, role, task_kind = NUMBER, _role(header, values), _task_kind(values)
    elif len(sample) and _are_formulas(sample):
        kind = COMPOSITION
    elif advice := _comma_advice(notes, unit, len(sample)):
        pass  # neither numbers as they stand nor classes
    elif _are_classes(classes := known[read_classes(known)[0].notna()]):
        kind, task_kind, known = CATEGORY, "category", classes
    counts = known.astype(str).value_counts().head(MOST_SHOWN) if kind == CATEGORY else pd.Series(dtype=int)
    common = tuple((str(name), int(n)) for name, n in counts.items())
    return Column(header, base, kind, unit, role, task_kind, len(known), int(known.nunique()), common, advice)


def _comma_advice(notes: pd.DataFrame, unit: str, n_cells: int) -> str:
    """What to do where a column would be one of numbers, had they no commas."""
    unread = notes["cell"][notes["read_as"] == "unreadable"]
    others = sum(not has_comma(cell, unit) for cell in unread)
    return comma_advice(unread, unit) if 1 - others / max(1, n_cells) >= SURE else ""


def best_label(columns: Sequence[Column]) -> Column | None:
    """Choose the labels: numbers with a unit before others, medians before minima and maxima, else classes.

    Classes are not chosen where there are numbers that must be mended first.

    Examples
    --------
    >>> best_label(guess_columns(pd.DataFrame({"id": ["7", "9"], "gap_eV": ["1.2", "0.7"]}))).name
    'gap'
    """
    numbers = [column for column in columns if column.kind == NUMBER and column.role == "label"]
    numbers.sort(key=lambda column: (not column.unit, not _MIDDLES.search(column.name)))
    is_unread = any(column.advice for column in columns)
    classes = [column for column in columns if column.kind == CATEGORY and not is_unread]
    return next(iter([*numbers, *classes]), None)


def _name_and_unit(header: str) -> tuple[str, str]:
    base, unit = split_header(header)
    stem, _, end = base.rpartition("_")
    if not unit and stem and not stem.endswith("_per") and end in KNOWN_SUFFIXES and is_unit(end):
        base, unit = stem, end
    name = re.sub(r"\W+", "_", base).strip("_")
    return name or "column", unit


def _role(header: str, values: pd.Series) -> str:
    base = _name_and_unit(header)[0]
    known = values.dropna()
    is_counting = len(known) > 2 and (np.diff(known) == 1).all()
    if _UNCERTAIN.search(header):
        return "uncertainty"
    if is_counting or _COUNTERS.search(base):
        return "counter"
    return "condition" if _CONDITIONS.search(base) else "label"


def _task_kind(values: pd.Series) -> str:
    known = values.dropna()
    if (known >= 0).all() and (known == 0).mean() >= MANY_ZEROS:
        return "nonnegative"
    if (known > 0).all() and known.quantile(0.95) > 100 * known.quantile(0.05):
        return "positive"
    return "real"


def _are_formulas(cells: pd.Series) -> bool:
    texts = pd.Series(cells.astype(str).str.strip().unique())
    if len(texts) > 500:
        texts = texts.iloc[:: len(texts) // 500]
    is_read = read_formulas(texts).readable
    # Words such as "I" or "Co" are elements too, but a column of formulas has compounds.
    has_compounds = texts.str.contains(r"[A-Z].*[A-Z]|\d", regex=True).mean()
    return bool(is_read.mean() >= SURE and has_compounds >= 0.5)


def _are_classes(cells: pd.Series) -> bool:
    n = cells.nunique()
    return bool(1 < n <= MOST_CLASSES and n <= len(cells) / 2)
