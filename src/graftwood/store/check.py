"""Whether fitted state is sound: a model that passes can be walked, whatever file it came from.

What is checked here is that tasks, inputs, spreads and the network fit together;
the network itself is for ``check_network.py`` and its trees for ``check_trees.py``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from graftwood.answers.doubt import Doubt
from graftwood.coding.inputs import InputCoder
from graftwood.coding.kinds import NONNEGATIVE
from graftwood.coding.labels import LabelColumns
from graftwood.engine.bins import MAX_CODES
from graftwood.errors import DamagedModel
from graftwood.network.network import Network
from graftwood.network.patterns import are_keys
from graftwood.store.check_arrays import check_bins
from graftwood.store.check_columns import check_columns
from graftwood.store.check_doubt import check_calibration, check_doubt
from graftwood.store.check_network import check_network
from graftwood.store.classes import fits
from graftwood.uncertainty.hurdle import HurdleCalibration
from graftwood.uncertainty.rescale import Calibration

_STATE: dict[str, Any] = {
    "tasks_": tuple[str, ...],
    "target_": str | None,
    "n_features_in_": int,
    "_coder": InputCoder,
    "_columns": LabelColumns,
    "_network": Network,
    "_calibrations": dict[str, dict[str, Calibration | HurdleCalibration]],
    "_oob": dict[str, np.ndarray],
}
_STATE_OF_SOME: dict[str, Any] = {
    "feature_names_in_": np.ndarray,
    "_doubt": Doubt | None,
    "sources_": tuple[str, ...],
    "stages_": tuple[str, ...],
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
    check_columns(model._columns)
    _check_tasks(model)
    _check_out_of_bag(model)
    n_trees = check_network(model._network, model._columns, model.tasks_, model._coder.n_inputs)
    _check_regimes(model)
    if "sources_" in state or "stages_" in state:
        _check_chain(model)
    check_doubt(model, n_trees)
    return n_trees


def _check_inputs(model: Any) -> None:
    coder: InputCoder = model._coder
    n_inputs = coder.n_inputs
    check_bins(coder.bins, n_inputs, "inputs")
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


def _check_tasks(model: Any) -> None:
    names, tasks, target = model._columns.names, model.tasks_, model.target_
    if (
        not tasks
        or len(set(names)) < len(names)
        or len(set(tasks)) < len(tasks)
        or not set(tasks) <= set(names)
    ):
        raise DamagedModel(f"its tasks {', '.join(tasks)} are not among the columns {', '.join(names)}")
    if target is not None and target not in tasks:
        raise DamagedModel(f"its target {target} is not among the tasks {', '.join(tasks)}")
    if sorted(model._calibrations) != sorted(tasks):
        raise DamagedModel(f"its spreads are of {', '.join(model._calibrations)} and not of its tasks")
    for task, by_regime in model._calibrations.items():
        for found in by_regime.values():
            check_calibration(_value_of(found, task, model._columns.kind(task) == NONNEGATIVE), task)


def _check_regimes(model: Any) -> None:
    """Refuse calibrations of combinations of known tasks that there are not."""
    for task, by_regime in model._calibrations.items():
        # A category has no spread, and without bootstrap nothing has.
        if by_regime and not are_keys(by_regime, model._network, task):
            raise DamagedModel(f"its spreads of {task} are of the regimes {', '.join(by_regime)}")


def _check_out_of_bag(model: Any) -> None:
    """Refuse out-of-bag predictions of a shape that their task's kind does not have."""
    for task, said in model._oob.items():
        if task not in model.tasks_ or said.dtype != np.float64:
            raise DamagedModel(f"it has out-of-bag predictions of {task}, which are none of its tasks'")
        n_classes = len(model._columns.classes_of(task))
        width = (3,) if model._columns.kind(task) == NONNEGATIVE else (n_classes,) if n_classes else ()
        if said.shape[1:] != width:
            raise DamagedModel(f"its out-of-bag predictions of {task} have the shape {said.shape}")


def _value_of(found: Any, task: str, is_hurdle: bool) -> Calibration:
    """What calibrates a task's numbers; of a nonnegative one the probabilities are checked here."""
    if isinstance(found, HurdleCalibration) != is_hurdle:
        raise DamagedModel(f"its spreads of {task} are not those of its kind")
    if not isinstance(found, HurdleCalibration):
        return found
    if not (0 <= found.slope < np.inf and abs(found.offset) < np.inf and 0 < found.edge < 0.5):
        raise DamagedModel(f"the probabilities of {task} cannot be calibrated by its slope, offset and edge")
    return found.value


def _check_chain(model: Any) -> None:
    """Refuse sources and stages that are not those of the network."""
    sources, built = getattr(model, "sources_", ()), getattr(model, "stages_", ())
    if not set(sources) <= set(model.tasks_):
        raise DamagedModel(f"its sources {', '.join(sources)} are not all among its tasks")
    if not sources or set(model.tasks_) != {*sources, model.target_}:
        raise DamagedModel(f"its tasks are {', '.join(model.tasks_)} and its sources {', '.join(sources)}")
    node = model._network.nodes.get(model.target_)
    if node is not None and node.expression and node.parents:
        node = model._network.nodes[node.parents[0]]
    if node is None or set(node.stages) != set(built):
        raise DamagedModel(f"its stages_ are {', '.join(built)}, which its network does not have")
