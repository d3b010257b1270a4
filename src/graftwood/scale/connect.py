"""The connection to a Dask scheduler: one for each address, kept until it breaks."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from graftwood.errors import UnreachableScheduler
from graftwood.extras import need

SECONDS = 20  # in which a scheduler must answer
LOCAL = "local"  # in an address's place: a cluster of this machine's processors

_clients: dict[str, Any] = {}


def connect(address: str) -> Any:
    """Return the connection to a scheduler, the one that is open if there is one.

    Parameters
    ----------
    address : str
        Such as "tcp://10.0.0.7:8786".

    Returns
    -------
    distributed.Client

    Raises
    ------
    UnreachableScheduler
        Nothing answers there.
    MissingExtra
        Dask is not installed.
    """
    distributed = need_dask()
    client = _clients.get(address)
    if client is not None and client.status == "running":
        return client
    try:
        with _quiet():
            client = distributed.Client(address, timeout=SECONDS, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise UnreachableScheduler(
            f"client {address!r}: no Dask scheduler answers there within {SECONDS} s "
            f"({type(error).__name__}); start one with 'dask scheduler' or correct the address."
        ) from None
    _clients[address] = client
    return client


@contextmanager
def cluster_at(scheduler: str | None) -> Iterator[str | None]:
    """Give the address that a user named: None stays None, "local" starts a cluster on this machine."""
    if scheduler == LOCAL:
        with local_cluster() as address:
            yield address
    else:
        yield scheduler


@contextmanager
def local_cluster(n_workers: int | None = None) -> Iterator[str]:
    """Start a cluster of separate processes on this machine; give its address and stop it at the end.

    Parameters
    ----------
    n_workers : int, optional
        Processes of one thread each, by default one for each processor.
    """
    distributed = need_dask()
    cluster = distributed.LocalCluster(
        n_workers=n_workers or os.cpu_count() or 1, threads_per_worker=1, processes=True,
        dashboard_address=":0", silence_logs=logging.CRITICAL,
    )  # fmt: skip
    try:
        yield cluster.scheduler_address
    finally:
        client = _clients.pop(cluster.scheduler_address, None)
        if client is not None:
            client.close()
        cluster.close()


def need_dask() -> Any:
    """Import Dask's distributed scheduler, or say what to install.

    Raises
    ------
    MissingExtra
    """
    return need("distributed", "dask", "client: work on a cluster", package="dask")


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep what Dask logs of a failed connection from the user, who gets one sentence."""
    loggers = [logging.getLogger(name) for name in ("distributed", "tornado", "asyncio")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
