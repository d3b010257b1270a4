"""Values to codes: every input becomes one byte per row.

An input with at most 255 distinct values keeps them all; one with more is cut
into 255 bins of about equal counts, heavy values alone in theirs.  Trees see
only the order of the codes, so any increasing change of an input's scale
leaves the forest as it was.  255 marks a missing value.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

MISSING = 255
MAX_CODES = 255


@dataclass(frozen=True)
class Bins:
    """Where each input is cut.

    Attributes
    ----------
    cuts : tuple of ndarray
        Per input the increasing cut points; a value v has the code: number of cuts < v.

    Examples
    --------
    >>> Bins((np.array([1.5, 3.0]),)).encode(np.array([[0.0], [2.0], [np.nan]]))
    array([[  0,   1, 255]], dtype=uint8)
    """

    cuts: tuple[np.ndarray, ...]

    @property
    def n_codes(self) -> np.ndarray:
        """Codes per input, ndarray of shape (n_inputs,), int32."""
        return np.array([len(cuts) + 1 for cuts in self.cuts], dtype=np.int32)

    def encode(self, X: np.ndarray, n_jobs: int = 1) -> np.ndarray:
        """Return the codes of ``X`` (n_rows, n_inputs) as uint8 of shape (n_inputs, n_rows)."""
        from graftwood.engine.encode import write_codes

        X = np.require(X, np.float64, ["ALIGNED"])
        codes = np.empty((X.shape[1], X.shape[0]), dtype=np.uint8)

        def encode_inputs(inputs: range) -> None:
            for f in inputs:
                write_codes(self.cuts[f], X[:, f], codes[f])

        if n_jobs == 1:
            encode_inputs(range(X.shape[1]))
        else:
            with ThreadPoolExecutor(n_jobs) as pool:
                list(pool.map(encode_inputs, [range(job, X.shape[1], n_jobs) for job in range(n_jobs)]))
        return codes


def find_bins(X: np.ndarray) -> Bins:
    """Choose the cut points of every input.

    Parameters
    ----------
    X : ndarray of shape (n_rows, n_inputs), float64, NaN = missing

    Examples
    --------
    >>> find_bins(np.array([[1.0], [2.0], [2.0], [4.0]])).cuts[0]
    array([1.5, 3. ])
    """
    return Bins(tuple(_cuts_of(X[:, f]) for f in range(X.shape[1])))


def _cuts_of(column: np.ndarray) -> np.ndarray:
    values, counts = np.unique(column[~np.isnan(column)], return_counts=True)
    if len(values) < 2:
        return np.empty(0)
    is_last = np.ones(len(values) - 1, dtype=bool) if len(values) <= MAX_CODES else _equal_counts(counts)
    below, above = values[:-1][is_last], values[1:][is_last]
    with np.errstate(over="ignore"):  # the middle of opposite extremes is infinite and not used
        middle = below + (above - below) / 2
    # Between neighbouring floats the middle rounds up to the upper one, which must stay above the cut.
    return np.where(middle < above, middle, below)


def _equal_counts(counts: np.ndarray) -> np.ndarray:
    """Say after which distinct values a bin ends, so that at most MAX_CODES bins result."""
    is_heavy = _stand_alone(counts)
    beside_heavy = is_heavy[:-1] | is_heavy[1:]
    light = np.where(is_heavy, 0, counts)
    n_light = MAX_CODES - int(is_heavy.sum())
    while True:  # with one bin for all light values only those beside a heavy one end
        number = (np.cumsum(light) - light / 2) * n_light // max(1, light.sum())
        ends = (np.diff(number) > 0) | beside_heavy
        if ends.sum() < MAX_CODES:
            return ends
        n_light -= 1


def _stand_alone(counts: np.ndarray) -> np.ndarray:
    """Say which values have a bin alone: those that fill one, or two where that leaves too few bins."""
    is_heavy = counts * MAX_CODES >= counts.sum()
    if (is_heavy[:-1] | is_heavy[1:]).sum() < MAX_CODES:
        return is_heavy
    # At most 127 values fill two bins, and end at most 254.
    return np.asarray(counts * MAX_CODES >= 2 * counts.sum())
