"""Tables to plain data and back: numbers as arrays, repeated cells as one list and numbers into it.

    {"frame": {"loss": {"array": "a3"}, "regime": {"cells": ["hidden"], "at": {"array": "a4"}, "text": true}}}

A column of texts or classes has few different cells, so each is written once.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from graftwood.errors import DamagedModel, WrongOption

_PLAIN = (bool, int, float, str)


def pack_frame(frame: Any, where: str, arrays: dict[str, np.ndarray]) -> dict[str, Any]:
    """Turn a DataFrame into what JSON can hold; its numbers go to the arrays.

    Parameters
    ----------
    frame : DataFrame
        With named columns and the index 0, 1, ...
    where : str
        What it is, for the message.
    arrays : dict
        Receives the arrays under new names.

    Raises
    ------
    WrongOption
        The index counts otherwise, a column's name is no text, or a cell is neither text, number,
        truth value nor missing.

    Examples
    --------
    >>> import pandas as pd
    >>> arrays = {}
    >>> regime = pd.Series(["hidden", None], dtype=object)
    >>> pack_frame(pd.DataFrame({"n": [3, 4], "regime": regime}), "it", arrays)["frame"]["regime"]
    {'cells': ['hidden'], 'at': {'array': 'a1'}, 'text': False}
    >>> arrays["a1"]
    array([ 0, -1], dtype=int32)
    """
    counts = len(frame) == 0 or (np.asarray(frame.index) == np.arange(len(frame))).all()
    names = [name for name in frame.columns if type(name) is not str]
    if not counts or names or frame.columns.has_duplicates:
        raise WrongOption(
            f"save_model: {where} is a DataFrame whose rows are not counted from 0 or whose columns are not "
            "distinct texts, which a model file cannot hold."
        )
    return {"frame": {name: _pack_column(frame[name], f"{where}.{name}", arrays) for name in frame.columns}}


def _pack_column(column: Any, where: str, arrays: dict[str, np.ndarray]) -> dict[str, Any]:
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "biuf":
        return _store(column.to_numpy(), arrays)
    cells = [cell.item() if isinstance(cell, np.generic) else cell for cell in column.tolist()]
    known: dict[tuple[type, Any], int] = {}
    at = np.full(len(cells), -1, dtype=np.int32)
    for row, cell in enumerate(cells):
        if cell is None or cell != cell:
            continue
        if type(cell) not in _PLAIN:
            raise WrongOption(
                f"save_model: {where} has a {type(cell).__name__} in row {row}, which a model file cannot "
                "hold; it holds texts, numbers, truth values and missing cells."
            )
        # 1, 1.0 and True are equal and yet three different cells.
        at[row] = known.setdefault((type(cell), cell), len(known))
    is_text = column.dtype != object
    return {"cells": [cell for _, cell in known], "at": _store(at, arrays), "text": is_text}


def _store(array: np.ndarray, arrays: dict[str, np.ndarray]) -> dict[str, str]:
    name = f"a{len(arrays)}"
    arrays[name] = array
    return {"array": name}


def unpack_frame(columns: Any, arrays: dict[str, np.ndarray] | None) -> Any:
    """Turn what `pack_frame` made back into the DataFrame.

    Parameters
    ----------
    columns : what stands under "frame"
    arrays : dict
        Each array is taken out when it is used.

    Raises
    ------
    DamagedModel
    """
    import pandas as pd

    frame = {name: _column(name, packed, arrays) for name, packed in columns.items()}
    if len({len(column) for column in frame.values()}) > 1:
        raise DamagedModel("the columns of one of its tables have different lengths")
    return pd.DataFrame(frame)


def _column(name: str, packed: Any, arrays: dict[str, np.ndarray] | None) -> Any:
    import pandas as pd

    match packed:
        case {"array": str(), **rest} if not rest:
            return pd.Series(_take(packed, arrays, "biuf"))
        case {"cells": list(cells), "at": dict(where), "text": bool(is_text), **rest} if not rest:
            at = _take(where, arrays, "i")
            sound = all(type(cell) in _PLAIN and (not is_text or type(cell) is str) for cell in cells)
            if sound and np.all((at >= -1) & (at < len(cells))):
                # The last place is what -1 points to.
                known = np.array([*cells, np.nan, None], dtype=object)[:-1]
                return pd.Series(known[at], dtype="str" if is_text else object)
    raise DamagedModel(f"the column {name[:60]!r} of one of its tables is not one that a model file holds")


def _take(packed: Any, arrays: dict[str, np.ndarray] | None, kinds: str) -> np.ndarray:
    array = None if arrays is None else arrays.pop(str(packed.get("array")), None)
    if array is None or array.ndim != 1 or array.dtype.kind not in kinds:
        raise DamagedModel("a column of one of its tables is missing or is no list of numbers")
    return array
