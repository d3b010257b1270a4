"""Labels of one material on different rows, of which one is never known to the other's model."""

from __future__ import annotations

import warnings

import numpy as np

from graftwood.errors import LabelsApart
from graftwood.network.network import Network
from graftwood.network.patterns import LEAST_MATERIALS, sources_of
from graftwood.network.training import TrainingData


def warn_of_labels_apart(data: TrainingData, network: Network, tasks: tuple[str, ...]) -> None:
    """Say which tasks share materials but hardly any row.

    What is known of a material is what stands in its row: rows of one material may differ in temperature or
    form, so no label is taken from one to another.

    Parameters
    ----------
    data : TrainingData
    network : Network
    tasks : tuple of str
        Those that are predicted.

    Warns
    -----
    LabelsApart
    """
    told = set()
    for task in tasks:
        for source in sources_of(network, task):
            n_materials, n_together = _shared(data, task, source)
            if n_together < LEAST_MATERIALS <= n_materials and {task, source} not in told:
                told.add(frozenset([task, source]))
                warnings.warn(
                    f"{data.who}: {n_materials} materials have labels of both {task} and {source}, but only "
                    f"{n_together} have them in one row, and labels of other rows are not used as known; put "
                    "what was measured of one material and form in one row.",
                    LabelsApart,
                    stacklevel=4,
                )


def _shared(data: TrainingData, task: str, source: str) -> tuple[int, int]:
    """Materials that have labels of both tasks, and those that have them in one row."""
    one, other = (~np.isnan(data.column(each)) for each in (task, source))
    both = np.intersect1d(data.material[one], data.material[other])
    return len(both), len(np.unique(data.material[one & other]))
