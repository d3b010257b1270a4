"""A target and one source that tells it, tells nothing, or tells it upside down; selectors fitted on them."""

from functools import lru_cache

import numpy as np
import pandas as pd

from graftwood import TransferSelector
from graftwood.study.candidates import default_candidates

SMALL = {"n_estimators": 40, "n_estimators_compared": 6, "random_state": 0}


def planted(how="informative", seed=0, n_rows=260, n_labelled=40):
    """Inputs, labels of a source ("dft") and of a target ("gap"), and the target without gaps.

    The target is the upright source, shifted, with noise.
    """
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n_rows, 4))
    source = np.sin(2 * X[:, 0]) + X[:, 1] * X[:, 2]
    truth = source + 0.5 + rng.normal(size=n_rows) / 10
    if how == "shuffled":
        source = rng.permutation(source)
    elif how == "inverted":
        source = -source
    labelled = rng.permutation(n_rows) < n_labelled
    return X, pd.DataFrame({"dft": source, "gap": np.where(labelled, truth, np.nan)}), truth


@lru_cache(maxsize=8)
def fitted(how="informative", seed=0, **options):
    X, Y, _ = planted(how, seed)
    return TransferSelector("gap", **{**SMALL, **options}).fit(X, Y)


def candidates(*names):
    """Fewer candidates than by default, for speed."""
    found = default_candidates("gap", ["dft"], has_variants=True)
    return tuple(candidate for candidate in found if candidate.name in names)


FEW = candidates("single", "self_latent", "difference", "latent", "multi_task")
