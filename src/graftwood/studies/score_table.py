"""Tables that a person reads, from the lines of ``comparison.csv``."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from graftwood.studies.names import label_of
from graftwood.studies.records import TextTable


def table_across(
    comparison: pd.DataFrame, across: str, metric: str, title: str, heads: Sequence[str] | None = None
) -> TextTable:
    """Return a table with a row per architecture and a column per value of another column.

    Parameters
    ----------
    comparison : DataFrame
        Lines of ``comparison.csv``, one per architecture and value of ``across``.
    across : str
        Such as "subset" or "regime".
    metric, title : str
    heads : sequence of str, optional
        Values of ``across`` and their order; by default as they come.

    Examples
    --------
    >>> line = {"architecture": "single", "metric": "mae", "regime": "hidden", "value": 0.4}
    >>> lines = pd.DataFrame([line]).assign(standard_error=0.01)
    >>> table_across(lines, "regime", "mae", "errors").rows
    (('Single task', '0.400 ± 0.010'),)
    """
    here = comparison[comparison["metric"] == metric]
    heads = list(dict.fromkeys(here[across])) if heads is None else list(heads)
    cells = here.set_index(["architecture", across])
    rows = []
    for name in dict.fromkeys(here["architecture"]):
        row = [label_of(str(name))]
        for head in heads:
            there = cells.loc[(name, head)] if (name, head) in cells.index else None
            row.append("" if there is None else f"{there['value']:.3f} ± {there['standard_error']:.3f}")
        rows.append(tuple(row))
    return TextTable(title, ("architecture", *heads), tuple(rows))
