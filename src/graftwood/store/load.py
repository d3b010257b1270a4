"""Files to fitted models, with distrust: a file is data, and every claim in it is checked.

What a damaged file meets first is ``archive.py`` (bytes), then ``document.py``
and ``format.py`` (plain data of known classes), then ``check.py`` (trees that
can be walked).
"""

from __future__ import annotations

import os
import re
from typing import Any

import numpy as np

from graftwood.errors import DamagedModel, WrongOption
from graftwood.network.outlook import HIDDEN, VISIBLE
from graftwood.options import check_options
from graftwood.store.archive import read_arrays, read_bytes
from graftwood.store.classes import ARCHITECTURES, MODELS, SELECTORS, fits
from graftwood.store.document import SCHEMA, naming, open_document
from graftwood.store.format import unfitted, unpack

_FITTED_NAME = re.compile(r"_[a-z][a-z0-9_]*|[a-z][a-z0-9_]*_")


def load_model(path: str | os.PathLike[str]) -> Any:
    """Load a model that `save_model` saved; it predicts what it predicted before, to the last bit.

    Parameters
    ----------
    path : str or path

    Returns
    -------
    architecture or selector
        Of the class that was saved, fitted, with all its options.

    Raises
    ------
    UnreadableFile
        There is no such file, or it may not be read.
    DamagedModel
        The file is damaged, foreign, or made by a later graftwood.

    Notes
    -----
    A file from a stranger is safe to load: it is read as data, unpacks to at most 100 times
    its size, and its trees are checked before anything walks down them.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> from graftwood import MultiTaskForest, save_model
    >>> X = np.arange(40.0)[:, None]
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "model.graft"
    >>> save_model(MultiTaskForest(n_estimators=5, random_state=0).fit(X, X[:, 0] > 19), path)
    >>> load_model(path).predict([[2.0], [35.0]])
    array([False,  True])
    """
    with naming(path):
        data = read_bytes(path)
        document = open_document(data)
        model, _ = restore(
            document["class"], document["options"], document["state"], read_arrays(data), document["schema"]
        )
    return model


def load_inputs(path: str | os.PathLike[str]) -> Any:
    """Load what made the inputs of a saved model.

    Parameters
    ----------
    path : str or path

    Returns
    -------
    CompositionFeatures or None
        None if the model was saved without.

    Raises
    ------
    UnreadableFile, DamagedModel
        As `load_model`.

    Examples
    --------
    >>> import tempfile
    >>> from graftwood import CompositionFeatures, SingleTask, save_model
    >>> features = CompositionFeatures(magpie=False)
    >>> X = features.transform([f"Ga{n}As" for n in range(1, 21)])
    >>> path = os.path.join(tempfile.mkdtemp(), "gaps.graft")
    >>> model = SingleTask(n_estimators=5, random_state=0).fit(X, np.arange(20.0))
    >>> _ = save_model(model, path, inputs=features)
    >>> load_inputs(path)
    CompositionFeatures(magpie=False)
    """
    with naming(path):
        return unpack(open_document(read_bytes(path))["inputs"])


def restore(
    name: str,
    options: dict[str, Any],
    state: dict[str, Any],
    arrays: dict[str, np.ndarray],
    schema: int = SCHEMA,
) -> tuple[Any, int]:
    """Make a fitted model from its class, packed options, packed state and arrays; return it and its trees.

    Raises
    ------
    DamagedModel
        They do not make a sound model.
    """
    model, n_trees = _restored(name, options, state, arrays, schema, MODELS)
    if arrays:
        raise DamagedModel(f"its array {min(arrays)!r} belongs to nothing")
    return model, n_trees


def _restored(
    name: str,
    options: dict[str, Any],
    state: dict[str, Any],
    arrays: dict[str, np.ndarray],
    schema: int,
    table: dict[str, str],
) -> tuple[Any, int]:
    """Make one model, or a selector and the models in it."""
    from graftwood.store.check import check_model
    from graftwood.store.check_selector import check_selector
    from graftwood.store.upgrade import upgrade

    model, n_trees = _with_options(name, options, table, arrays), 0
    for key, tree in state.items():
        if not _FITTED_NAME.fullmatch(key) or hasattr(model, key):
            raise DamagedModel(f"it claims that fit left {key!r}")
        if name in SELECTORS and key == "models_":
            model.models_, n_trees = _winners(tree, getattr(model, "best_", None), arrays, schema)
        else:
            setattr(model, key, unpack(tree, arrays))
    if name in SELECTORS:
        if not hasattr(model, "models_"):
            raise DamagedModel("its winners are missing")
        check_selector(model)
        return model, n_trees
    upgrade(model, schema)
    return model, check_model(model)


def _with_options(
    name: str, options: dict[str, Any], table: dict[str, str], arrays: dict[str, np.ndarray]
) -> Any:
    from graftwood.architectures.base import SHARED_RULES

    given = {option: unpack(tree, arrays) for option, tree in options.items()}
    model = unfitted(name, given, table)
    try:
        check_options(name, given, {**SHARED_RULES, **model._rules})
    except WrongOption as error:
        raise DamagedModel(f"an option is not allowed ({error})") from None
    return model


def _winners(tree: Any, best: Any, arrays: dict[str, np.ndarray], schema: int) -> tuple[dict[str, Any], int]:
    """Make a selector's winners; return the one of each regime, and the trees of the largest."""
    packed = tree.get("winners") if type(tree) is dict else None
    if not fits(best, dict[str, str]) or set(best) != {HIDDEN, VISIBLE} or type(packed) is not dict:
        raise DamagedModel("it does not say which model won in which regime")
    if set(packed) != set(best.values()):
        raise DamagedModel(f"its winners are {', '.join(packed)} and not {', '.join(best.values())}")
    made, trees = {}, []
    for candidate, parts in packed.items():
        match parts:
            case {"class": str(name), "options": dict(options), "state": dict(state)} if (
                name in ARCHITECTURES
            ):
                made[candidate], n = _restored(name, options, state, arrays, schema, ARCHITECTURES)
                trees.append(n)
            case _:
                raise DamagedModel(f"its winner {candidate[:60]} is no architecture")
    return {regime: made[best[regime]] for regime in best}, max(trees)
