"""Which architectures a comparison tries, in the order in which ties are resolved: the plainest first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sklearn.base import clone

from graftwood.architectures.chain import Chain
from graftwood.architectures.difference import Difference
from graftwood.architectures.forest import MultiTaskForest
from graftwood.architectures.graph import TaskGraph
from graftwood.architectures.latent import LatentVariable
from graftwood.architectures.pooled import Pooled
from graftwood.architectures.single import SingleTask
from graftwood.coding.kinds import CATEGORY, NONNEGATIVE, POSITIVE, REAL
from graftwood.network.outlook import HIDDEN, VISIBLE


@dataclass(frozen=True)
class Candidate:
    """One architecture to compare.

    Attributes
    ----------
    name : str
        Key in tables, such as ``"self_difference"``.
    estimator : Architecture
        Unfitted; it is cloned for every fit.
    uses_sources : bool
        False for the single task and the source-free controls.

    Examples
    --------
    >>> Candidate("single", SingleTask("gap_exp"), uses_sources=False).name
    'single'
    """

    name: str
    estimator: Any
    uses_sources: bool

    def is_told(self, regime: str) -> bool:
        """Whether other labels of a row are known to it in this regime, and used."""
        return self.uses_sources and regime != HIDDEN

    def for_regime(self, regime: str, *, is_all_known: bool = False) -> Any:
        """Return the estimator with the second stages that this regime needs.

        Parameters
        ----------
        regime : str
        is_all_known : bool, default False
            Whether every source's label is known of whatever will be asked in the visible regime.
        """
        estimator = clone(self.estimator)
        if "regimes" in estimator.get_params(deep=False):
            estimator.set_params(regimes=_stages(regime, is_all_known))
        if isinstance(estimator, TaskGraph):
            nodes = [clone(node) for node in estimator.nodes]
            for node in nodes:
                if "regimes" in node.get_params(deep=False):
                    # A node may start from what is computed, which is never a known label.
                    node.set_params(regimes=_stages(regime, is_all_known=False))
            estimator.set_params(nodes=nodes)
        return estimator

    def with_options(
        self, n_trees: int | None, seed: int, n_jobs: int | None, client: str | None = None
    ) -> Candidate:
        """Return it with at most so many trees; seed, threads and cluster where it has none of its own."""
        estimator = clone(self.estimator)
        options = estimator.get_params(deep=False)
        if n_trees is not None:
            estimator.set_params(n_estimators=min(n_trees, options["n_estimators"]))
        if options.get("random_state") is None:
            estimator.set_params(random_state=seed)
        if options.get("n_jobs") is None:
            estimator.set_params(n_jobs=n_jobs)
        if options.get("client") is None:
            estimator.set_params(client=client)
        return Candidate(self.name, estimator, self.uses_sources)


def _stages(regime: str, is_all_known: bool) -> tuple[str, ...]:
    if regime == HIDDEN:
        return (HIDDEN,)
    # Where some test materials have no known label, the visible regime needs both stages.
    return (VISIBLE,) if is_all_known else (HIDDEN, VISIBLE)


def is_alike(target_kind: str, source_kind: str, has_one_unit: bool) -> bool:
    """Whether a source's value can be subtracted from the target's."""
    kinds = {target_kind, source_kind}
    return has_one_unit and (kinds == {POSITIVE} or kinds <= {REAL, NONNEGATIVE})


MOST_SOURCES = 6  # of each kind of variant (decision 033); there are then at most 28 candidates


def default_candidates(
    target: str,
    sources: list[str],
    *,
    kinds: Mapping[str, str] | None = None,
    units: dict[str, str] | None = None,
    has_variants: bool = False,
    graph: TaskGraph | None = None,
    **options: Any,
) -> list[Candidate]:
    """List every architecture of the paper and its controls that one target allows.

    Differences start from sources in the unit of the target that are real or nonnegative as it
    is, or positive as it is (a ratio then); scaled differences, whose slope is learned, from any that
    are no category.  Pooling needs all tasks to be of one kind; a latent chain and the multi-task
    forest take any kinds.

    Parameters
    ----------
    target : str
    sources : list of str
        The other tasks, the most trusted one first: the difference starts from it.
    kinds : mapping, optional
        Kind per task, real where it is not said.
    units : dict, optional
        Unit per task; sources in another unit than the target's are not pooled nor subtracted as they are.
    has_variants : bool, default False
        Add the multi-task forest with the task weights 0 and 1, ``multi_task:0`` and
        ``multi_task:1``, and, of several sources, a latent chain from each of the first six
        alone; start differences from the first six sources of their kind only.  There are at most 28
        candidates: three without sources, two pooled, six differences and six scaled ones, seven
        latents, four multi-task.
    graph : TaskGraph, optional
        One more candidate, the last: ``graph``.  Its own options are replaced by those given here.
    **options
        Passed to every estimator: ``n_estimators``, ``random_state``, ``n_jobs``, ``base``.

    Examples
    --------
    >>> [candidate.name for candidate in default_candidates("gap_exp", ["gap_dft"])]
    ['single', 'self_difference', 'self_latent', 'pooled', 'pooled_source_input', 'difference',
    'scaled_difference', 'latent', 'multi_task', 'multi_task_corrected']
    >>> kinds = {"colour": "category"}
    >>> [candidate.name for candidate in default_candidates("colour", ["gap_dft"], kinds=kinds)]
    ['single', 'self_latent', 'latent', 'multi_task', 'multi_task_corrected']
    """
    units, kinds = units or {}, {task: (kinds or {}).get(task, REAL) for task in (target, *sources)}
    alike = [
        task for task in sources
        if is_alike(kinds[target], kinds[task], units.get(task) == units.get(target))
    ]  # fmt: skip
    given, alone = {**options, "kinds": kinds}, {**options, "kinds": {target: kinds[target]}}
    found = [Candidate("single", SingleTask(target, **alone), False)]
    if is_alike(kinds[target], kinds[target], True):
        found.append(Candidate("self_difference", Difference(target, target, **alone), False))
    found.append(Candidate("self_latent", LatentVariable(target, [target], **alone), False))
    if sources and len(alike) == len(sources) and len(set(kinds.values())) == 1:
        found += [
            Candidate("pooled", Pooled(target, **given), True),
            Candidate("pooled_source_input", Pooled(target, source_as_input=True, **given), True),
        ]
    most = MOST_SOURCES if has_variants else None
    for source in alike[:most]:
        name = "difference" if len(alike) == 1 else f"difference:{source}"
        found.append(Candidate(name, Difference(target, source, units=units, **given), True))
    found += _scaled(target, sources, given, most)
    if has_variants and len(sources) > 1:
        for source in sources[:MOST_SOURCES]:
            latent = LatentVariable(target, [source], **given)
            found.append(Candidate(f"latent:{source}", latent, True))
    if sources:
        found.append(Candidate("latent", LatentVariable(target, sources, **given), True))
        found += _multi_task(target, given, has_variants)
    if graph is not None:
        found.append(Candidate("graph", _graph(graph, target, units, given), _has_source(graph, target)))
    return found


def _scaled(target: str, sources: list[str], options: dict[str, Any], most: int | None) -> list[Candidate]:
    """Differences whose slope is learned, from sources of any unit that are no category."""
    kinds = options["kinds"]
    numbers = [] if kinds[target] == CATEGORY else [task for task in sources if kinds[task] != CATEGORY]
    return [
        Candidate(
            "scaled_difference" if len(numbers) == 1 else f"scaled_difference:{source}",
            Difference(target, source, slope="learned", **options), True,
        )
        for source in numbers[:most]
    ]  # fmt: skip


def _graph(graph: TaskGraph, target: str, units: dict[str, str], options: dict[str, Any]) -> TaskGraph:
    """The graph for this target; the base that other candidates have is lent to nodes without one."""
    nodes = [clone(node) for node in graph.nodes]
    for node in nodes:
        if options.get("base") is not None and node.get_params(deep=False).get("base", options) is None:
            node.set_params(base=options["base"])
    shared = {name: value for name, value in options.items() if name != "base"}
    return clone(graph).set_params(nodes=nodes, target=target, units=units, **shared)


def _has_source(graph: TaskGraph, target: str) -> bool:
    """Whether a node names another task, or none and so takes all; else the graph is one more control."""
    named: set[Any] = set()
    for node in graph.nodes:
        if not isinstance(node, SingleTask | Chain):
            return True
        tasks = [getattr(node, name, ()) for name in ("target", "source", "latents")]
        named.update(*([task] if isinstance(task, str | int) else task or () for task in tasks))
    return not named <= {target}


def _multi_task(target: str, options: dict[str, Any], has_variants: bool) -> list[Candidate]:
    forest = {name: value for name, value in options.items() if name != "base"}
    lent = options["base"].get_params(deep=False) if options.get("base") is not None else {}
    middle = MultiTaskForest(**{**lent, **forest, "target": target})
    found = [Candidate("multi_task", middle, True)]
    if has_variants:
        for weight in (0, 1):
            estimator = clone(middle).set_params(task_weight=weight)
            found.append(Candidate(f"multi_task:{weight}", estimator, True))
    corrected = clone(middle).set_params(correction=True)
    return [*found, Candidate("multi_task_corrected", corrected, True)]
