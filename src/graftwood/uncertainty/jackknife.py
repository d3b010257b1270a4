"""The spread of the mean: how far the forest's mean would move with other training materials.

The infinitesimal jackknife and the jackknife after bootstrap, each without its
Monte Carlo bias, averaged.  With B trees t_b, their mean t and variance s^2, n
materials and bag counts N_bi, of which n_i bags are without i,

    C_i = 1/B sum_b (N_bi - 1) (t_b - t)          D_i = mean of t_b over bags without i, minus t
    V   = 1/2 sum_i [ (n-1)/n (D_i^2 - s^2 (1/n_i - 1/B)) + C_i^2 - s^2/B^2 sum_b (N_bi - N_i)^2 ]

The biases are exact for the bags that were drawn.  Unlike lolo, which takes their means over
draws, e (n-1)/(n B^2) together: with fewer trees than materials that left V several times too
large (decision 015).  Then V is a quadratic form of the t_b.  Its B x B kernel holds all that the bag
counts say, so a prediction costs B^2 steps instead of B n, and a saved model needs no bag
counts.  The formula term by term is in ``reference.py``, its twin.

References
----------
Wager, Hastie and Efron, J. Mach. Learn. Res. 15, 1625 (2014), equations 5, 6 and section 3.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from graftwood.blas import one_thread

MATERIALS_AT_ONCE = 4096
ROWS_AT_ONCE = 256  # always so many, filled up with zeros: a row's sums are the same bits in any company


@dataclass(frozen=True)
class Jackknife:
    """What bag counts say of the variance of a mean over trees.

    Attributes
    ----------
    half : ndarray of shape (n_trees * (n_trees + 1) / 2,)
        The kernel's upper triangle, row by row.
    n_trees, n_materials : int

    Examples
    --------
    >>> counts = np.random.default_rng(0).poisson(1.0, (400, 30)).astype(np.uint8)
    >>> means = counts[:, :5].sum(axis=1, keepdims=True) / 10.0  # moves with five of 30 materials: about 0.05
    >>> learn_jackknife(counts).variance(means).round(3)
    array([0.061])
    """

    half: np.ndarray
    n_trees: int
    n_materials: int

    @cached_property
    def kernel(self) -> np.ndarray:
        """The symmetric matrix K of V = t' K t, (n_trees, n_trees)."""
        kernel = np.zeros((self.n_trees, self.n_trees))
        upper = np.triu_indices(self.n_trees)
        kernel[upper] = self.half
        kernel.T[upper] = self.half
        return kernel

    @cached_property
    def noise(self) -> float:
        """Standard deviation that drawing so few bags gives V, in variances of a single tree.

        For trees that do not depend on their bags: sqrt(2 tr(K^2)).
        """
        kernel = self.kernel
        centered = kernel - kernel.mean(axis=0) - kernel.mean(axis=1)[:, None] + kernel.mean()
        return float(np.sqrt(2.0) * np.linalg.norm(centered))

    def variance(self, bags: np.ndarray) -> np.ndarray:
        """Variance of the mean over trees; the correction can leave it below zero.

        Parameters
        ----------
        bags : ndarray of shape (n_trees, n_rows)

        Returns
        -------
        ndarray of shape (n_rows,)
        """
        return self._sums(bags)[0]

    def _sums(self, bags: np.ndarray) -> np.ndarray:
        """Variances of the mean, and sums of squared deviations from it: (2, n_rows)."""
        result = np.empty((2, bags.shape[1]))
        block = np.zeros((self.n_trees, ROWS_AT_ONCE))
        with one_thread():
            for first in range(0, bags.shape[1], ROWS_AT_ONCE):
                here = bags[:, first : first + ROWS_AT_ONCE]
                block[:, here.shape[1] :] = 0.0
                block[:, : here.shape[1]] = here
                result[:, first : first + ROWS_AT_ONCE] = self._of_block(block)[:, : here.shape[1]]
        return result

    def _of_block(self, block: np.ndarray) -> np.ndarray:
        # Of so wide a block NumPy adds tree after tree: a row's sums are the same bits wherever it stands.
        centered = block - block.sum(axis=0) / self.n_trees
        product = self.kernel @ centered
        product *= centered
        return np.stack([product.sum(axis=0), (centered**2).sum(axis=0)])

    def spread(self, bags: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Standard deviation of the mean over trees, and where its variance came out negative.

        A negative estimate says that the variance is below what so many bags can tell; there the
        spread is the root of that, of the noise of the estimate (decision 015).

        Parameters
        ----------
        bags : ndarray of shape (n_trees, n_rows)

        Returns
        -------
        spread : ndarray of shape (n_rows,)
        is_negative : ndarray of shape (n_rows,), bool
        """
        variance, squares = self._sums(bags)
        is_negative = variance < 0
        variance = np.where(is_negative, self.noise * squares / max(self.n_trees - 1, 1), variance)
        return np.sqrt(variance), is_negative


def learn_jackknife(counts: np.ndarray) -> Jackknife:
    """Sum up the bag counts of the materials that a forest has seen.

    Parameters
    ----------
    counts : ndarray of shape (n_trees, n_materials), uint8
        How often each material is in each bag.

    Notes
    -----
    A material in every bag has no D_i; it counts by C_i alone, corrected for its own bias.
    """
    n_trees, n_materials = counts.shape
    kernel = np.zeros((n_trees, n_trees))
    for first in range(0, n_materials, MATERIALS_AT_ONCE):
        here = counts[:, first : first + MATERIALS_AT_ONCE].astype(np.float64)
        is_out = here == 0.0
        n_out = is_out.sum(axis=0)
        share = np.where(n_out > 0, 0.5, 1.0)
        kernel += (here * (share / n_trees**2)) @ here.T
        kernel += _after_bootstrap(is_out, n_out, 0.5 * (n_materials - 1) / n_materials)
    # What trees that do not depend on their bags would give: the trace over deviations from the mean.
    bias = np.trace(kernel) - kernel.sum() / n_trees
    kernel[np.diag_indices(n_trees)] -= bias / max(n_trees - 1, 1)
    return Jackknife(kernel[np.triu_indices(n_trees)], n_trees, n_materials)


def _after_bootstrap(is_out: np.ndarray, n_out: np.ndarray, scale: float) -> np.ndarray:
    """Sum over materials of the squares of D_i, as a form of the deviations from the mean."""
    out = is_out.astype(np.float64)
    return (out * (scale / np.maximum(n_out, 1) ** 2)) @ out.T
