"""A spread that is a line in the standard deviation over bags, as MAST-ML has it: a sd + b.

The factor of ``rescale.py`` is what covers 68 % of labels and says nothing where all bags agree; a line has
an offset there, and is fitted by the likelihood of normal errors, which a few wild errors move.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize

MOST_ROWS = 2000  # two numbers are then known to 2 %


def fit_line(error: np.ndarray, bag_sd: np.ndarray) -> tuple[float, float]:
    """Find a and b, not negative, at which out-of-bag errors are most likely.

    Parameters
    ----------
    error, bag_sd : ndarray of shape (n_rows,)
        Out-of-bag |error| and s.d. over bags; of many rows every so manieth in the order of the s.d. counts.

    Returns
    -------
    a, b : float
        b in the unit of the errors.

    References
    ----------
    Palmer et al., npj Comput. Mater. 8, 115 (2022), equation 3, where b may be negative.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> sd = rng.uniform(0.1, 1.0, 4000)
    >>> a, b = fit_line(np.abs((0.5 * sd + 0.2) * rng.normal(size=4000)), sd)
    >>> round(a, 1), round(b, 1)
    (0.5, 0.2)
    """
    unit = float(np.sqrt(np.mean(np.sort(error**2))))
    if unit == 0.0 or not np.isfinite(unit):
        return 1.0, 0.0
    order = np.lexsort((error, bag_sd))  # so that the order of rows changes nothing
    order = order[:: -(-len(order) // MOST_ROWS)]
    size, width = error[order] / unit, bag_sd[order] / unit

    def loss(line: np.ndarray) -> tuple[float, np.ndarray]:
        spread = line[0] * width + line[1]
        slope = 1.0 / spread - size**2 / spread**3
        value = float(np.mean(np.log(spread) + 0.5 * (size / spread) ** 2))
        return value, np.array([np.mean(slope * width), np.mean(slope)])

    start = np.array([0.5 / max(float(np.mean(width)), 1e-6), 0.5])
    found = minimize(loss, start, jac=True, bounds=[(0.0, None), (1e-3, None)], method="L-BFGS-B")
    return float(found.x[0]), float(found.x[1]) * unit
