"""Task graph: architectures as nodes of one network, each task told by one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

from graftwood.architectures.base import Architecture
from graftwood.architectures.chain import Chain
from graftwood.architectures.expression import Expression, learned_expression, read_with_expressions
from graftwood.architectures.forest import MultiTaskForest
from graftwood.architectures.nested import resolve
from graftwood.coding.labels import LabelColumns
from graftwood.coding.parts import how_much, owner, whether
from graftwood.errors import TaskCycle, UnreachableTarget, WrongOption
from graftwood.network.expression_text import read_expression
from graftwood.network.network import ALONE
from graftwood.network.train import Computed, Second, Shared, Step, alone
from graftwood.network.training import TrainingData
from graftwood.options import Rule, sequence


class TaskGraph(Architecture):
    """Any directed acyclic graph of tasks: each node is an architecture that answers for its target.

    Where a node names another node's target as its source or latent, it sees what that
    node says; a source that no node answers for gets a forest of its own.  A label that
    is known at prediction takes the place of what its node would say, for everything
    that builds on it.

    Parameters
    ----------
    nodes : sequence of SingleTask, MultiTaskForest, Pooled, Difference, LatentVariable or Expression
        Unfitted, each with its target, in any order.  A MultiTaskForest without target answers
        for all tasks that no other node does.  Of a node's options only those of its own forests
        count (``base``, ``regimes``, ``task_weight``, ...): number of trees, random state, threads,
        kinds and units are the graph's.
    target : str or int, optional
        Task that `predict` returns; by default all tasks of the graph.
    n_estimators : int, default 100
        Trees of every forest; tree b of each has seen the same materials.
    kinds : dict, optional
        Task -> "real", "positive" (learned in its logarithm), "nonnegative" (zeros are a class of
        their own) or "category"; else told from the dtype.
    units : dict, optional
        Unit per task; those of a Difference or of Pooled must agree.
    random_state : int, RandomState or None
    n_jobs : int, optional
    client : str, optional
        Address of a Dask scheduler on whose workers the forests are grown, the same as here.

    Attributes
    ----------
    tasks_ : tuple of str
        Tasks of the graph, in the order of Y's columns.
    target_ : str or None
    edges_ : tuple of (str, str)
        Which task's value goes into which task's forest.

    Raises
    ------
    TaskCycle
        Tasks need each other.
    UnreachableTarget
        No node answers for the target.
    UnknownTask
        A node names a task that Y does not have.
    UnreadableExpression
        The text of an Expression cannot be read.
    WrongOption
        Two nodes answer for one task, or a node has none.

    Examples
    --------
    >>> import numpy as np
    >>> from graftwood import Difference, LatentVariable
    >>> X = np.arange(60.0)[:, None]
    >>> dft = X[:, 0] % 5
    >>> Y = np.column_stack([dft, dft + 1.0, np.where(dft > 2, 10.0, 0.0)])
    >>> Y[::3, 1] = np.nan
    >>> nodes = [Difference(1, source=0), LatentVariable(2, latents=[1])]
    >>> graph = TaskGraph(nodes, target=2, n_estimators=20, random_state=0).fit(X, Y)
    >>> graph.edges_
    (('0', '1'), ('1', '2'))
    >>> graph.predict([[9.0], [9.0]], known=[[np.nan, 5.0, np.nan], [np.nan, 1.0, np.nan]]) > 5
    array([ True, False])
    """

    _rules: ClassVar[dict[str, list[Rule]]] = {"nodes": [sequence("a list of architectures")]}
    can_be_nested: ClassVar[bool] = False

    def __init__(
        self,
        nodes: Sequence[Any] = (),
        target: str | int | None = None,
        *,
        n_estimators: int = 100,
        kinds: dict[Any, str] | None = None,
        units: dict[str, str] | None = None,
        random_state: Any = None,
        n_jobs: int | None = None,
        client: str | None = None,
    ) -> None:
        self.nodes = nodes
        self.target = target
        self.n_estimators = n_estimators
        self.kinds = kinds
        self.units = units
        self.random_state = random_state
        self.n_jobs = n_jobs
        self.client = client

    def _read_labels(self, Y: Any, weights: Any) -> Any:
        return read_with_expressions(Y, self.nodes, self.kinds, weights, self.units, type(self).__name__)

    def _modelled(self, columns: LabelColumns) -> tuple[str, ...]:
        who = type(self).__name__
        self.target_ = None if self.target is None else columns.find(self.target, f"{who}: target")
        self._resolved = _resolve(self, columns)
        self._computed = [
            (node.target, learned_expression(node, columns))
            for node in self.nodes
            if isinstance(node, Expression)
        ]
        answered = {task for node, tasks in self._resolved for task in (*tasks, *_sources(node))}
        for task, expression in self._computed:
            answered |= {task, *read_expression(expression).names}
        tasks = tuple(task for task in columns.names if task in answered)
        if self.target_ is not None and self.target_ not in answered:
            raise UnreachableTarget(
                f"{who}: no node answers for the target {self.target_}, only for {', '.join(tasks)}; "
                "add a node with this target."
            )
        return tasks

    def _has_models(self) -> bool:
        return any(node._has_models() for node, _ in self._resolved if isinstance(node, Architecture))

    def _steps(self, data: TrainingData) -> list[Step]:
        own: dict[str, Step] = {}
        helping: dict[str, Step] = {}
        for node, tasks in self._resolved:
            options = node.forest_options(self.n_estimators) if isinstance(node, MultiTaskForest) else None
            for step in node._steps(replace(data, options=options or node._forest_options())):
                answered = tuple(part for task in tasks for part in (task, whether(task), how_much(task)))
                mine = set(_names(step)) & set(answered)
                if isinstance(node, MultiTaskForest) and not mine:
                    continue  # the mean of a task that another node answers for
                made = _answering(step, answered) if mine else step
                for name in _names(made):
                    (own if mine else helping).setdefault(name, made)
        for task, expression in self._computed:
            own[task] = Computed(task, task, expression, data.options)
            for source in read_expression(expression).names:
                for step in alone(data, source):
                    helping.setdefault(_names(step)[0], step)
        del self._resolved, self._computed
        steps = _in_order({**helping, **own}, type(self).__name__)
        self.edges_ = _edges(steps, data.tasks)
        return steps


def _resolve(graph: TaskGraph, columns: LabelColumns) -> list[tuple[Any, tuple[str, ...]]]:
    """Check every node against the tasks of Y; return it with the tasks that it answers for."""
    who, nodes = (
        type(graph).__name__,
        list(graph.nodes) if hasattr(graph.nodes, "__iter__") else [graph.nodes],
    )
    if not nodes:
        raise WrongOption(f"{who}: nodes is empty; give at least one architecture with its target.")
    resolved: list[tuple[Any, tuple[str, ...]]] = []
    for number, given in enumerate(nodes):
        if isinstance(given, Expression):
            continue
        node = resolve(given, graph, f"node {number}", columns)
        if getattr(node, "correction", False):
            raise WrongOption(f"{who}: node {number} must have correction=False; it is not made in a graph.")
        if node.target is None and not isinstance(node, MultiTaskForest):
            raise WrongOption(f"{who}: node {number}, a {type(node).__name__}, has no target; name one.")
        resolved.append((node, () if node.target_ is None else (node.target_,)))
    told = [node.target for node in nodes if isinstance(node, Expression)]
    _refuse_doubles([*told, *(task for _, tasks in resolved for task in tasks)], who)
    return _with_rest(resolved, columns, who, told)


def _refuse_doubles(targets: list[str], who: str) -> None:
    for task in targets:
        if targets.count(task) > 1:
            raise WrongOption(
                f"{who}: {targets.count(task)} nodes answer for task {task}; leave one of them."
            )


def _with_rest(
    resolved: list[tuple[Any, tuple[str, ...]]], columns: LabelColumns, who: str, computed: list[str]
) -> list[tuple[Any, tuple[str, ...]]]:
    """Give the multi-task forest without a target what no other node answers for."""
    told = {*computed, *(task for _, tasks in resolved for task in tasks)}
    rest = tuple(task for task in columns.canonical if task not in told)
    open_nodes = [number for number, (_, tasks) in enumerate(resolved) if not tasks]
    if len(open_nodes) > 1 or (open_nodes and not rest):
        raise WrongOption(
            f"{who}: node {open_nodes[-1]}, a MultiTaskForest without target, is left without a task; "
            "name its target or leave it out."
        )
    return [(node, tasks or rest) for node, tasks in resolved]


def _sources(node: Any) -> tuple[str, ...]:
    return node.sources_ if isinstance(node, Chain) else ()


def _edges(steps: list[Step], columns: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Which task's value goes into which other's; both parts of a nonnegative task are that task."""
    edges = [
        (owner(parent if parent in columns else parent.removesuffix(ALONE)), owner(step.task))
        for step in steps
        if isinstance(step, (Second, Computed))
        for parent in step.parents
    ]
    return tuple(dict.fromkeys((parent, task) for parent, task in edges if parent != task))


