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
    "CompositionFeatures": "graftwood.features.composition",
    "compare": "graftwood.study.compare",
    "save_model": "graftwood.store.save",
    "load_model": "graftwood.store.load",
}

__all__ = [
    "CompositionFeatures",
    "Difference",
    "LatentVariable",
    "MultiTaskForest",
    "Pooled",
    "SingleTask",
    "__version__",
    "compare",
    "datasets",
    "load_model",
    "save_model",
]

if TYPE_CHECKING:
    from graftwood import datasets
    from graftwood.architectures.difference import Difference
    from graftwood.architectures.forest import MultiTaskForest
    from graftwood.architectures.latent import LatentVariable
    from graftwood.architectures.pooled import Pooled
    from graftwood.architectures.single import SingleTask
    from graftwood.features.composition import CompositionFeatures
    from graftwood.store.load import load_model
    from graftwood.store.save import save_model
    from graftwood.study.compare import compare


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
