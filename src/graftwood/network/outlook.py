"""What an architecture says of rows: its prediction, and what every bag says.

Means over bags are taken here, so that they are taken alike everywhere: bag
after bag, and of training rows over the bags that never saw them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graftwood.uncertainty.bags import bag_spread, sum_over_bags

HIDDEN, VISIBLE = "hidden", "visible"


@dataclass(frozen=True)
class Outlook:
    """What an architecture says of rows, of one task.

    Attributes
    ----------
    center : ndarray of shape (n_rows,), or (n_rows, n_classes) for a category
        The prediction as it is learned: the logarithm of a positive label, a probability per class.
    bags : ndarray of shape (n_trees, n_rows) or (n_trees, n_rows, n_classes)
        What each bag's chain of trees says; its spread over bags is the raw error bar.

    Examples
    --------
    >>> bags = np.array([[1.0, 4.0], [3.0, 4.0]])
    >>> Outlook(mean_over_bags(bags), bags).center
    array([2., 4.])
    """

    center: np.ndarray
    bags: np.ndarray


def spread_over_bags(bags: np.ndarray, counts: np.ndarray | None = None) -> np.ndarray:
    """Standard deviation over bags, per row; 0 where one bag speaks, of a model that is no forest.

    Examples
    --------
    >>> spread_over_bags(np.array([[1.0, 4.0]]))
    array([0., 0.])
    """
    return bag_spread(bags, counts) if len(bags) > 1 else np.zeros(bags.shape[1])


def mean_over_bags(bags: np.ndarray) -> np.ndarray:
    """Mean over all outputs, (n_trees, n_rows, ...) to (n_rows, ...)."""
    return sum_over_bags(bags) / len(bags)


def honest_mean(bags: np.ndarray, honest: np.ndarray) -> np.ndarray:
    """Mean over the outputs that count; over all where none does, as may be with very few trees."""
    counts = honest | ~honest.any(axis=0)
    counts = counts.reshape(counts.shape + (1,) * (bags.ndim - 2))
    return sum_over_bags(bags, counts) / counts.sum(axis=0)
