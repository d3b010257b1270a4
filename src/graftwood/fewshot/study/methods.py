"""The methods of the study, under one roof: a key, a name that people read, and how each is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from graftwood.fewshot.alternating import AlternatingGradient, AlternatingMinimization
from graftwood.fewshot.base import FewShotModel
from graftwood.fewshot.baselines import PooledRidge, RidgePerTask, RidgeToPooled
from graftwood.fewshot.factored import BurerMonteiro
from graftwood.fewshot.meta_gradient import LinearANIL, LinearMAML
from graftwood.fewshot.meta_subspace import MetaSubspacePursuit
from graftwood.fewshot.moments import MomentSubspace
from graftwood.fewshot.nuclear import NuclearNorm

PURSUIT, ANIL, BEST_ANIL = "pursuit", "anil", "anil_best"
SINGLE, TO_POOLED, POOLED, ORACLE = "single", "to_pooled", "pooled", "oracle"
NO_SUBSPACE = {SINGLE, TO_POOLED, POOLED}  # the whole space or none of it: no distance to speak of
METHOD_SEED = 20_240_902  # far from the seeds of data: a method must not start at the planted subspace

LABELS = {
    PURSUIT: "Meta Subspace Pursuit",
    "pursuit_30": "the same, 30 iterations",
    "pursuit_no_centre": "the same, no centre",
    "moments_diagonal": "Moments, with diagonal",
    "moments": "Moments",
    "alternating": "Alternating minimization",
    "gradient": "Alternating gradient",
    "gradient_random": "Alternating gradient, random start",
    "burer_monteiro": "Burer-Monteiro",
    "nuclear": "Nuclear norm",
    ANIL: "ANIL, 1 inner step",
    BEST_ANIL: "ANIL at its best",
    "maml": "MAML",
    "maml_first": "MAML, first order",
    POOLED: "Pooled ridge",
    SINGLE: "Ridge per task",
    TO_POOLED: "Ridge to pooled fit",
    ORACLE: "Heads on the true subspace",
}


@dataclass(frozen=True)
class Method:
    """One method.

    Attributes
    ----------
    key : str
        In ``comparison.csv``.
    make : callable
        From the rank and options that subspace methods share to an estimator.

    Examples
    --------
    >>> subspace_methods()[0].make(3).rank
    3
    """

    key: str
    make: Callable[..., FewShotModel]

    @property
    def label(self) -> str:
        """Return the name that people read; variants of ANIL are named by their key."""
        return LABELS.get(self.key, self.key)


def subspace_methods(outer_steps: int = 150, pursuit_iter: int = 300) -> list[Method]:
    """Return every method that learns a subspace; ANIL's variants are separate.

    The pursuit stops by held-out rows and takes secant steps, the others are at their defaults.
    """
    seed: dict[str, Any] = {"random_state": METHOD_SEED}
    return [
        Method(
            PURSUIT,
            lambda rank, **shared: MetaSubspacePursuit(
                rank, max_iter=pursuit_iter, early_stopping=True, step_size="secant", **seed, **shared
            ),
        ),
        Method("pursuit_30", lambda rank, **shared: MetaSubspacePursuit(rank, **seed, **shared)),
        Method(
            "moments_diagonal",
            lambda rank, **shared: MomentSubspace(rank, keeps_diagonal=True, **seed, **shared),
        ),
        Method("moments", lambda rank, **shared: MomentSubspace(rank, **seed, **shared)),
        Method(
            "alternating", lambda rank, **shared: AlternatingMinimization(rank, max_iter=10, **seed, **shared)
        ),
        Method("gradient", lambda rank, **shared: AlternatingGradient(rank, **seed, **shared)),
        Method(
            "gradient_random",
            lambda rank, **shared: AlternatingGradient(rank, init="random", **seed, **shared),
        ),
        Method("burer_monteiro", lambda rank, **shared: BurerMonteiro(rank, **seed, **shared)),
        Method("nuclear", lambda rank, **shared: NuclearNorm(rank, **seed, **shared)),
        Method("maml", lambda rank, **shared: LinearMAML(rank, max_iter=outer_steps, **seed, **shared)),
        Method(
            "maml_first",
            lambda rank, **shared: LinearMAML(rank, order="first", max_iter=outer_steps, **seed, **shared),
        ),
    ]


def anil_variants(inner_steps: tuple[int, ...], outer_steps: int = 150) -> list[Method]:
    """Return ANIL with numbers of inner steps, on halves or all rows, exact or first order.

    The first, one inner step on halves, is the textbook's.
    """
    kinds = (("half", "exact"), ("full", "exact"), ("full", "first"))
    return [_anil(n_steps, split, order, outer_steps) for n_steps in inner_steps for split, order in kinds]


def _anil(n_steps: int, split: str, order: str, outer_steps: int) -> Method:
    def make(rank: int, **shared: Any) -> FewShotModel:
        return LinearANIL(
            rank, n_inner_steps=n_steps, split=split, order=order, max_iter=outer_steps,
            random_state=METHOD_SEED, **shared,
        )  # fmt: skip

    steps = "step" if n_steps == 1 else "steps"
    return Method(
        f"ANIL, {n_steps} inner {steps}, {split} rows, {order} order".replace("exact order", "exact"), make
    )


def baselines(**options: Any) -> list[Method]:
    """Return the baselines that use no subspace; options are the intercept and the like."""
    return [
        Method(POOLED, lambda rank, **shared: PooledRidge(**options)),
        Method(SINGLE, lambda rank, **shared: RidgePerTask(**options)),
        Method(TO_POOLED, lambda rank, **shared: RidgeToPooled(**options)),
    ]
