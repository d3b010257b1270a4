"""How a network is trained: step after step, parents first, every parent's value leak-free.

A step grows the forests of one node or of several that share a forest.  What a
second stage learns from is asked of the network as it stands: of training rows
only those trees speak that never saw the material (see ``rows.py``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from graftwood.coding.parts import how_much, whether
from graftwood.errors import NotFinite
from graftwood.network.any_base import train_any
from graftwood.network.expression_text import quote, read_expression
from graftwood.network.measurement import weights_of
from graftwood.network.network import ALONE, Network, Node
from graftwood.network.out_of_bag import Trained, boil_down
from graftwood.network.outlook import HIDDEN, VISIBLE, Outlook, mean_over_bags
from graftwood.network.relation import Relation, as_columns, hash_rows, learn_leaning, relate
from graftwood.network.rows import training_rows
from graftwood.network.slope import fit_slope
from graftwood.network.training import ForestOptions, TrainingData
from graftwood.network.united import United, train_united


@dataclass(frozen=True)
class Shared:
    """A forest that several tasks share, or a task's own.

    Attributes
    ----------
    tasks : tuple of str
        Tasks that it is trained on.
    answers : dict of str to str
        Name of each node -> its task.
    role : str
        Forests of one role draw the same random numbers.
    options : ForestOptions

    Examples
    --------
    >>> single("gap", ForestOptions()).role
    'task gap'
    """

    tasks: tuple[str, ...]
    answers: dict[str, str]
    role: str
    options: ForestOptions


@dataclass(frozen=True)
class Second:
    """Forests of a task that see what others say of the row, one per regime.

    Attributes
    ----------
    task : str
    parents : tuple of str
        Nodes whose values are inputs.
    adds : bool
        Whether the first parent's value is added to the output: what is learned is the difference to it.
    slope : float, optional
        Factor of the value that is added; None: learned in each regime.
    regimes : tuple of str
    role : str
    options : ForestOptions

    Examples
    --------
    >>> Second("gap", ("dft",), True, ("hidden",), "Difference", ForestOptions()).adds
    True
    """

    task: str
    parents: tuple[str, ...]
    adds: bool
    regimes: tuple[str, ...]
    role: str
    options: ForestOptions
    slope: float | None = 1.0


@dataclass(frozen=True)
class Computed:
    """A node without a forest: arithmetic on what others say.

    Attributes
    ----------
    name : str
        Of the node.
    task : str
    expression : str
    options : ForestOptions

    Examples
    --------
    >>> Computed("delta", "delta", "gap - dft", ForestOptions()).parents
    ('gap', 'dft')
    """

    name: str
    task: str
    expression: str
    options: ForestOptions

    @property
    def parents(self) -> tuple[str, ...]:
        """Nodes that the expression names."""
        return read_expression(self.expression).names


Step = Shared | United | Second | Computed


def single(task: str, options: ForestOptions, *, is_control: bool = False) -> Shared:
    """A task's forest on its own labels; as a control it stands in the place of a source."""
    return Shared((task,), {task + ALONE if is_control else task: task}, f"task {task}", options)


def alone(data: TrainingData, task: str, *, is_control: bool = False) -> list[Step]:
    """What a task, or both parts of a nonnegative one, say on their own labels."""
    if task not in data.nonnegative:
        return [single(task, data.options, is_control=is_control)]
    parts = [single(part, data.options, is_control=is_control) for part in (whether(task), how_much(task))]
    return [*parts, mixture(task, data.options, is_control=is_control)]


def mixture(task: str, options: ForestOptions, *, is_control: bool = False) -> Computed:
    """The mean of a nonnegative task from its two parts, which are made by other steps."""
    end = ALONE if is_control else ""
    odds, value = (quote(part + end) for part in (whether(task), how_much(task)))
    return Computed(task + end, task, f"{odds} * maximum({value}, 0)", options)


def train_network(data: TrainingData, steps: list[Step]) -> Trained:
    """Train the forests of all steps.

    Parameters
    ----------
    data : TrainingData
    steps : list
        Parents before those that see them.
    """
    trained = Trained(Network({}, {}), {})
    for step in steps:
        with_options = replace(data, options=step.options)
        if isinstance(step, Shared):
            _train_shared(with_options, step, trained)
        elif isinstance(step, United):
            train_united(with_options, step, trained)
        elif isinstance(step, Computed):
            add_computed(trained.network, step)
        else:
            _train_second(with_options, step, trained)
    return trained


def add_computed(network: Network, step: Computed) -> None:
    """Add a node without a forest.

    Parameters
    ----------
    network : Network
        With its parents.
    step : Computed
    """
    network.nodes[step.name] = Node(step.task, step.parents, False, {}, 0, (), expression=step.expression)


