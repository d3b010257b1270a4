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

_memory: ContextVar[dict[bytes, Any] | None] = ContextVar("_memory", default=None)


@contextmanager
def shared_forests() -> Iterator[None]:
    """Remember forests until the block ends; nothing is remembered outside such a block."""
    token = _memory.set({})
    try:
        yield
    finally:
        _memory.reset(token)


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
