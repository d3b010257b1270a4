"""Labels of one material on different rows, of which one is never known to the other's model."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

import numpy as np

from graftwood.errors import LabelsApart, warn
from graftwood.network.network import Network
from graftwood.network.patterns import LEAST_MATERIALS, sources_of


def warn_of_labels_apart(
    has_label: Mapping[str, np.ndarray],
    material: np.ndarray,
    pairs: Iterable[tuple[str, str]],
    who: str,
) -> None:
    """Say which tasks share materials but hardly any row.

    What is known of a material is what stands in its row: rows of one material may differ in temperature or
    form, so no label is taken from one to another.

    Parameters
    ----------
    has_label : dict of str to ndarray of shape (n_rows,), bool
        Task -> whether a row has a label of it.
    material : ndarray of shape (n_rows,)
    pairs : iterable of (str, str)
        Tasks, and others that tell of them; each pair counts once.
    who : str
        What the warning begins with.

    Warns
    -----
    LabelsApart

    Examples
    --------
    >>> together = {"dft": np.ones(20, dtype=bool), "gap": np.ones(20, dtype=bool)}
    >>> warn_of_labels_apart(together, np.arange(20), [("gap", "dft")], "Example")  # all is well
    """
    for task, source in {frozenset(pair): pair for pair in pairs}.values():
        one, other = has_label[task], has_label[source]
        n_materials = len(np.intersect1d(material[one], material[other]))
        n_together = len(np.unique(material[one & other]))
        if n_together < LEAST_MATERIALS <= n_materials:
            warn(
                f"{who}: {n_materials} materials have labels of both {task} and {source}, but only "
                f"{n_together} have them in one row, and labels of other rows are not used as known; put "
                "what was measured of one material and form in one row.",
                LabelsApart,
            )


@contextmanager
def labels_apart_are_told() -> Iterator[None]:
    """Keep fits within the block from telling once more what is told of all of them.

    Examples
    --------
    >>> with labels_apart_are_told():
    ...     pass
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LabelsApart)
        yield


def pairs_of(network: Network, tasks: Iterable[str]) -> list[tuple[str, str]]:
    """Tasks that a network predicts, each with the tasks whose known labels it uses.

    Examples
    --------
    >>> pairs_of(Network({}, {}), [])
    []
    """
    return [(task, source) for task in tasks for source in sources_of(network, task)]
