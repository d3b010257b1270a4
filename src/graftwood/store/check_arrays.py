"""Whether arrays and cuts that came from a file are what they must be."""

from __future__ import annotations

from typing import Any

import numpy as np

from graftwood.engine.bins import MAX_CODES, Bins
from graftwood.errors import DamagedModel


def check_bins(bins: Bins, n_inputs: int, where: str) -> None:
    """Refuse cuts of another number of inputs, or cuts that do not increase."""
    if len(bins.cuts) != n_inputs:
        raise DamagedModel(f"it has cuts of {len(bins.cuts)} {where} and needs {n_inputs}")
    for cuts in bins.cuts:
        check_array(cuts, np.float64, 1, f"the cuts of its {where}")
        if len(cuts) >= MAX_CODES or not np.all(np.diff(cuts) > 0):
            raise DamagedModel(f"the cuts of its {where} do not increase or are more than {MAX_CODES - 1}")


def check_array(array: np.ndarray, dtype: Any, n_dimensions: int, where: str) -> None:
    """Refuse an array of another dtype or dimension, or with numbers that are not finite."""
    if array.dtype != dtype or array.ndim != n_dimensions:
        raise DamagedModel(f"{where} have {array.ndim} dimensions of {array.dtype} where they cannot")
    if array.dtype.kind == "f" and not np.all(np.isfinite(array)):
        raise DamagedModel(f"{where} are not all finite numbers")
