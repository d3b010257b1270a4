"""What builds on what in a fitted architecture, without its forests: what a report draws."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from graftwood.coding.parts import owner
from graftwood.network.blended import without_member
from graftwood.network.network import ALONE, Network
from graftwood.study.records import TaskNode


def outline(model: Any) -> tuple[TaskNode, ...]:
    """Return the nodes of a fitted architecture, parents before what builds on them.

    Parameters
    ----------
    model : Architecture
        Fitted.

    Examples
    --------
    >>> import numpy as np
    >>> from graftwood import Difference
    >>> X = np.arange(40.0)[:, None]
    >>> Y = np.column_stack([X, X + 1.0])
    >>> model = Difference(target=1, source=0, n_estimators=5, random_state=0).fit(X, Y)
    >>> [(node.name, node.parents, node.adds) for node in outline(model)]
    [('0', (), False), ('1', ('0',), True)]
    """
    network: Network = model._network
    names = {name: _shown(node.task, name == node.task + ALONE) for name, node in network.nodes.items()}
    found: dict[str, TaskNode] = {}
    for name, node in network.nodes.items():
        shown = names[name]
        seen = tuple(dict.fromkeys(names[parent] for parent in node.parents))
        mine = TaskNode(
            name=shown,
            task=owner(node.task),
            is_alone=name == node.task + ALONE,
            parents=tuple(parent for parent in seen if parent != shown),
            adds=bool(node.adds),
            forest=next(iter(node.stages.values()), ""),
            learned_with=_learned_with(name, network, model._columns.names),
            expression=node.expression,
            slopes=dict(node.slopes),
        )
        found[shown] = _joined(found[shown], mine) if shown in found else mine
    return tuple(found.values())


def _shown(task: str, is_alone: bool) -> str:
    """Both parts of a nonnegative task are shown as the task."""
    return owner(task) + ALONE if is_alone else owner(task)


def _joined(one: TaskNode, other: TaskNode) -> TaskNode:
    """One node for the parts of a nonnegative task, and for what is computed from them."""
    return replace(
        one,
        parents=tuple(dict.fromkeys((*one.parents, *other.parents))),
        adds=one.adds or other.adds,
        learned_with=tuple(dict.fromkeys((*one.learned_with, *other.learned_with))),
        expression="",
        slopes={**one.slopes, **other.slopes},
    )


def _learned_with(name: str, network: Network, tasks: tuple[str, ...]) -> tuple[str, ...]:
    """Other tasks whose labels the node's forest is trained on."""
    node = network.nodes[name]
    mine = owner(node.task)
    together: tuple[str, ...] = ()
    for stage in node.stages.values():
        if stage in network.relations:
            together = network.relations[stage].tasks
        elif not node.parents and without_member(stage).startswith("pooled"):
            together = tasks
    return tuple(dict.fromkeys(owner(task) for task in together if owner(task) != mine))
