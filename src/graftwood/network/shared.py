"""Forests that several architectures need are grown once.

Inside ``with shared_forests():`` a forest with the same codes, labels, bags and
options as an earlier one is handed out again.  The key is the content itself,
so sharing cannot change a result.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import numpy as np

KEPT = 2  # memories that outlive their block

_memory: ContextVar[dict[bytes, Any] | None] = ContextVar("_memory", default=None)
_kept: dict[str, dict[bytes, Any]] = {}


@contextmanager
def shared_forests(key: str | None = None) -> Iterator[None]:
    """Remember forests until the block ends; nothing is remembered outside such a block.

    Parameters
    ----------
    key : str, optional
        Blocks of one key share their memory, as pieces of one work that a process does one by one; those
        of the last two keys are kept.
    """
    token = _memory.set({} if key is None else _kept.setdefault(key, {}))
    for old in list(_kept)[:-KEPT]:
        _kept.pop(old, None)
    try:
        yield
    finally:
        _memory.reset(token)


@contextmanager
def shared_here() -> Iterator[None]:
    """Remember forests until the block ends, together with the block around it where there is one."""
    if _memory.get() is not None:
        yield
        return
    with shared_forests():
        yield


def remembered(make: Callable[[], Any], *content: Any) -> Any:
    """Return what ``make`` gives, or gave before for the same content.

    Parameters
    ----------
    make : callable without arguments
    *content : arrays and values with a faithful repr
        Everything that the result depends on.
    """
    memory = _memory.get()
    if memory is None:
        return make()
    digest = hashlib.blake2b(digest_size=20)
    for part in content:
        if isinstance(part, np.ndarray):
            digest.update(repr((part.shape, part.dtype.str)).encode())
            digest.update(np.ascontiguousarray(part).tobytes())
        else:
            digest.update(repr(part).encode())
    key = digest.digest()
    if key not in memory:
        memory[key] = make()
    return memory[key]