def _names(step: Step) -> tuple[str, ...]:
    """Names of the nodes that a step makes."""
    if isinstance(step, Computed):
        return (step.name,)
    return tuple(step.answers) if isinstance(step, Shared) else (step.task,)


def _answering(step: Step, tasks: tuple[str, ...]) -> Step:
    """The step, answering for these tasks only."""
    if not isinstance(step, Shared):
        return step
    return replace(step, answers={name: task for name, task in step.answers.items() if task in tasks})


def _with_own_roles(steps: list[Step]) -> list[Step]:
    """Steps of which no two have one role: forests of one role draw the same numbers and are stored by it."""
    roles = [step.role for step in steps if isinstance(step, (Shared, Second))]
    renamed: list[Step] = []
    for step in steps:
        if isinstance(step, (Shared, Second)) and roles.count(step.role) > 1:
            step = replace(step, role=f"{step.role} for {', '.join(_names(step))}")
        renamed.append(step)
    return renamed


def _in_order(steps: dict[str, Step], who: str) -> list[Step]:
    """Sort steps so that every parent stands before what sees it."""
    waiting = {id(step): step for _, step in sorted(steps.items())}
    done: set[str] = set()
    ordered: list[Step] = []
    while waiting:
        ready = [
            step
            for step in waiting.values()
            if not isinstance(step, (Second, Computed)) or set(step.parents) <= done
        ]
        if not ready:
            tasks = sorted({owner(name) for name, step in steps.items() if id(step) in waiting})
            raise TaskCycle(
                f"{who}: the tasks {', '.join(tasks)} need each other; take out one of the sources."
            )
        for step in ready:
            del waiting[id(step)]
            done.update(_names(step))
            ordered.append(step)
    return _with_own_roles(ordered)
