"""Whether packed trees can be walked.

The kernels that walk trees check no bounds, so everything they will read is
checked here once: every step of a tree goes forward and ends in a leaf that
exists, and every input that a split asks for is there.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from graftwood.engine.bins import MISSING
from graftwood.engine.forest import View
from graftwood.errors import DamagedModel
from graftwood.store.check_arrays import check_array

CHUNK = 2**20  # words that are checked at once, a bound on memory


def check_view(view: View, n_inputs: int, where: str) -> None:
    """Refuse the packed trees of a task where a walk down them could leave them.

    Parameters
    ----------
    view : View
    n_inputs : int
        Inputs that a walk can look up, further ones included.
    where : str
        Which trees, for the message.

    Raises
    ------
    DamagedModel
    """
    words, starts = view.words, view.starts
    check_array(words, np.int64, 1, f"the nodes of {where}")
    check_array(starts, np.int64, 1, f"the starts of {where}")
    check_array(view.sets, np.uint8, 2, f"the sets of {where}")
    check_array(view.leaves, np.float64, 2, f"the leaves of {where}")
    if view.sets.shape[1] != 256 or view.leaves.shape[1] < 1:
        raise DamagedModel(f"the sets or leaves of {where} have a wrong width")
    if len(starts) < 2 or starts[0] != 0 or starts[-1] != len(words) or not np.all(starts[1:] > starts[:-1]):
        raise DamagedModel(f"the trees of {where} do not follow each other from the first node to the last")
    for trees in _chunks(starts):
        part = words[trees[0] : trees[-1]]
        if not can_be_walked(part, trees - trees[0], n_inputs, len(view.sets), len(view.leaves)):
            raise DamagedModel(f"a node of {where} points to what is not there")


def _chunks(starts: np.ndarray) -> Iterator[np.ndarray]:
    """Stretches of whole trees of about `CHUNK` words, as their starts and the end of the last."""
    first, last = 0, len(starts) - 1
    while first < last:
        after = int(np.searchsorted(starts, starts[first] + CHUNK, side="right")) - 1
        after = min(max(after, first + 1), last)
        yield starts[first : after + 1]
        first = after


def can_be_walked(words: np.ndarray, starts: np.ndarray, n_inputs: int, n_sets: int, n_leaves: int) -> bool:
    """Whether every step from every node leads to a later node of its tree, and every leaf and set exists.

    Parameters
    ----------
    words : ndarray of int64
        Packed nodes of some trees, as ``engine/view.py`` has them.
    starts : ndarray of shape (n_trees + 1,), int64
        Where each tree begins, and the end of the last.
    n_inputs, n_sets, n_leaves : int
        How many of each there are.
    """
    n_words = np.diff(starts)
    first, n_words = np.repeat(starts[:-1], n_words), np.repeat(n_words, n_words)
    at = np.arange(len(words)) - first
    asks_set = _asks_set(words, at == 0)
    is_set = np.zeros(len(words), dtype=bool)
    is_set[1:] = asks_set[:-1]
    if is_set[at == 0].any():
        return False
    set_numbers = words[is_set]
    if np.any((set_numbers < 0) | (set_numbers >= n_sets)):
        return False
    if np.any(-1 - words[~is_set & (words < 0)] >= n_leaves):
        return False
    split = np.flatnonzero(~is_set & (words >= 0))
    left, right = at[split] + 1 + asks_set[split], words[split] >> 26
    if np.any((right <= left) | (right >= n_words[split])):
        return False
    if np.any(is_set[first[split] + right]):
        return False
    if np.any(~asks_set[split] & (words[split] & 255 == MISSING)):  # it would not cut by values at all
        return False
    return not np.any((words[split] >> 10 & 0xFFFF) >= n_inputs)


def _asks_set(words: np.ndarray, is_first: np.ndarray) -> np.ndarray:
    """Which words are categorical splits, each followed by its set number.

    A set number may look like a categorical split; in a run of words that look like one,
    split and set number take turns.
    """
    looks = (words >= 0) & (words & 512 != 0)
    begins = looks & is_first
    begins[1:] |= looks[1:] & ~looks[:-1]
    number = np.arange(len(words))
    begun = np.maximum.accumulate(np.where(begins, number, 0))
    return looks & ((number - begun) % 2 == 0)
