"""Fitted models to files: a zip of JSON and arrays that appears whole or not at all.

What is stored is everything that the estimator holds: its options and all that
`fit` left.  Nothing in the file is code.  How values are written is in
``format.py``; the way back is in ``load.py``.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.exceptions import NotFittedError

from graftwood.errors import DamagedModel, UnreadableFile, WrongOption
from graftwood.store.archive import write_archive
from graftwood.store.atomic import atomic_path
from graftwood.store.classes import MODELS, SELECTORS, is_listed
from graftwood.store.document import make_document
from graftwood.store.format import NOT_KEPT, pack, pack_options
from graftwood.store.load import restore


def save_model(
    model: Any,
    path: str | os.PathLike[str],
    *,
    study: Mapping[str, Any] | None = None,
    metrics: Mapping[str, Any] | None = None,
    inputs: Any = None,
    created: datetime | None = None,
) -> None:
    """Save a fitted model to a file, which replaces an older one of that name.

    Parameters
    ----------
    model : architecture or selector
        A fitted one of the classes in ``graftwood.store.classes.MODELS``.  Of its ``base`` the
        options are kept.
    path : str or path
        Where to; by custom the name ends in ``.graft``.
    study : dict, optional
        What the model was trained on, such as ``{"fingerprint": ...}``: texts, numbers, lists, dicts.
    metrics : dict, optional
        How well it did, of the same.
    inputs : CompositionFeatures, optional
        How the inputs were made; `graftwood.store.load.load_inputs` gives it back.
    created : datetime with time zone, optional
        Date in the file, by default now.  Nothing else in the file differs when one model is saved twice.

    Raises
    ------
    sklearn.exceptions.NotFittedError
        The model is not fitted.
    WrongOption
        The model is of another class, or something in it or given with it cannot be stored;
        of a RandomState only the numbers drawn from it are in a model, so it is refused.
    UnreadableFile
        The file cannot be written.
    DamagedModel
        The model's options and its fitted state contradict each other.

    Examples
    --------
    >>> import tempfile
    >>> from graftwood import SingleTask, load_model
    >>> X = np.arange(40.0)[:, None]
    >>> model = SingleTask(n_estimators=5, random_state=0).fit(X, X[:, 0] ** 2)
    >>> path = Path(tempfile.mkdtemp()) / "square.graft"
    >>> save_model(model, path, metrics={"mae": 1.5})
    >>> bool(np.all(load_model(path).predict(X) == model.predict(X)))
    True
    """
    _refuse_other_kinds(model)
    name = type(model).__name__
    arrays: dict[str, np.ndarray] = {}
    options = pack_options(model, name, arrays)
    state = _pack_state(model, options, arrays)
    try:
        _, n_trees = restore(name, options, state, dict(arrays))
    except DamagedModel as error:
        raise DamagedModel(f"save_model: this {name} cannot be saved, {error}; fit it again.") from None
    document = make_document(
        model, options, state, n_trees, study=study, metrics=metrics, inputs=inputs, created=created
    )
    data = write_archive(document, arrays)
    try:
        with atomic_path(path) as temporary:
            temporary.write_bytes(data)
    except OSError as error:
        raise UnreadableFile(
            f"Cannot write the model file {Path(path)}: {error.strerror or error}; free some space or choose "
            "a folder that may be written."
        ) from None


def _pack_state(model: Any, options: Mapping[str, Any], arrays: dict[str, np.ndarray]) -> dict[str, Any]:
    """Turn all that fit left into what JSON can hold, a selector's winners as models within the model."""
    name = type(model).__name__
    state: dict[str, Any] = {}
    for key, value in vars(model).items():
        if name in SELECTORS and key == "models_":
            # One model may have won in both regimes, and is stored once.
            winners = {model.best_[regime]: winner for regime, winner in value.items()}
            state[key] = {"winners": {who: _pack_winner(winner, arrays) for who, winner in winners.items()}}
        elif key not in options and key not in NOT_KEPT:
            state[key] = pack(value, f"{name}.{key}", arrays)
    return state


def _pack_winner(winner: Any, arrays: dict[str, np.ndarray]) -> dict[str, Any]:
    options = pack_options(winner, type(winner).__name__, arrays)
    return {
        "class": type(winner).__name__,
        "options": options,
        "state": _pack_state(winner, options, arrays),
    }


def _refuse_other_kinds(model: Any) -> None:
    name = type(model).__name__
    if not is_listed(type(model), MODELS):
        raise WrongOption(
            f"save_model: a {name} cannot be saved; the classes that can are {', '.join(MODELS)}."
        )
    # The calibrations are what fit leaves last, of a selector its winners.
    if not hasattr(model, "models_" if name in SELECTORS else "_calibrations"):
        raise NotFittedError(f"save_model: this {name} is not fitted yet; call fit before saving it.")
