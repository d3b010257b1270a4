"""From chemical formulas to numbers: reading, material keys, composition features.

Names are loaded on first use, so that importing this package stays light.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOME = {
    "CompositionFeatures": "composition",
    "FormulaTable": "formula",
    "TableFeatures": "table",
    "material_key": "formula",
    "read_formulas": "formula",
}
__all__ = ["CompositionFeatures", "FormulaTable", "TableFeatures", "material_key", "read_formulas"]


def __getattr__(name: str) -> Any:
    """Load a public name from its module."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
