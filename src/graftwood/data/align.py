"""Line up sources: rows that agree in all inputs they both have become one row.

A source may lack inputs that others have.  Its label then stands in every row that
it agrees with, and where it agrees with none it gets a row in which those inputs are
missing.  Labels and formulas are ready-made here (``data/labels.py``,
``data/spelling.py``).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

ROW = "\x00row"  # no file has a column of this name


def line_up(parts: Sequence[tuple[pd.DataFrame, pd.DataFrame]]) -> pd.DataFrame:
    """Join sources on the inputs that they share.

    Parameters
    ----------
    parts : sequence of (merged, several)
        Per source two frames of equal columns, the last of which is the label and the
        others inputs, as `merge_repeats` gives them: ``merged`` has one row per
        combination of inputs, ``several`` one row per label to be kept apart.

    Returns
    -------
    DataFrame
        All inputs and labels, in no particular order of columns and rows.  Each label
        of ``several`` has rows of its own, where labels of other sources in
        ``several`` are missing: nothing says which of them belong together.

    Examples
    --------
    >>> import pandas as pd
    >>> warm = pd.DataFrame({"formula": ["GaN", "GaN"], "T": [100.0, 300.0], "gap": [3.5, 3.4]})
    >>> dft = pd.DataFrame({"formula": ["GaN", "ZnO"], "dft": [1.7, 0.7]})
    >>> line_up([(warm, warm.iloc[:0]), (dft, dft.iloc[:0])])
      formula      T  gap  dft
    0     GaN  100.0  3.5  1.7
    1     GaN  300.0  3.4  1.7
    2     ZnO    NaN  NaN  0.7
    """
    joined: pd.DataFrame | None = None
    # Sources with more inputs first, so that one with fewer meets every row that it agrees with.
    for merged, _ in sorted(parts, key=lambda part: (-part[0].shape[1], sorted(_inputs(part[0])))):
        if joined is None:
            joined = merged
        else:
            shared = [column for column in _inputs(merged) if column in joined.columns]
            joined = joined.merge(merged, on=shared, how="outer")
    if joined is None:
        return pd.DataFrame()
    return _with_rows_of_their_own(joined, [several for _, several in parts if len(several)])


def _with_rows_of_their_own(joined: pd.DataFrame, kept: Sequence[pd.DataFrame]) -> pd.DataFrame:
    joined = joined.assign(**{ROW: np.arange(len(joined))})
    expanded = [
        joined.drop(columns=several.columns[-1]).merge(several, on=_inputs(several)) for several in kept
    ]
    used = pd.concat([rows[ROW] for rows in expanded]) if expanded else []
    return pd.concat([joined[~joined[ROW].isin(used)], *expanded], ignore_index=True).drop(columns=ROW)


def _inputs(part: pd.DataFrame) -> list[str]:
    return list(part.columns[:-1])
