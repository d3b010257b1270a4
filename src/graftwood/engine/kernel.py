"""The one place that compiles: how every kernel of the engine becomes machine code.

No ``fastmath`` (it optimises NaN tests away), no ``parallel`` (threads run over
whole trees), and a cache on disk where one can be written.
"""

from collections.abc import Callable
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


def kernel(*signature: Any, inline: bool = False) -> Callable[[Callable[..., Any]], Any]:
    """Compile a function for the engine; with a signature at import, else at first use.

    Parameters
    ----------
    *signature : numba types
        Types of the arguments.  Kernels called from Python state them, so that
        a wrong layout is a TypeError instead of a silent recompilation.
    inline : bool, default False
        Ask LLVM to paste the function into its callers.

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
    arguments = [signature] if signature else []

    def compile_it(function: Callable[..., Any]) -> Any:
        try:
            return njit(*arguments, cache=True, **settings)(function)
        except RuntimeError as error:
            if "cannot cache function" not in str(error):
                raise
            return njit(*arguments, **settings)(function)

    return compile_it


def engine_array(values: Any, dtype: Any) -> np.ndarray:
    """Return the values as the engine wants them: C order, the exact dtype, a copy only if needed."""
    return np.ascontiguousarray(values, dtype=dtype)
