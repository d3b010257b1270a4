"""The sections ``[graph.TASK]`` of a study file: a graph of tasks, one node per section.

    [graph.gap_hse]                  # the task that the node answers for
    architecture = "difference"      # single, multi-task, pooled, difference, latent
    source = "gap_pbe"

    [graph.gap_exp]
    architecture = "latent"
    latents = ["gap_hse", "colour"]

    [graph."*"]                      # all tasks that no other node answers for
    architecture = "multi-task"

What a node may be is the table `NODES`; a new kind of node is one more row of it.  Whether the
nodes of a file make a graph is for ``graph_check.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict

from graftwood.architectures.difference import Difference
from graftwood.architectures.forest import MultiTaskForest
from graftwood.architectures.graph import TaskGraph
from graftwood.architectures.latent import LatentVariable
from graftwood.architectures.pooled import Pooled
from graftwood.architectures.single import SingleTask

REST = "*"


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
    latents : str or list of str
        Of a latent variable: whose values are inputs.
    source_as_input : bool, default False
        Of pooled tasks: whether the task of a label is an input.
    task_weight : float or dict, default 0.5
        Of a multi-task forest.
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
    latents: Names = []
    source_as_input: bool = False
    task_weight: float | dict[str, float] = 0.5
    forest: dict[str, Any] = {}


@dataclass(frozen=True)
class NodeKind:
    """What one kind of node needs and how it is made.

    Attributes
    ----------
    sources : str
        Key that names the tasks whose values the node sees; "" where it sees none.
    keys : tuple of str
        Further keys that it may have.
    is_sum : bool
        Whether labels of the tasks are added or pooled, so that they need one kind and one unit.
    make : callable
        From target (None for all that is left), section and base to the unfitted architecture.

    Examples
    --------
    >>> NODES["latent"].sources
    'latents'
    """

    sources: str
    keys: tuple[str, ...]
    is_sum: bool
    make: Callable[[Any, NodeSection, Any], Any]


# An analytic expression of other tasks is one more row here, with the key that holds its formula.
NODES = {
    "single": NodeKind("", (), False, lambda target, said, base: SingleTask(target, base=base)),
    "multi-task": NodeKind(
        "", ("task_weight",), False,
        lambda target, said, base: MultiTaskForest(target, task_weight=said.task_weight, **said.forest),
    ),
    "pooled": NodeKind(
        "", ("source_as_input",), True,
        lambda target, said, base: Pooled(target, source_as_input=said.source_as_input, base=base),
    ),
    "difference": NodeKind(
        "source", (), True, lambda target, said, base: Difference(target, said.source, base=base)
    ),
    "latent": NodeKind(
        "latents", (), False, lambda target, said, base: LatentVariable(target, said.latents, base=base)
    ),
}  # fmt: skip


def seen(said: NodeSection) -> list[str]:
    """Tasks that a node names as its sources or latents.

    Examples
    --------
    >>> seen(NodeSection(architecture="latent", latents=["gap_dft", "colour"]))
    ['gap_dft', 'colour']
    """
    key = NODES[said.architecture].sources
    return list(getattr(said, key)) if key else []


def build_graph(sections: Mapping[str, NodeSection], target: str, **options: Any) -> TaskGraph:
    """Make the unfitted graph of checked sections.

    Parameters
    ----------
    sections : mapping of task to NodeSection
        Checked by `graftwood.reading.graph_check.check_graph`.
    target : str
    **options
        Of the graph: ``n_estimators``, ``kinds``, ``units``, ``random_state``, ``n_jobs``.

    Examples
    --------
    >>> section = NodeSection(architecture="difference", source="gap_dft")
    >>> build_graph({"gap_exp": section}, "gap_exp", n_estimators=20).nodes
    [Difference(source=['gap_dft'], target='gap_exp')]
    """
    nodes = []
    for task, said in sections.items():
        base = MultiTaskForest(**said.forest) if said.forest else None
        nodes.append(NODES[said.architecture].make(None if task == REST else task, said, base))
    return TaskGraph(nodes, target, **options)
