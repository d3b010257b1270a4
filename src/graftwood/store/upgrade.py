"""Models of earlier schemas: what their fitted state is today.

Schema 1 kept the forests of each architecture under names of their own; since
schema 2 all have a network.
"""

from __future__ import annotations

from typing import Any

from graftwood.errors import DamagedModel
from graftwood.network.network import ALONE, Network, Node
from graftwood.network.outlook import HIDDEN


def upgrade(model: Any, schema: int) -> None:
    """Turn the fitted state of an earlier schema into today's, in place.

    Parameters
    ----------
    model : Architecture
        With the state that the file held.
    schema : int

    Raises
    ------
    DamagedModel
        Something is missing.
    """
    if schema >= 2:
        return
    forms = {
        "MultiTaskForest": _one_for_all,
        "SingleTask": _one_per_task,
        "Pooled": _pooled,
        "Difference": _chain,
        "LatentVariable": _chain,
    }
    try:
        model._network = forms[type(model).__name__](model)
    except AttributeError as error:
        raise DamagedModel(f"its {error.name} is missing") from None
    except (KeyError, TypeError, IndexError):
        raise DamagedModel("its forests are not those of its class") from None
    for name in ("_stage", "_stages", "_source_stages", "_target_stages", "_asks_for_source"):
        if name in vars(model):
            delattr(model, name)


def _one_for_all(model: Any) -> Network:
    tasks = model._columns.canonical
    nodes = {task: Node(task, (), False, {HIDDEN: "all tasks"}, i, ()) for i, task in enumerate(tasks)}
    return Network({"all tasks": model._stage}, nodes)


def _one_per_task(model: Any) -> Network:
    nodes = {task: _alone(task) for task in model.tasks_}
    return Network({f"task {task}": model._stages[task] for task in model.tasks_}, nodes)


def _pooled(model: Any) -> Network:
    target, asks = model.target_, bool(getattr(model, "_asks_for_source", model.source_as_input))
    role = "pooled with source" if asks else "pooled"
    constants = (float(model._columns.canonical.index(target)),) if asks else ()
    return Network({role: model._stage}, {target: Node(target, (), False, {HIDDEN: role}, 0, constants)})


def _chain(model: Any) -> Network:
    target, kind = model.target_, type(model).__name__
    names = {task: task + ALONE if task == target else task for task in model.sources_}
    stages = {f"task {task}": model._source_stages[task] for task in model.sources_}
    second = {regime: f"{kind} {regime}" for regime in model.stages_}
    stages |= {role: model._target_stages[regime] for regime, role in second.items()}
    nodes = {name: _alone(task) for task, name in names.items()}
    nodes[target] = Node(target, tuple(names.values()), kind == "Difference", second, 0, ())
    return Network(stages, nodes)


def _alone(task: str) -> Node:
    return Node(task, (), False, {HIDDEN: f"task {task}"}, 0, ())
