"""A small good table, a model of every architecture, and how to spoil a cell."""

import numpy as np
import pandas as pd

from graftwood import Difference, LatentVariable, MultiTaskForest, Pooled, SingleTask

N = 40
OPTIONS = {"n_estimators": 10, "random_state": 0}
ARCHITECTURES = {
    "single": SingleTask("exp", **OPTIONS),
    "multi-task": MultiTaskForest("exp", **OPTIONS),
    "pooled": Pooled("exp", **OPTIONS),
    "difference": Difference("exp", "dft", **OPTIONS),
    "latent": LatentVariable("exp", ["dft"], **OPTIONS),
}


def good_table():
    """Inputs and labels, the target missing on every third row."""
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(N, 3)), columns=["mass", "radius", "charge"])
    Y = pd.DataFrame({"exp": X["mass"] + 1, "dft": X["mass"]})
    Y.loc[::3, "exp"] = np.nan
    return X, Y


def changed(frame, row, column, value):
    """A copy of the frame with one cell changed."""
    frame = frame.astype(object) if isinstance(value, str) else frame.copy()
    frame.loc[row, column] = value
    return frame
