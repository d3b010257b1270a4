"""The sections ``[graph.TASK]`` of a study file: a graph of tasks, one node per section.

    [graph.gap_hse]                  # the task that the node answers for
    architecture = "difference"      # a row of `NODES`
    source = "gap_pbe"

    [graph.gap_exp]
    architecture = "latent"
    latents = ["gap_hse", "colour"]

    [graph.correction]               # may be a new name
    architecture = "expression"
    expression = "gap_exp - gap_hse"

    [graph."*"]                      # all tasks that no other node answers for
    architecture = "multi-task"

What a node may be is the table `NODES`; a new kind of node is one more row of it.  Whether the
nodes of a file make a graph is for ``graph_check.py``; ``study/graph_of.py`` makes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict

REST = "*"
FOREST_KEYS = ("max_features", "min_samples_leaf", "max_depth", "splitter")


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Names = Annotated[list[str], BeforeValidator(_listed)]


class NodeSection(BaseModel):
    """A section ``[graph.TASK]``.

    Parameters
    ----------
    architecture : str
        A row of `NODES`.
    source : str or list of str
        Of a difference: where it starts from, several levels the lowest first.
    slope : float or "learned", default 1.0
        Of a difference: the factor of the source; units may differ where it is not 1, and kinds where it is
        learned.
    latents : str or list of str
        Of a latent variable: whose values are inputs.
    source_as_input : bool, default False
        Of pooled tasks: whether the task of a label is an input.
    task_weight : float, default 0.5
        Of a multi-task forest.
    expression : str
        Arithmetic on other tasks; the node may have a name that is no task's.
    forest : dict
        Options of the node's forests: ``max_features``, ``min_samples_leaf``, ``max_depth``, ``splitter``.

    Examples
    --------
    >>> NodeSection(architecture="difference", source="gap_pbe").source
    ['gap_pbe']
    """

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    architecture: str
    source: Names = []
    slope: float | str = 1.0
    latents: Names = []
    source_as_input: bool = False
    task_weight: float = 0.5
    expression: str = ""
    forest: dict[str, Any] = {}


@dataclass(frozen=True)
class NodeKind:
    """What one kind of node needs.

    Attributes
    ----------
    sources : str
        Key that names the tasks whose values the node sees; "" where it sees none.
    keys : tuple of str
        Further keys that it may have.
    is_sum : bool
        Whether labels of the tasks are added or pooled, so that they need one kind and one unit.
    has_levels : bool
        Whether several sources are levels, each learned from the one named before it.

    Examples
    --------
    >>> NODES["latent"].sources
    'latents'
    """

    sources: str = ""
    keys: tuple[str, ...] = ()
    is_sum: bool = False
    has_levels: bool = False


# How nodes are made of them is in ``study/graph_of.py``.
NODES = {
    "single": NodeKind(),
    "multi-task": NodeKind(keys=("task_weight",)),
    "pooled": NodeKind(keys=("source_as_input",), is_sum=True),
    "difference": NodeKind("source", keys=("slope",), is_sum=True, has_levels=True),
    "latent": NodeKind("latents"),
    "expression": NodeKind(keys=("expression",)),
}


def seen(said: NodeSection) -> list[str]:
    """Tasks that a node names as its sources or latents.

    Examples
    --------
    >>> seen(NodeSection(architecture="latent", latents=["gap_dft", "colour"]))
    ['gap_dft', 'colour']
    """
    key = NODES[said.architecture].sources
    return list(getattr(said, key)) if key else []
