"""What builds on what in a fitted architecture, without its forests: what a report draws."""

from __future__ import annotations

from typing import Any

from graftwood.architectures.network import ALONE, Network
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
    >>> model = Difference(target=1, source=0, n_estimators=5).fit(X, np.column_stack([X, X + 1.0]))
    >>> [(node.name, node.parents, node.adds) for node in outline(model)]
    [('0', (), False), ('1', ('0',), True)]
    """
    network: Network = model._network
    return tuple(
        TaskNode(
            name=name,
            task=node.task,
            is_alone=name == node.task + ALONE,
            parents=tuple(node.parents),
            adds=bool(node.adds),
            forest=next(iter(node.stages.values()), ""),
            learned_with=_learned_with(name, network, model._columns.names),
        )
        for name, node in network.nodes.items()
    )


def _learned_with(name: str, network: Network, tasks: tuple[str, ...]) -> tuple[str, ...]:
    """Other tasks whose labels the node's forest is trained on."""
    node = network.nodes[name]
    for stage in node.stages.values():
        if stage in network.relations:
            return tuple(task for task in network.relations[stage].tasks if task != node.task)
        if not node.parents and stage.startswith("pooled"):
            return tuple(task for task in tasks if task != node.task)
    return ()
