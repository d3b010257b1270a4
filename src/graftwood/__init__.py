"""graftwood: transfer learning over random forests for sparse, multi-source materials data.

Public names load on first use, so that ``import graftwood`` stays light.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_HOMES = {
    "MultiTaskForest": "graftwood.architectures.forest",
    "SingleTask": "graftwood.architectures.single",
    "Pooled": "graftwood.architectures.pooled",
    "Difference": "graftwood.architectures.difference",
    "LatentVariable": "graftwood.architectures.latent",
    "TaskGraph": "graftwood.architectures.graph",
    "Blend": "graftwood.architectures.blend",
    "Expression": "graftwood.architectures.expression",
    "CompositionFeatures": "graftwood.features.composition",
    "AlternatingGradient": "graftwood.fewshot.alternating",
    "AlternatingMinimization": "graftwood.fewshot.alternating",
    "BurerMonteiro": "graftwood.fewshot.factored",
    "LinearANIL": "graftwood.fewshot.meta_gradient",
    "LinearMAML": "graftwood.fewshot.meta_gradient",
    "MetaSubspacePursuit": "graftwood.fewshot.meta_subspace",
    "MomentSubspace": "graftwood.fewshot.moments",
    "NuclearNorm": "graftwood.fewshot.nuclear",
    "OracleSubspace": "graftwood.fewshot.baselines",
    "PooledRidge": "graftwood.fewshot.baselines",
    "RidgePerTask": "graftwood.fewshot.baselines",
    "RidgeToPooled": "graftwood.fewshot.baselines",
    "TransferSelector": "graftwood.study.selector",
    "code_parquet": "graftwood.coding.batches",
    "compare": "graftwood.study.compare",
    "rank_sources": "graftwood.study.rank_sources",
    "save_model": "graftwood.store.save",
    "load_inputs": "graftwood.store.load",
    "load_model": "graftwood.store.load",
}

__all__ = [
    "AlternatingGradient",
    "AlternatingMinimization",
    "Blend",
    "BurerMonteiro",
    "CompositionFeatures",
    "Difference",
    "Expression",
    "LatentVariable",
    "LinearANIL",
    "LinearMAML",
    "MetaSubspacePursuit",
    "MomentSubspace",
    "MultiTaskForest",
    "NuclearNorm",
    "OracleSubspace",
    "Pooled",
    "PooledRidge",
    "RidgePerTask",
    "RidgeToPooled",
    "SingleTask",
    "TaskGraph",
    "TransferSelector",
    "__version__",
    "code_parquet",
    "compare",
    "datasets",
    "load_inputs",
    "load_model",
    "rank_sources",
    "save_model",
]

if TYPE_CHECKING:
    from graftwood import datasets
    from graftwood.architectures.blend import Blend
    from graftwood.architectures.difference import Difference
    from graftwood.architectures.expression import Expression
    from graftwood.architectures.forest import MultiTaskForest
    from graftwood.architectures.graph import TaskGraph
    from graftwood.architectures.latent import LatentVariable
    from graftwood.architectures.pooled import Pooled
    from graftwood.architectures.single import SingleTask
    from graftwood.coding.batches import code_parquet
    from graftwood.features.composition import CompositionFeatures
    from graftwood.fewshot.alternating import AlternatingGradient, AlternatingMinimization
    from graftwood.fewshot.baselines import OracleSubspace, PooledRidge, RidgePerTask, RidgeToPooled
    from graftwood.fewshot.factored import BurerMonteiro
    from graftwood.fewshot.meta_gradient import LinearANIL, LinearMAML
    from graftwood.fewshot.meta_subspace import MetaSubspacePursuit
    from graftwood.fewshot.moments import MomentSubspace
    from graftwood.fewshot.nuclear import NuclearNorm
    from graftwood.store.load import load_inputs, load_model
    from graftwood.store.save import save_model
    from graftwood.study.compare import compare
    from graftwood.study.rank_sources import rank_sources
    from graftwood.study.selector import TransferSelector


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for."""
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    if name == "datasets":
        return import_module("graftwood.datasets")
    raise AttributeError(f"module 'graftwood' has no attribute {name!r}")


def __dir__() -> list[str]:
    """List public names, loaded or not."""
    return sorted(__all__)
