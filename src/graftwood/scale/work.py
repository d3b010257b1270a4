"""Many pieces of work on a cluster, results as they come; what a lost worker took with it is sent again."""

from __future__ import annotations

import asyncio
import concurrent.futures
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from graftwood import __version__
from graftwood.errors import WorkersLost, WrongVersion
from graftwood.scale.connect import connect

ATTEMPTS = 5  # times that lost work is sent
SECONDS = 30  # in which a scheduler must have a worker
_LOST = (asyncio.CancelledError, concurrent.futures.CancelledError)


def on_cluster(
    address: str, work: Callable[..., Any], items: Sequence[Any], shared: Sequence[Any] = ()
) -> Iterator[tuple[int, Any]]:
    """Yield (number of the item, what ``work(*shared, item)`` returned), in the order in which they finish.

    Parameters
    ----------
    address : str
        Of a Dask scheduler.
    work : callable
        A function of a module that the workers can import.
    items : sequence
        One for each piece of work; small.
    shared : sequence
        What all pieces need; sent once to every worker, and again if workers that held it are lost.

    Raises
    ------
    UnreachableScheduler
        Nothing answers at the address, at the start or later.
    WorkersLost
        Workers die again and again, or there are none.
    WrongVersion
        A worker has another version of graftwood, or none.

    Notes
    -----
    An error of the work itself is raised as it is.  A worker's death is no error: Dask gives its work to
    others, and what cannot be had any more (shared data of which it held the last copy) is sent again.
    """
    left = dict(enumerate(items))
    for _ in range(ATTEMPTS):
        client = connect(address)
        _need_workers(client, address)
        try:
            held = [client.scatter(each, broadcast=True, hash=False) for each in shared]
        except (OSError, TimeoutError):  # a worker died while it was being sent to
            continue
        futures = {
            client.submit(_versioned, __version__, work, *held, item, pure=False): number
            for number, item in left.items()
        }
        try:
            for number, result in _finished(client, futures):
                del left[number]
                yield number, result
        finally:
            client.cancel(list(futures))
        if not left:
            return
    raise WorkersLost(
        f"client {address!r}: {len(left)} pieces of work were lost with their workers {ATTEMPTS} times; "
        "see in the workers' logs why they die, most often for want of memory."
    )


def _finished(client: Any, futures: dict[Any, int]) -> Iterator[tuple[int, Any]]:
    """Yield what finishes; pass over what was lost."""
    from distributed import as_completed

    for future in as_completed(list(futures), loop=client.loop, raise_errors=False):
        if future.status == "finished":
            try:
                result = future.result()
            except _LOST:
                continue
            yield futures[future], result
            future.release()
        elif future.status == "error":
            raise _told(future.exception()) from None


def _need_workers(client: Any, address: str) -> None:
    try:
        client.wait_for_workers(1, timeout=SECONDS)
    except TimeoutError:
        raise WorkersLost(
            f"client {address!r}: the scheduler has no workers; start some with 'dask worker {address}'."
        ) from None


def _versioned(version: str, work: Callable[..., Any], *arguments: Any) -> Any:
    """Do the work, on a worker, if it has the same version of graftwood."""
    if version != __version__:
        raise WrongVersion(
            f"a worker of the cluster has graftwood {__version__} and this process {version}; install the "
            "same version everywhere."
        )
    return work(*arguments)


def _told(error: BaseException) -> BaseException:
    """What went wrong on a worker, in words of graftwood where it is the cluster's fault."""
    from distributed import KilledWorker

    if isinstance(error, KilledWorker):
        return WorkersLost(
            f"client: workers died {error.allowed_failures + 1} times on the same piece of work, the last "
            f"one {error.last_worker.address}; most often for want of memory, so give them more or run "
            "fewer at a time."
        )
    if isinstance(error, ModuleNotFoundError) and "graftwood" in str(error):
        return WrongVersion(f"a worker of the cluster has no graftwood ({error}); install it there.")
    return error