def _train_shared(data: TrainingData, step: Shared, trained: Trained) -> None:
    labels = data.labels[:, [data.tasks.index(task) for task in step.tasks]]
    rows = np.flatnonzero(~np.isnan(labels).all(axis=1))
    weights = weights_of(data, rows, step.tasks)
    stage, saw = train_any(data, step.role, rows, labels[rows], tasks=step.tasks, weights=weights)
    trained.network.stages[step.role], trained.saw[step.role] = stage, saw
    for name, task in step.answers.items():
        node = Node(task, (), False, {HIDDEN: step.role}, step.tasks.index(task), ())
        trained.network.nodes[name] = node
    if len(step.tasks) > 1 and data.options.bootstrap:
        trained.network.relations[step.role] = _relation(data, step, trained)


def _relation(data: TrainingData, step: Shared, trained: Trained) -> Relation:
    """Out-of-bag errors of the tasks of a shared forest, and how they go together."""
    widths = [n if (n := data.classes_of(task)) > 2 else 1 for task in step.tasks]
    first = (0, *np.cumsum(widths).tolist())
    shape = (data.codes.shape[1], first[-1])
    centers, errors = np.full(shape, np.nan), np.full(shape, np.nan)
    names = {task: name for name, task in step.answers.items()}
    every = np.unique(np.concatenate([data.labelled(task) for task in step.tasks]))
    leaves: dict[tuple[str, int], np.ndarray] = {}
    rows = training_rows(data, every, trained.saw, is_known=True, leaves=leaves)
    leans = {}
    for view, task in enumerate(step.tasks):
        own, has_label = slice(first[view], first[view + 1]), rows.knows((task,))
        bags = rows.bags(trained.network.stages[step.role], step.role, None, view)
        said = Outlook(rows.mean(bags, step.role), bags)
        if task in names:
            _keep(data, trained, names[task], every, has_label, said, leaves)
        leaves.clear()
        center = as_columns(said.center, data.classes_of(task))
        lean = mean_over_bags(bags[:, ~has_label]) - said.center[~has_label]
        errors[every, own] = rows.known_of(task) - center
        centers[every[has_label], own] = center[has_label]
        leans[task] = every[~has_label], as_columns(lean, data.classes_of(task))
    trained.errors[step.role] = errors
    keys = hash_rows(np.ascontiguousarray(data.codes.T))
    relation = relate(step.tasks, first, errors, data.material, keys, centers)
    return replace(relation, leaning=learn_leaning(relation, errors, data.material, leans))


def _keep(
    data: TrainingData,
    trained: Trained,
    name: str,
    rows: np.ndarray,
    has_label: np.ndarray,
    said: Outlook,
    leaves: dict[tuple[str, int], np.ndarray],
) -> None:
    """Keep what is said of a node's labelled rows, and their leaves."""
    labelled = Outlook(said.center[has_label], said.bags[:, has_label])
    trained.said[name] = boil_down(data, rows[has_label], labelled)
    trained.keep(name, {place: each[:, has_label] for place, each in leaves.items()})


def _train_second(data: TrainingData, step: Second, trained: Trained) -> None:
    network, rows = trained.network, data.labelled(step.task)
    labels = data.column(step.task)[rows]
    stages = {regime: f"{step.role} {regime}" for regime in step.regimes}
    node = Node(step.task, step.parents, step.adds, stages, 0, ())
    weights, slopes = weights_of(data, rows, (step.task,)), {}
    for regime, role in stages.items():
        seen = training_rows(data, rows, trained.saw, is_known=regime == VISIBLE).without(step.task)
        values, _ = network.inputs(node, seen)
        if step.adds and np.isnan(values[:, 0]).any():
            raise NotFinite(
                f"{step.role}: task {step.task} starts from {step.parents[0]}, whose expression is not "
                f"defined for {np.count_nonzero(np.isnan(values[:, 0]))} training rows; guard it, as with "
                "maximum(..., 1e-6)."
            )
        learned, tasks = labels, () if step.adds else (step.task,)
        shows_source = step.adds and step.slope is not None
        if step.adds:
            slopes[regime] = _slope(data, step, rows, values[:, 0], weights)
            learned = labels - slopes[regime] * values[:, 0]
        network.stages[role], trained.saw[role] = train_any(
            data, role, rows, learned[:, None], values, tasks=tasks, weights=weights,
            has_given_slope=shows_source,
            may_always_look=not shows_source and (regime == VISIBLE or bool(data.classes_of(step.task))),
        )  # fmt: skip
    network.nodes[step.task] = replace(node, slopes=slopes)


def _slope(
    data: TrainingData, step: Second, rows: np.ndarray, added: np.ndarray, weights: np.ndarray | None
) -> float:
    """The slope that is given, or that of the labels on what is added."""
    if step.slope is not None:
        return step.slope
    of_rows = np.ones(len(rows)) if data.weights is None else data.weights[rows]
    of_labels = np.ones(len(rows)) if weights is None else weights.reshape(-1)
    return fit_slope(added, data.column(step.task)[rows], of_rows * of_labels)
