"""Which chemistry the tables cover: elements by count, spellings of one material, split compositions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from graftwood.data.spelling import as_spelling, read_spellings
from graftwood.features.elements import element_table
from graftwood.features.formula import read_formulas
from graftwood.reading import StudyData

Facts = dict[str, Any]


def coverage_of(data: StudyData) -> Facts:
    """Count the materials that contain each element, of all materials and of each task.

    Returns
    -------
    dict
        groups: list of name, n_materials, n_elements and counts (symbol -> materials); empty
        where no input is a formula.
    """
    if not data.compositions:
        return {"groups": []}
    table = data.table
    present = np.zeros((table.n_rows, len(element_table().symbols)), dtype=bool)
    for name in data.compositions:
        present |= np.nan_to_num(read_formulas(table.inputs[name]).fractions) > 0
    by_material = pd.DataFrame(present, columns=element_table().symbols).groupby(table.materials).any()
    groups = [_group("all materials", by_material)]
    for task in table.tasks:
        having = set(table.materials[table.labels[task.name].notna().to_numpy()])
        groups.append(_group(task.name, by_material[by_material.index.isin(having)]))
    return {"groups": groups}


def _group(name: str, present: pd.DataFrame) -> Facts:
    counts = present.sum()
    return {
        "name": name,
        "n_materials": len(present),
        "n_elements": int((counts > 0).sum()),
        "counts": {str(symbol): int(n) for symbol, n in counts.items() if n},
    }


def spellings_of(data: StudyData) -> Facts:
    """Compositions that are written in more than one way; they count as one.

    Returns
    -------
    dict
        n, and groups: list of spellings, those with most spellings first.
    """
    written: dict[str, set[str]] = {}
    for name in data.compositions:
        columns = [
            as_spelling(rows.source.frame[name])
            for rows in data.tasks.values()
            if name in rows.source.input_columns
        ]
        for spelling, key in read_spellings(columns).material.items():
            written.setdefault(key, set()).add(spelling)
    several = [
        sorted(texts, key=lambda text: (len(text), text)) for texts in written.values() if len(texts) > 1
    ]
    several.sort(key=lambda texts: (-len(texts), texts))
    return {"n": len(several), "groups": several}


def keys_of(data: StudyData) -> Facts:
    """Compositions that the study's key splits into several materials.

    Their rows can stand in training and test at once; where that is not meant, the key
    should be the formula alone.

    Returns
    -------
    dict
        n, n_compositions, and groups: list of composition and number of materials.
    """
    if not data.compositions or data.said.study.material == data.compositions[:1]:
        return {"n": 0, "n_compositions": 0, "groups": []}
    table, name = data.table, data.compositions[0]
    shown = table.inputs[name].astype(str)
    counts = pd.Series(table.materials).groupby(shown.to_numpy()).nunique().sort_values(ascending=False)
    several = counts[counts > 1]
    groups = [{"composition": str(key), "n": int(n)} for key, n in several.items()]
    return {"n": len(several), "n_compositions": len(counts), "groups": groups}
