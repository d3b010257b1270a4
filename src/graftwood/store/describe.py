"""What a model file says of itself, without loading the model."""

from __future__ import annotations

import os
from typing import Any

from graftwood.store.archive import read_bytes
from graftwood.store.document import naming, open_document
from graftwood.store.format import unpack


def describe(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Return what a model card tells; no class of the file is imported and no array unpacked.

    Parameters
    ----------
    path : str or path

    Returns
    -------
    dict
        ``class``, ``options``, ``target``, ``tasks``, ``units``, ``n_trees``, ``inputs`` (class and
        options, or None), ``metrics`` and ``study`` (dict or None), ``versions`` (of graftwood, python,
        numpy and numba when it was saved), ``created`` (ISO 8601, UTC), ``schema`` and ``n_bytes``;
        of a TransferSelector also ``selection``: ``best`` and ``verdicts`` (sentences) per regime,
        ``fallback`` and ``left_out`` with reasons.  ``n_trees`` is that of the larger winner then.

    Raises
    ------
    UnreadableFile, DamagedModel
        As `graftwood.load_model`; the trees are not looked at.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> from graftwood import SingleTask, save_model
    >>> X = [[float(row)] for row in range(20)]
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "model.graft"
    >>> save_model(SingleTask(n_estimators=5, random_state=0).fit(X, range(20)), path, metrics={"mae": 1.5})
    >>> card = describe(path)
    >>> card["class"], card["n_trees"], card["metrics"]
    ('SingleTask', 5, {'mae': 1.5})
    """
    with naming(path):
        data = read_bytes(path)
        document = open_document(data)
        options = {name: unpack(tree, make=_told) for name, tree in document["options"].items()}
        told = {name: unpack(document[name], make=_told) for name in ("units", "inputs", "metrics", "study")}
    names = ("created", "schema", "class", "target", "tasks", "n_trees", "selection")
    same = {name: document[name] for name in names if name in document}
    return {**same, "options": options, **told, "versions": document["versions"], "n_bytes": len(data)}


def _told(name: str, options: dict[str, Any]) -> dict[str, Any]:
    return {"class": name, "options": options}
