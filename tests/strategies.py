"""What hypothesis draws for this field: tables with missing labels, masks, formulas and study files.

Shapes, kinds and patterns are drawn by hypothesis, so that they shrink; the numbers in a large
table come from a seed, which keeps an example cheap.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from hypothesis import strategies as st

FEWEST = 8  # materials with a label, of every task: eight trees leave some of them out of bag
ELEMENTS = (
    "H",
    "Li",
    "C",
    "N",
    "O",
    "Al",
    "Si",
    "S",
    "Ti",
    "Fe",
    "Co",
    "Cu",
    "Zn",
    "Ga",
    "As",
    "Cd",
    "Te",
    "U",
)
seeds = st.integers(0, 2**32 - 1)
# What small tables, of which some materials have labels on several rows, are rightly warned of.
warned_of = [
    pytest.mark.filterwarnings(f"ignore::graftwood.errors.{name}")
    for name in ("UnreliableSpread", "LabelsApart")
]


@dataclass(frozen=True)
class Drawn:
    """Inputs, labels of the tasks exp, dft and aux, and a material for each row."""

    X: pd.DataFrame
    Y: pd.DataFrame
    groups: np.ndarray

    def rows(self, at):
        """The same with other rows."""
        return Drawn(*(part.iloc[at].reset_index(drop=True) for part in (self.X, self.Y)), self.groups[at])


@st.composite
def label_masks(draw, groups, n_tasks, fewest=FEWEST):
    """Where labels are: any share, rows of each task, or nested, but ``fewest`` materials for every task."""
    rng = np.random.default_rng(draw(seeds))
    share = draw(st.sampled_from([0.15, 0.5, 0.9, 1.0]))
    kind = draw(st.sampled_from(["anywhere", "nested", "apart"]))
    n_rows = len(groups)
    luck = rng.random((n_rows, 1 if kind == "nested" else n_tasks))
    mask = np.broadcast_to(luck, (n_rows, n_tasks)) < share * np.linspace(1, 0.5, n_tasks)
    if kind == "apart":
        mask = mask & (np.arange(n_rows)[:, None] % n_tasks == np.arange(n_tasks))
    for task in range(n_tasks):
        chosen = rng.permutation(np.unique(groups))[:fewest]
        mask[:, task] |= np.isin(groups, chosen)
    return mask


@st.composite
def inputs(draw, n_rows):
    """One to four inputs: numbers, numbers that tie, a constant, classes, each with or without holes."""
    rng = np.random.default_rng(draw(seeds))
    kinds = draw(st.lists(st.sampled_from(["number", "ties", "constant", "class"]), min_size=1, max_size=4))
    columns = {}
    for place, kind in enumerate(kinds):
        numbers = {"number": rng.normal(size=n_rows), "ties": rng.integers(0, 3, n_rows) * 0.5,
                   "constant": np.full(n_rows, 2.0), "class": rng.integers(0, 4, n_rows)}[kind]  # fmt: skip
        column = pd.Series(numbers)
        if kind == "class":
            column = pd.Series(np.array(["a", "b", "c", "z"], dtype=object)[numbers])
        if draw(st.booleans()):
            column = column.mask(rng.random(n_rows) < 0.2)
        columns[f"input{place}"] = column
    return pd.DataFrame(columns)


@st.composite
def tables(draw, most_rows=36, alike=True, fewest=FEWEST):
    """A table in which rows share materials, labels tie, and the target follows a source or does not.

    With ``alike`` rows of one material have equal inputs, as repeats of a measurement do.
    """
    n_rows = draw(st.integers(max(16, 2 * fewest), most_rows))
    rng = np.random.default_rng(draw(seeds))
    groups = np.array([f"m{number}" for number in rng.integers(0, draw(st.integers(8, 40)), n_rows)])
    if len(np.unique(groups)) < fewest:
        groups[:fewest] = [f"m{number}" for number in range(fewest)]
    X = draw(inputs(n_rows))
    if alike:
        _, first = np.unique(groups, return_index=True)
        X = X.iloc[first[np.unique(groups, return_inverse=True)[1]]].reset_index(drop=True)
    dft = rng.normal(size=n_rows)
    exp = dft * draw(st.sampled_from([0.0, 1.0])) + rng.normal(size=n_rows)
    digits = draw(st.sampled_from([0, 1, 8]))
    Y = pd.DataFrame({"exp": exp, "dft": dft, "aux": exp - dft}).round(digits)
    return Drawn(X, Y.where(draw(label_masks(groups, 3, fewest))), groups)


@st.composite
def formulas(draw):
    """A formula of one to four elements with whole or decimal amounts, perhaps a part of it in brackets."""
    symbols = draw(st.lists(st.sampled_from(ELEMENTS), min_size=1, max_size=4, unique=True))
    amount = st.one_of(st.just(""), st.integers(2, 12).map(str), st.sampled_from(["0.5", "1.25", "2.75"]))
    parts = [f"{symbol}{draw(amount)}" for symbol in symbols]
    if draw(st.booleans()):
        cut = draw(st.integers(0, len(parts) - 1))
        parts = [*parts[:cut], f"({''.join(parts[cut:])}){draw(st.integers(2, 4))}"]
    return "".join(parts)


@st.composite
def study_files(draw):
    """The text of a study file with a table, as dicts of sections and of columns, and the file's order."""
    names = draw(st.lists(formulas(), min_size=FEWEST, max_size=10, unique=True))
    rng = np.random.default_rng(draw(seeds))
    files, tasks = {}, {}
    for task in draw(st.permutations(["gap_exp", "gap_dft"])):
        labels = [f"{value:.3f}" for value in rng.normal(size=len(names))]
        for place in draw(st.sets(st.integers(0, len(names) - 1), max_size=3)):
            labels[place] = draw(
                st.sampled_from(["", "n/a", "1.12(2)", "0.5 ± 0.1", "1-2", "<3", "1200 meV"])
            )
        if all(not label.replace(".", "").lstrip("-").isdigit() for label in labels):
            labels[0] = "1.5"
        files[task] = pd.DataFrame({"formula": names, "gap (eV)": labels})
        repeats = draw(st.sampled_from(["median", "mean", "keep"]))
        tasks[task] = {"file": f"{task}.csv", "column": "gap", "unit": "eV", "repeats": repeats}
    return tasks, files


def toml_of(tasks):
    """The study file of these tasks, in the order of the dict."""
    lines = [
        "[study]",
        'target = "gap_exp"',
        'material = "formula"',
        "[inputs.formula]",
        'kind = "composition"',
    ]
    for task, keys in tasks.items():
        lines += [f"[tasks.{task}]", *(f'{key} = "{value}"' for key, value in keys.items())]
    return "\n".join(lines) + "\n"
