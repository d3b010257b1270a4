"""In which leaves of a node's forest rows end."""

from __future__ import annotations

from typing import Any

import numpy as np

from graftwood.network.network import Network
from graftwood.network.outlook import HIDDEN
from graftwood.network.rows import Rows


def leaves_of(network: Network, name: str, rows: Rows) -> np.ndarray:
    """Leaf of every row in every tree that answers for a node where nothing is known, (n_rows, n_trees).

    Parameters
    ----------
    network : Network
    name : str
        Of the node.
    rows : Rows

    Examples
    --------
    >>> from graftwood import SingleTask
    >>> model = SingleTask(n_estimators=5, random_state=0).fit([[0.0], [1.0]] * 20, [2.0, 4.0] * 20)
    >>> leaves_of(model._network, "0", model._rows([[0.0], [1.0]], None)).shape
    (2, 5)
    """
    node = network.nodes[name]
    values, _ = network.inputs(node, rows.without(node.task))
    stage: Any = network.stages[node.stage_for(HIDDEN)]
    more = values[None] if values.shape[1] else None
    return np.ascontiguousarray(stage.leaves(rows.codes, more, node.view, rows.n_jobs).T)
