"""Packages that only an extra installs: imported when they are needed, or one sentence on what to install."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from graftwood.errors import MissingExtra


def need(module: str, extra: str, what: str, package: str = "") -> Any:
    """Import a module of an optional package.

    Parameters
    ----------
    module : str
    extra : str
        Extra of graftwood that installs it.
    what : str
        What needs it, as the beginning of a sentence.
    package : str, optional
        What the message calls the package, by default the module's first part.

    Raises
    ------
    MissingExtra
        It is not installed.

    Examples
    --------
    >>> need("json", "parquet", "gaps.json: reading this file").__name__
    'json'
    """
    try:
        return import_module(module)
    except ImportError:
        raise MissingExtra(
            f"{what} needs {package or module.partition('.')[0]}, which is not installed; say: pip install "
            f"'graftwood[{extra}]'."
        ) from None
