"""From the sections ``[graph.TASK]`` of a study file to the graph of tasks that they describe."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from graftwood.architectures.difference import Difference
from graftwood.architectures.expression import Expression
from graftwood.architectures.forest import MultiTaskForest
from graftwood.architectures.graph import TaskGraph
from graftwood.architectures.latent import LatentVariable
from graftwood.architectures.pooled import Pooled
from graftwood.architectures.single import SingleTask
from graftwood.errors import WrongOption, WrongStudy
from graftwood.options import check_options
from graftwood.reading.graph_section import REST, NodeSection

# From the task (None for all that no other node answers for), its section and the base to the node.
_MAKE: dict[str, Callable[[Any, NodeSection, Any], Any]] = {
    "single": lambda task, said, base: SingleTask(task, base=base),
    "multi-task": lambda task, said, base: MultiTaskForest(task, task_weight=said.task_weight, **said.forest),
    "pooled": lambda task, said, base: Pooled(task, source_as_input=said.source_as_input, base=base),
    "difference": lambda task, said, base: Difference(task, said.source, slope=said.slope, base=base),
    "latent": lambda task, said, base: LatentVariable(task, said.latents, base=base),
    "expression": lambda task, said, base: Expression(task, said.expression),
}


def graph_of(
    sections: Mapping[str, NodeSection],
    target: str,
    place: str | Path = "study",
    **options: Any,
) -> TaskGraph:
    """Make the unfitted graph that sections describe.

    Parameters
    ----------
    sections : mapping of task to NodeSection
        Checked by `graftwood.reading.graph_check.check_graph`.
    target : str
    place : str or path
        The study file, for messages.
    **options
        Of the graph: ``n_estimators``, ``kinds``, ``units``, ``random_state``, ``n_jobs``.

    Raises
    ------
    WrongStudy
        A slope or an option of a node's forests has a value that is not allowed.

    Examples
    --------
    >>> section = NodeSection(architecture="difference", source="gap_dft")
    >>> graph_of({"gap_exp": section}, "gap_exp", n_estimators=20).nodes
    [Difference(source=['gap_dft'], target='gap_exp')]
    """
    nodes = []
    for task, said in sections.items():
        try:
            forest = {**said.forest, "task_weight": said.task_weight}
            check_options(f"{place}: [graph.{task}] forest", forest, MultiTaskForest._rules)
            check_options(f"{place}: [graph.{task}]", {"slope": said.slope}, Difference._rules)
        except WrongOption as error:
            raise WrongStudy(str(error)) from None
        base = MultiTaskForest(**said.forest) if said.forest else None
        nodes.append(_MAKE[said.architecture](None if task == REST else task, said, base))
    return TaskGraph(nodes, target, **options)
