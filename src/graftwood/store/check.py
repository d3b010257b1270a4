"""Whether fitted state is sound: a model that passes can be walked, whatever file it came from.

The kernels that walk trees check no bounds, so everything they will read is
checked here once: every step of a tree goes forward and ends in a leaf that
exists, every input that a split asks for is there, and all forests of a model
have as many trees as each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from graftwood.architectures.base import HIDDEN, VISIBLE
from graftwood.architectures.inputs import InputCoder
from graftwood.architectures.labels import LabelColumns
from graftwood.architectures.stage import Stage
from graftwood.engine.bins import MAX_CODES, Bins
from graftwood.engine.forest import View
from graftwood.errors import DamagedModel
from graftwood.store.classes import MODELS, Forest, fits
from graftwood.uncertainty.rescale import Calibration

CHUNK = 2**20  # words that are checked at once, a bound on memory

_STATE: dict[str, Any] = {
    "tasks_": tuple[str, ...],
    "target_": str | None,
    "n_features_in_": int,
    "_coder": InputCoder,
    "_columns": LabelColumns,
    "_calibrations": dict[str, dict[str, Calibration]],
    "_oob": dict[str, np.ndarray],
}
_STATE_OF_SOME: dict[str, Any] = {
    "feature_names_in_": np.ndarray,
    "sources_": tuple[str, ...],
    "stages_": tuple[str, ...],
    "_stage": Stage,
    "_stages": dict[str, Stage],
    "_source_stages": dict[str, Stage],
    "_target_stages": dict[str, Stage],
}


def check_model(model: Any) -> int:
    """Refuse a model whose fitted state does not fit together.

    Returns
    -------
    int
        Number of trees of each of its forests.

    Raises
    ------
    DamagedModel
    """
    state = vars(model)
    for name, hint in {**_STATE, **_STATE_OF_SOME}.items():
        if name in state and not fits(state[name], hint):
            raise DamagedModel(f"its {name} is a {type(state[name]).__name__}, which it cannot be")
        if name in _STATE and name not in state:
            raise DamagedModel(f"its {name} is missing")
    _check_inputs(model)
    _check_tasks(model)
    try:
        forests = list(MODELS[type(model).__name__].forests(model))
    except AttributeError as error:
        raise DamagedModel(f"its {error.name} is missing") from None
    for forest in forests:
        _check_forest(forest, model._coder.n_inputs)
    n_trees = {view.n_trees for forest in forests for view in forest.stage.views}
    if len(n_trees) != 1:
        raise DamagedModel(
            f"its forests have {', '.join(map(str, sorted(n_trees)))} trees and not equally many"
        )
    return n_trees.pop()


def _check_inputs(model: Any) -> None:
    coder: InputCoder = model._coder
    n_inputs = coder.n_inputs
    _check_bins(coder.bins, n_inputs, "inputs")
    if n_inputs < 1 or n_inputs != model.n_features_in_ or len(coder.categories) != n_inputs:
        raise DamagedModel(f"it describes {len(coder.categories)} inputs and claims {model.n_features_in_}")
    if len(coder.names) not in (0, n_inputs) or len(set(coder.names)) < len(coder.names):
        raise DamagedModel(f"it has {len(set(coder.names))} names for {n_inputs} inputs")
    for known in coder.categories:
        if known is not None and (len(known) > MAX_CODES or len(set(known)) < len(known)):
            raise DamagedModel(f"an input has {len(known)} categories, or one of them twice")
    shown = getattr(model, "feature_names_in_", None)
    if shown is not None and (shown.shape != (n_inputs,) or sorted(shown.tolist()) != sorted(coder.names)):
        raise DamagedModel("its feature_names_in_ are not the names of its inputs")


def _check_bins(bins: Bins, n_inputs: int, where: str) -> None:
    if len(bins.cuts) != n_inputs:
        raise DamagedModel(f"it has cuts of {len(bins.cuts)} {where} and needs {n_inputs}")
    for cuts in bins.cuts:
        _check_array(cuts, np.float64, 1, f"the cuts of its {where}")
        if len(cuts) >= MAX_CODES or not np.all(np.diff(cuts) > 0):
            raise DamagedModel(f"the cuts of its {where} do not increase or are more than {MAX_CODES - 1}")


def _check_array(array: np.ndarray, dtype: Any, n_dimensions: int, where: str) -> None:
    if array.dtype != dtype or array.ndim != n_dimensions:
        raise DamagedModel(f"{where} have {array.ndim} dimensions of {array.dtype} where they cannot")
    if array.dtype.kind == "f" and not np.all(np.isfinite(array)):
        raise DamagedModel(f"{where} are not all finite numbers")


def _check_tasks(model: Any) -> None:
    names, tasks, target = model._columns.names, model.tasks_, model.target_
    if (
        not tasks
        or len(set(names)) < len(names)
        or len(set(tasks)) < len(tasks)
        or not set(tasks) <= set(names)
    ):
        raise DamagedModel(f"its tasks {', '.join(tasks)} are not among the columns {', '.join(names)}")
    if target not in tasks if target is not None else set(tasks) != set(names):
        raise DamagedModel(f"its target {target} is not among the tasks {', '.join(tasks)}")
    if not set(getattr(model, "sources_", ())) <= set(tasks):
        raise DamagedModel(f"its sources {', '.join(model.sources_)} are not all among its tasks")
    if sorted(model._calibrations) != sorted(tasks):
        raise DamagedModel(f"its spreads are of {', '.join(model._calibrations)} and not of its tasks")
    for task, by_regime in model._calibrations.items():
        # A category has no spread, and without bootstrap nothing has.
        if by_regime and (HIDDEN not in by_regime or not set(by_regime) <= {HIDDEN, VISIBLE}):
            raise DamagedModel(f"its spreads of {task} are of the regimes {', '.join(by_regime)}")
        for calibration in by_regime.values():
            scores = calibration.scores
            _check_array(scores, np.float64, 1, f"the scores of {task}")
            is_spread = len(scores) and scores[0] >= 0 and np.all(np.diff(scores) >= 0)
            if not is_spread or not 0 < calibration.floor < np.inf or calibration.n_zero < 0:
                raise DamagedModel(f"the scores or the floor of {task} cannot give a spread")


def _check_forest(forest: Forest, n_inputs: int) -> None:
    where, stage, n_views, n_more = forest
    _check_bins(stage.more_bins, n_more, "further inputs")
    if len(stage.views) != n_views or not fits(stage.views, tuple[View, ...]):
        raise DamagedModel(f"{where} has {len(stage.views)} views where {n_views} belong")
    for numbers in (stage.center, stage.scale):
        _check_array(numbers, np.float64, 1, f"center and scale of {where}")
        if len(numbers) != n_views:
            raise DamagedModel(f"center and scale of {where} are of {len(numbers)} tasks, not of {n_views}")
    if not np.all(stage.scale > 0):
        raise DamagedModel(f"the scale of {where} is not positive")
    for view in stage.views:
        check_view(view, n_inputs + n_more, where)


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
    _check_array(words, np.int64, 1, f"the nodes of {where}")
    _check_array(starts, np.int64, 1, f"the starts of {where}")
    _check_array(view.sets, np.uint8, 2, f"the sets of {where}")
    _check_array(view.leaves, np.float64, 2, f"the leaves of {where}")
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
