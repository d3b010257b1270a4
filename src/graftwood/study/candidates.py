"""Which architectures a comparison tries, in the order in which ties are resolved: the plainest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from graftwood.architectures.base import HIDDEN, VISIBLE
from graftwood.architectures.difference import Difference
from graftwood.architectures.forest import MultiTaskForest
from graftwood.architectures.latent import LatentVariable
from graftwood.architectures.pooled import Pooled
from graftwood.architectures.single import SingleTask


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

    def for_regime(self, regime: str) -> Any:
        """Return the estimator with the second stages that this regime needs."""
        from sklearn.base import clone

        estimator = clone(self.estimator)
        if "regimes" in estimator.get_params(deep=False):
            # Where some test materials have no known label, the visible regime needs both stages.
            estimator.set_params(regimes=(HIDDEN,) if regime == HIDDEN else (HIDDEN, VISIBLE))
        return estimator


def default_candidates(
    target: str, sources: list[str], *, units: dict[str, str] | None = None, **options: Any
) -> list[Candidate]:
    """List every architecture of the paper and its controls for one target.

    Parameters
    ----------
    target : str
    sources : list of str
        The other tasks, the most trusted one first: the difference starts from it.
    units : dict, optional
        Unit per task; sources in another unit than the target's serve as latents and in multi-task only.
    **options
        Passed to every estimator: ``n_estimators``, ``random_state``, ``n_jobs``, ``base``.

    Examples
    --------
    >>> [candidate.name for candidate in default_candidates("gap_exp", ["gap_dft"])]
    ['single', 'self_difference', 'self_latent', 'pooled', 'pooled_source_input', 'difference',
    'latent', 'multi_task']
    """
    units = units or {}
    alike = [source for source in sources if units.get(source) == units.get(target)]
    free = [
        Candidate("single", SingleTask(target, **options), False),
        Candidate("self_difference", Difference(target, target, **options), False),
        Candidate("self_latent", LatentVariable(target, [target], **options), False),
    ]
    with_sources = []
    if sources and len(alike) == len(sources):
        with_sources += [
            Candidate("pooled", Pooled(target, **options), True),
            Candidate("pooled_source_input", Pooled(target, source_as_input=True, **options), True),
        ]
    for source in alike:
        name = "difference" if len(alike) == 1 else f"difference:{source}"
        with_sources.append(Candidate(name, Difference(target, source, units=units, **options), True))
    if sources:
        with_sources.append(Candidate("latent", LatentVariable(target, sources, **options), True))
        forest = {name: value for name, value in options.items() if name != "base"}
        lent = options["base"].get_params(deep=False) if options.get("base") is not None else {}
        with_sources.append(
            Candidate("multi_task", MultiTaskForest(**{**lent, **forest, "target": target}), True)
        )
    return free + with_sources
