"""Real data that ship with the package, each with its source, licence, citation and units.

Every data set has a folder with its file and a ``PROVENANCE.md``.  Names are loaded on
first use, so that importing this package stays light.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOME = {
    "Dataset": "dataset",
    "load_band_gaps": "band_gaps",
    "load_compound_colours": "colours",
    "load_dft_gaps": "gaps",
    "load_experimental_gaps": "gaps",
    "load_gap_candidates": "gaps",
    "load_no_steps": "surfaces",
    "load_optical_gaps": "colours",
}
__all__ = [
    "Dataset",
    "load_band_gaps",
    "load_compound_colours",
    "load_dft_gaps",
    "load_experimental_gaps",
    "load_gap_candidates",
    "load_no_steps",
    "load_optical_gaps",
]


def __getattr__(name: str) -> Any:
    """Load a public name from its module."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
