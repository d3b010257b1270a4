"""Few-shot linear tasks: many small tasks, each with fewer labels than inputs, that share a subspace.

Read ``pursuit.py`` first, then ``base.py`` for what all estimators share and
``blocks.py`` for how they go over the rows.
"""

from graftwood.fewshot.alternating import AlternatingGradient, AlternatingMinimization
from graftwood.fewshot.baselines import OracleSubspace, PooledRidge, RidgePerTask, RidgeToPooled
from graftwood.fewshot.distance import relative_error, subspace_distance
from graftwood.fewshot.factored import BurerMonteiro
from graftwood.fewshot.heads import Head
from graftwood.fewshot.meta_gradient import LinearANIL, LinearMAML
from graftwood.fewshot.meta_subspace import MetaSubspacePursuit
from graftwood.fewshot.moments import MomentSubspace
from graftwood.fewshot.nuclear import NuclearNorm, nuclear_penalty
from graftwood.fewshot.planted import PlantedTasks, plant_tasks

__all__ = [
    "AlternatingGradient",
    "AlternatingMinimization",
    "BurerMonteiro",
    "Head",
    "LinearANIL",
    "LinearMAML",
    "MetaSubspacePursuit",
    "MomentSubspace",
    "NuclearNorm",
    "OracleSubspace",
    "PlantedTasks",
    "PooledRidge",
    "RidgePerTask",
    "RidgeToPooled",
    "nuclear_penalty",
    "plant_tasks",
    "relative_error",
    "subspace_distance",
]
