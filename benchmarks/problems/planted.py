"""A made-up problem whose truth is known, for runs without data."""

import numpy as np
import pandas as pd

from benchmarks.problems.definition import Problem


def planted(n_rows: int = 90, seed: int = 0) -> Problem:
    """Return a target that is its source plus a step; two thirds of the rows have it, two rows a material.

    Parameters
    ----------
    n_rows : int, default 90
    seed : int, default 0
    """
    rng = np.random.default_rng(seed)
    X = np.repeat(rng.normal(size=((n_rows + 1) // 2, 5)), 2, axis=0)[:n_rows]
    source = X[:, 0] + np.abs(X[:, 1])
    target = source + (X[:, 2] > 0) + rng.normal(0, 0.1, n_rows)
    target[rng.permutation(n_rows)[: n_rows // 3]] = np.nan
    return Problem(
        name="planted",
        X=X,
        Y=pd.DataFrame({"target": target, "source": source}),
        target="target",
        sources=("source",),
        groups=np.arange(n_rows) // 2,
        kinds={"target": "real", "source": "real"},
    )
