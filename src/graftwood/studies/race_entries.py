"""The named candidates of the accuracy race on measured band gaps.

Sources are learned by forests, which tell honestly what they say of their training rows; the target by a
forest, by extra-trees or by gradient boosting.  The target is nonnegative: a class decides whether the gap
is zero, and the value is learned where it is not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from graftwood.architectures.difference import Difference
from graftwood.architectures.forest import MultiTaskForest
from graftwood.architectures.graph import TaskGraph
from graftwood.architectures.latent import LatentVariable
from graftwood.architectures.single import SingleTask
from graftwood.studies.names import EXTRA
from graftwood.study.candidates import Candidate


@dataclass(frozen=True)
class Size:
    """How large the models of a candidate are.

    Attributes
    ----------
    n_trees : int
        Of forests and of extra-trees.
    n_rounds : int
        Of boosting.

    Examples
    --------
    >>> Size(100, 250).n_trees
    100
    """

    n_trees: int
    n_rounds: int


def race_candidates(
    target: str,
    sources: tuple[str, ...],
    start: str,
    bases: tuple[str, ...],
    size: Size,
    seed: int,
    n_jobs: int,
) -> list[Candidate]:
    """Return the candidates, in a fixed order.

    Parameters
    ----------
    target : str
    sources : tuple of str
        All of them are latents.
    start : str
        The source that the difference starts from.
    bases : tuple of str
        Bases beside the forest: "extra" for extra-trees, "boosted" for gradient boosting.
    size : Size
    seed, n_jobs : int

    Examples
    --------
    >>> entries = race_candidates("gap_exp", ("gap_mp",), "gap_mp", ("extra",), Size(9, 9), 0, 1)
    >>> [entry.name for entry in entries][-2:]
    ['difference:extra', 'latent:extra']
    """
    given: dict[str, Any] = {"n_estimators": size.n_trees, "random_state": seed, "n_jobs": n_jobs}
    found = [
        Candidate("single", SingleTask(target, **given), False),
        Candidate("self_difference", Difference(target, target, **given), False),
        Candidate("self_latent", LatentVariable(target, [target], **given), False),
        Candidate("difference", Difference(target, start, **given), True),
        Candidate("latent", LatentVariable(target, list(sources), **given), True),
        Candidate("multi_task", MultiTaskForest(target, **given), True),
    ]
    for name in bases:
        base = _base(name, size, n_jobs)
        latent = LatentVariable(target, list(sources), base=base)
        difference = Difference(target, start, base=base)
        found += [
            Candidate(f"single:{name}", SingleTask(target, base=base, **given), False),
            Candidate(f"difference:{name}", _graph(target, (start,), difference, given), True),
            Candidate(f"latent:{name}", _graph(target, sources, latent, given), True),
        ]
    return found


def _graph(target: str, sources: tuple[str, ...], node: Any, given: dict[str, Any]) -> TaskGraph:
    """Sources by forests of their own, the target by a node with another base."""
    return TaskGraph([*(SingleTask(source) for source in sources), node], target=target, **given)


def _base(name: str, size: Size, n_jobs: int) -> tuple[Any, Any]:
    """A regressor and a classifier; without random states, so that the architecture's seed is theirs."""
    if name == EXTRA:
        from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor

        return (
            ExtraTreesRegressor(size.n_trees, max_features=0.4, n_jobs=n_jobs),
            ExtraTreesClassifier(size.n_trees, max_features=0.2, n_jobs=n_jobs),
        )
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    options: dict[str, Any] = {
        "max_iter": size.n_rounds, "learning_rate": 0.06, "max_leaf_nodes": 16, "l2_regularization": 1.0,
        "max_features": 0.4, "early_stopping": False,
    }  # fmt: skip
    return HistGradientBoostingRegressor(**options), HistGradientBoostingClassifier(**options)
