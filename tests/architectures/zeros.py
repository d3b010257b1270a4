"""Tables of which half of the labels are exact zeros, and one small model of every architecture for them."""

import numpy as np
import pandas as pd

from graftwood import Difference, LatentVariable, MultiTaskForest, Pooled, SingleTask, TaskGraph

KINDS = {"exp": "nonnegative", "dft": "nonnegative"}
SHARED = {"n_estimators": 12, "random_state": 5, "kinds": KINDS}


def small_models():
    """An unfitted model per architecture, for the tasks of ``gap_table``."""
    mixed = {**SHARED, "kinds": {**KINDS, "dft": "real"}}
    nodes = [LatentVariable("aux", ["exp"]), Difference("exp", "dft")]
    return {
        "single": SingleTask("exp", **SHARED),
        "single-all-tasks": SingleTask(**SHARED),
        "multi-task": MultiTaskForest(**SHARED),
        "multi-task-target": MultiTaskForest("exp", **SHARED),
        "difference": Difference("exp", "dft", **SHARED),
        "difference-from-real": Difference("exp", "dft", **mixed),
        "difference-to-real": Difference("dft", "exp", **mixed),
        "self-difference": Difference("exp", "exp", **SHARED),
        "latent": LatentVariable("exp", ["dft", "aux"], **SHARED),
        "latent-of-real": LatentVariable("aux", ["dft", "exp"], **SHARED),
        "self-latent": LatentVariable("exp", "exp", **SHARED),
        "graph": TaskGraph(nodes, target="aux", **SHARED),
        "graph-to-zeros": TaskGraph(nodes, target="exp", **SHARED),
    }


def pooled_models():
    """Pooling takes tasks of one kind only: those of ``gap_table`` without ``aux``."""
    return {
        "pooled": Pooled("exp", **SHARED),
        "pooled-source-input": Pooled("exp", source_as_input=True, **SHARED),
    }


def gap_table(n_rows=160, seed=0, noise=0.2):
    """Inputs, labels and materials: ``exp`` is zero or not by an input and chance, ``dft`` is 0.5 less.

    Whether: P(exp > 0) = 1 / (1 + exp(-6 a)).  How much: 2 + b + 0.5 c + noise, at least 0.05.
    """
    rng = np.random.default_rng(seed)
    X = pd.DataFrame(rng.normal(size=(n_rows, 4)), columns=["d", "b", "a", "c"])
    is_above = rng.random(n_rows) < 1 / (1 + np.exp(-6 * X["a"]))
    value = np.maximum(2 + X["b"] + 0.5 * X["c"] + noise * rng.normal(size=n_rows), 0.05)
    exp = np.where(is_above, value, 0.0)
    Y = pd.DataFrame({"exp": exp, "dft": np.maximum(exp - 0.5, 0.0), "aux": X["a"] ** 2})
    Y.loc[rng.random(n_rows) < 0.4, "exp"] = np.nan
    Y.loc[rng.random(n_rows) < 0.2, "dft"] = np.nan
    Y.loc[rng.random(n_rows) < 0.3, "aux"] = np.nan
    materials = np.array([f"m{number}" for number in rng.integers(0, n_rows * 2 // 3, n_rows)])
    return X, Y, materials


def all_answers(model, X, known):
    """Everything that scales with the labels and that a fitted model says of rows, (n_rows, n_answers)."""
    answers = []
    for labels in (None, known):
        answers += model.predict(X, known=labels, return_std=True)
        answers += model.predict_interval(X, known=labels)
        answers.append(model.predict(X, known=labels, point="mean"))
    return np.hstack([np.reshape(answer, (len(X), -1)) for answer in answers])


def zero_probabilities(model, X, known):
    """Probabilities of zero of every nonnegative task, (n_rows, n_tasks)."""
    said = model.predict_tasks(X, known=known)
    return np.column_stack(
        [np.zeros(len(X)), *(each["p_zero"] for each in said.values() if "p_zero" in each)]
    )
