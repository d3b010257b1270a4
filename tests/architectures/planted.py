"""Tables with a planted truth, and one small model of every architecture."""

import warnings

import numpy as np
import pandas as pd

from graftwood import Blend, Difference, LatentVariable, MultiTaskForest, Pooled, SingleTask
from graftwood.errors import UnreliableSpread

SHARED = {"n_estimators": 12, "random_state": 5}


def small_models():
    """An unfitted model per architecture, for the tasks of ``two_sources``."""
    return {
        "single": SingleTask("exp", **SHARED),
        "single-all-tasks": SingleTask(**SHARED),
        "multi-task": MultiTaskForest(**SHARED),
        "pooled": Pooled("exp", **SHARED),
        "pooled-source-input": Pooled("exp", source_as_input=True, **SHARED),
        "difference": Difference("exp", "dft", **SHARED),
        "scaled-difference": Difference("exp", "dft", slope="learned", **SHARED),
        "self-difference": Difference("exp", "exp", **SHARED),
        "latent": LatentVariable("exp", ["dft", "aux"], **SHARED),
        "self-latent": LatentVariable("exp", "exp", **SHARED),
        "blend": Blend(
            [LatentVariable("exp", ["dft", "aux"]), SingleTask("exp"), MultiTaskForest("exp")], **SHARED
        ),
    }


def two_sources(n_rows=120, seed=0):
    """Inputs, labels of three tasks and materials; ``exp`` is ``dft`` plus a correction, on half the rows."""
    rng = np.random.default_rng(seed)
    X = pd.DataFrame(rng.normal(size=(n_rows, 4)), columns=["d", "b", "a", "c"])
    X.loc[rng.random(n_rows) < 0.1, "b"] = np.nan
    X["kind"] = rng.choice(["x", "y", "z"], n_rows)
    dft = 2 * X["a"] + (X["kind"] == "y") + 0.1 * rng.normal(size=n_rows)
    exp = dft + 0.5 * X["c"] + 0.1 * rng.normal(size=n_rows)
    Y = pd.DataFrame({"exp": exp, "dft": dft, "aux": X["a"] ** 2})
    Y.loc[rng.random(n_rows) < 0.5, "exp"] = np.nan
    Y.loc[rng.random(n_rows) < 0.2, "dft"] = np.nan
    Y.loc[rng.random(n_rows) < 0.3, "aux"] = np.nan
    materials = np.array([f"m{number}" for number in rng.integers(0, n_rows * 2 // 3, n_rows)])
    return X, Y, materials


def steps(seed, n_rows):
    """Two steps whose noise is mostly common: their difference is known four times better than either."""
    rng = np.random.default_rng(seed)
    X = rng.uniform(-1, 1, (n_rows, 3))
    common, own = rng.normal(size=(n_rows, 1)), rng.normal(size=(n_rows, 2))
    labels = np.column_stack([X[:, 0], X[:, 0] + X[:, 1]]) + common * 0.6 + own * 0.1
    return X, pd.DataFrame(labels, columns=["a", "b"])


def difference(labels):
    """Second step minus first."""
    return labels["b"] - labels["a"]


def total(labels):
    """Sum over tasks, in the order of their names."""
    return sum(labels[task] for task in sorted(labels))


def all_answers(model, X, known):
    """Everything a fitted model says of rows, in one array of shape (n_rows, n_answers)."""
    answers = []
    for labels in (None, known):
        answers += model.predict(X, known=labels, return_std=True)
        answers += model.predict_interval(X, known=labels)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UnreliableSpread)  # twelve trees
            answers.append(model.predict(X, known=labels, return_std=True, of="mean")[1])
    return np.hstack([np.reshape(answer, (len(X), -1)) for answer in answers])


def all_functions(model, X, known):
    """A function of a fitted model's tasks, and whether it saw the like of rows, (n_rows, n_answers)."""
    answers = []
    for labels in (None, known):
        answers += model.predict_function(total, X, known=labels, n_draws=40)
    return np.column_stack([*answers, model.domain_score(X).reshape(len(X), -1).max(axis=1)])


def shared_rough_part(n_rows=500, seed=0):
    """Both gaps have a part that is hard to learn, and their difference does not: errors cancel in it."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n_rows, 4))
    rough = 3 * np.sin(8 * X[:, 0]) + rng.normal(size=n_rows)
    Y = pd.DataFrame({"dft": rough + X[:, 1], "exp": rough + X[:, 1] + 0.5 * X[:, 2] + 1})
    Y["exp"] += 0.1 * rng.normal(size=n_rows)
    truth = Y["exp"] - Y["dft"]
    Y.loc[rng.random(n_rows) < 0.4, "exp"] = np.nan
    return X, Y, truth.to_numpy()
