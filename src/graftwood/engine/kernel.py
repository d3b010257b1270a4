"""The one place that compiles: how every kernel of the engine becomes machine code.

No ``fastmath`` (it optimises NaN tests away), no ``parallel`` (threads run over
whole trees), and a cache on disk where one can be written.
"""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numba import njit, types


def _read_only(dtype: Any, n_dimensions: int) -> Any:
    # Declared read-only so that both writable and read-only arrays are accepted without recompiling.
    return types.Array(dtype, n_dimensions, "C", readonly=True)


BYTES = _read_only(types.uint8, 1)
BYTES_2D = _read_only(types.uint8, 2)
BYTES_3D = _read_only(types.uint8, 3)
INT32 = _read_only(types.int32, 1)
INT64 = _read_only(types.int64, 1)
INT64_2D = _read_only(types.int64, 2)
FLOAT64 = _read_only(types.float64, 1)


def kernel(
    *signature: Any, inline: bool = False, merged: bool = False
) -> Callable[[Callable[..., Any]], Any]:
    """Compile a function for the engine; with a signature at import, else with the kernels that call it.

    Parameters
    ----------
    *signature : numba types
        Types of the arguments.  Kernels called from Python state them, so that
        a wrong layout is a TypeError instead of a silent recompilation.
    inline : bool, default False
        Ask LLVM to paste the function into its callers.
    merged : bool, default False
        Make the function part of its only caller before anything is compiled: one level of
        calls less through which LLVM optimises all that is below once more.

    Notes
    -----
    Where no cache can be written (a read-only install without a home folder)
    numba refuses to compile at all; exactly this case compiles without a cache.
    """
    settings: dict[str, Any] = {
        "nogil": True,
        "error_model": "numpy",
        "boundscheck": None,  # None obeys NUMBA_BOUNDSCHECK, which one test leg sets
    }
    if inline:
        settings["forceinline"] = True
    if merged:
        settings["inline"] = "always"
    if not signature:
        # The caller's cache holds it, and Python needs no way in: both would only take time to compile.
        return njit(no_cpython_wrapper=True, no_cfunc_wrapper=True, **settings)

    def compile_it(function: Callable[..., Any]) -> Any:
        with _no_garbage_collection():
            try:
                return njit([signature], cache=True, **settings)(function)
            except RuntimeError as error:
                if "cannot cache function" not in str(error):
                    raise
                return njit([signature], **settings)(function)

    return compile_it


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Let dead objects be: compiling makes millions that live on, and the search took a tenth of it."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def engine_array(values: Any, dtype: Any) -> np.ndarray:
    """Return the values as the engine wants them: C order, the exact dtype, a copy only if needed."""
    return np.ascontiguousarray(values, dtype=dtype)
