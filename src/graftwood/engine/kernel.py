"""The one place that compiles: how every kernel of the engine becomes machine code.

No ``fastmath`` (it optimises NaN tests away), no ``parallel`` (threads run over
whole trees), and a cache on disk where one can be written.
"""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import numpy as np
from llvmlite import ir
from numba import config, njit, types
from numba.extending import intrinsic


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


_SETTINGS: dict[str, Any] = {
    "nogil": True,
    "error_model": "numpy",
    "boundscheck": None,  # None obeys NUMBA_BOUNDSCHECK, which one test leg sets
}


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
    settings = dict(_SETTINGS)
    if inline:
        settings["forceinline"] = True
    if merged:
        settings["inline"] = "always"
    if not signature:
        # The caller's cache holds it, and Python needs no way in: both would only take time to compile.
        return njit(no_cpython_wrapper=True, no_cfunc_wrapper=True, **settings)

    return lambda function: _compiled(function, signature, {**settings, "no_cfunc_wrapper": True})


class LateKernel:
    """A kernel that is compiled when its address is first asked for, to be handed to other kernels.

    Parameters
    ----------
    function : callable
    signature : numba signature
        With the type that is returned.

    Examples
    --------
    >>> half = LateKernel(lambda x: x / 2, types.float64(types.float64))
    >>> half.function(3.0), "compiled" in vars(half)
    (1.5, False)
    """

    def __init__(self, function: Callable[..., Any], signature: Any) -> None:
        self.function = function
        self.signature = signature

    @cached_property
    def compiled(self) -> Any:
        """The compiled function, which Python cannot call."""
        return _compiled(self.function, self.signature, {**_SETTINGS, "no_cpython_wrapper": True})

    @cached_property
    def address(self) -> Any:
        """Where it lies in memory, for a `late_call` of its signature; itself where nothing is compiled."""
        if config.DISABLE_JIT:
            return self.function
        made = self.compiled.get_compile_result(self.signature)
        return int(made.library.get_pointer_to_function(made.fndesc.llvm_cfunc_wrapper_name))


def late_kernel(signature: Any) -> Callable[[Callable[..., Any]], LateKernel]:
    """Turn a function into a `LateKernel`."""
    return lambda function: LateKernel(function, signature)


def late_call(function: Callable[..., Any]) -> Any:
    """Make a function (context, address, *arguments) that returns `by_address` the call of a late kernel."""
    if config.DISABLE_JIT:
        return lambda late, *arguments: late(*arguments)
    return intrinsic(function)


def by_address(signature: Any, *given: Any) -> tuple[Any, Any]:
    """Call a late kernel of the signature, by its address and with arguments of the given types.

    Handing over a function in numba's own way takes 0.1 ms, more than a small tree.
    """

    def generate(context: Any, builder: Any, _: Any, values: Any) -> Any:
        wanted = [context.get_value_type(each) for each in signature.args]
        late = ir.FunctionType(context.get_value_type(signature.return_type), wanted).as_pointer()
        arguments = [
            context.cast(builder, value, has, wants)
            for value, has, wants in zip(values[1:], given, signature.args, strict=True)
        ]
        return builder.call(builder.inttoptr(values[0], late), arguments)

    return signature.return_type(types.int64, *given), generate


def _unforeseen(context: Any, value: Any) -> Any:
    """Hide from the compiler what an int64 can be, so that arithmetic with it never becomes a branch."""

    def generate(_: Any, builder: Any, signature: Any, values: Any) -> Any:
        same = ir.FunctionType(ir.IntType(64), [ir.IntType(64)])
        # Machine code of no instruction whose result lies where its argument was: any processor has it.
        return builder.asm(same, "", "=r,0", values, False)

    return types.int64(types.int64), generate


unforeseen = (lambda value: value) if config.DISABLE_JIT else intrinsic(_unforeseen)


def _compiled(function: Callable[..., Any], signature: Any, settings: dict[str, Any]) -> Any:
    with _no_garbage_collection():
        try:
            return njit([signature], cache=True, **settings)(function)
        except RuntimeError as error:
            if "cannot cache function" not in str(error):
                raise
            return njit([signature], **settings)(function)


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
