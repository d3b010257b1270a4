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
from graftwood.options import check_options
from graftwood.store.archive import read_arrays, read_bytes
from graftwood.store.classes import ARCHITECTURES
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
    MultiTaskForest, SingleTask, Pooled, Difference or LatentVariable
        Fitted, with all its options.

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
    from graftwood.architectures.base import SHARED_RULES
    from graftwood.store.check import check_model
    from graftwood.store.upgrade import upgrade

    given = {option: unpack(tree, arrays) for option, tree in options.items()}
    model = unfitted(name, given, ARCHITECTURES)
    try:
        check_options(name, given, {**SHARED_RULES, **model._rules})
    except WrongOption as error:
        raise DamagedModel(f"an option is not allowed ({error})") from None
    for key, tree in state.items():
        if not _FITTED_NAME.fullmatch(key) or hasattr(model, key):
            raise DamagedModel(f"it claims that fit left {key!r}")
        setattr(model, key, unpack(tree, arrays))
    upgrade(model, schema)
    n_trees = check_model(model)
    if arrays:
        raise DamagedModel(f"its array {min(arrays)!r} belongs to nothing")
    return model, n_trees
