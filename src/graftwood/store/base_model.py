"""scikit-learn models in a model file: stored by skops, read with distrust.

skops makes only objects of types that it is told to trust.  Beyond its own list these are classes
without code of their own to run (kernels, optimisers), and trees, whose nodes are checked before
anything walks down them, as scikit-learn does not look whether a node's children exist.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import numpy as np

from graftwood.errors import DamagedModel, WrongOption

TREE, BOOSTED = "sklearn.tree._tree.Tree", "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor"
_KERNELS = "sklearn.gaussian_process.kernels."
_HARMLESS = {
    TREE, BOOSTED, "numpy.dtype", "sklearn.neural_network._stochastic_optimizers.AdamOptimizer",
    "sklearn.neural_network._stochastic_optimizers.SGDOptimizer",
}  # fmt: skip
_MOST_TIMES = 200  # a member unpacks to at most this many times the size of the whole
_OTHER_INPUTS = {"final_estimator_", "steps"}  # models that see other columns than what encloses them


def dump_base(model: Any, where: str) -> np.ndarray:
    """Turn a scikit-learn model into bytes, (n_bytes,) uint8.

    Parameters
    ----------
    model : scikit-learn estimator
    where : str
        What it is, for messages.

    Raises
    ------
    WrongOption
        skops is not installed, or something in the model is of a type that is not trusted.
    """
    skops = _skops("save_model")
    try:
        data = skops.dumps(model)
        others = _untrusted(skops, data)
    except Exception as error:
        raise WrongOption(
            f"save_model: {where}, a {type(model).__name__}, cannot be stored ({error})."
        ) from None
    if others:
        raise WrongOption(
            f"save_model: {where}, a {type(model).__name__}, holds the type {others[0]}, which a model file "
            "cannot hold, as reading it would not be safe; take another base."
        )
    return np.frombuffer(data, dtype=np.uint8)


def load_base(data: np.ndarray) -> Any:
    """Turn bytes back into a scikit-learn model whose trees can be walked.

    Parameters
    ----------
    data : ndarray of shape (n_bytes,), uint8

    Raises
    ------
    DamagedModel
        It is none, or not a sound one.
    """
    if data.dtype != np.uint8 or data.ndim != 1:
        raise DamagedModel("a base of it is no stretch of bytes")
    raw, skops = data.tobytes(), _skops("load_model")
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            size = sum(member.file_size for member in archive.infolist())
        if size > _MOST_TIMES * len(raw):
            raise DamagedModel(f"a base of it unpacks to {size} bytes from {len(raw)}")
        others = _untrusted(skops, raw)
        if others:
            raise DamagedModel(f"a base of it holds the type {others[0]}, which is not trusted")
        model = skops.loads(raw, trusted=sorted(skops.get_untrusted_types(data=raw)))
        for limit, tree in _trees(model, None, set()):
            _check_tree(tree, limit)
    except DamagedModel:
        raise
    except Exception as error:  # whatever a file can make skops or scikit-learn stumble over
        raise DamagedModel(f"a base of it cannot be read ({type(error).__name__}: {error})") from None
    return model


def is_base(value: Any) -> bool:
    """Whether a value is a scikit-learn model, as far as its module tells."""
    return hasattr(value, "get_params") and hasattr(value, "fit") and not isinstance(value, type)


def _skops(who: str) -> Any:
    try:
        import skops.io
    except ImportError:
        raise WrongOption(
            f"{who}: a scikit-learn base is stored by skops, which is not installed; "
            "pip install 'graftwood[bases]'."
        ) from None
    return skops.io


def _untrusted(skops: Any, data: bytes) -> list[str]:
    found = skops.get_untrusted_types(data=data)
    return [name for name in found if name not in _HARMLESS and not name.startswith(_KERNELS)]


def _trees(value: Any, limit: int | None, seen: set[int]) -> Iterator[tuple[int, Any]]:
    """Find trees in a model, each with the number of inputs that whatever encloses it checks for."""
    if id(value) in seen or isinstance(value, (str, bytes, int, float, type(None))):
        return
    seen.add(id(value))
    kind = f"{type(value).__module__}.{type(value).__qualname__}"
    if kind in (TREE, BOOSTED):
        yield (0 if limit is None else limit), value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _trees(item, None if key in _OTHER_INPUTS else limit, seen)
    elif isinstance(value, (list, tuple)) or (isinstance(value, np.ndarray) and value.dtype == object):
        for item in value.ravel() if isinstance(value, np.ndarray) else value:
            yield from _trees(item, limit, seen)
    elif hasattr(value, "__dict__"):
        own = vars(value).get("n_features_in_")
        both = [int(number) for number in (own, limit) if number is not None]
        yield from _trees(vars(value), min(both) if both else None, seen)


def _check_tree(tree: Any, n_inputs: int) -> None:
    """Refuse a tree of which a walk would leave its nodes, its inputs or its sets of categories."""
    if type(tree).__name__ == "Tree":
        nodes = tree.__getstate__()["nodes"]
        left, right, feature = nodes["left_child"], nodes["right_child"], nodes["feature"]
        is_split = (left != -1) | (right != -1)
        is_sound = len(tree.value) == len(nodes)
    else:
        nodes = tree.nodes
        is_split = nodes["is_leaf"] == 0
        left, right = nodes["left"].astype(np.int64), nodes["right"].astype(np.int64)
        feature, sets = nodes["feature_idx"], nodes["bitset_idx"][is_split & (nodes["is_categorical"] != 0)]
        is_sound = not len(sets) or sets.max() < min(
            len(tree.raw_left_cat_bitsets), len(tree.binned_left_cat_bitsets)
        )
    number, n_nodes = np.arange(len(nodes)), len(nodes)
    for child in (left, right):
        is_sound &= bool(np.all((child > number)[is_split] & (child < n_nodes)[is_split]))
    is_sound &= bool(np.all((feature >= 0)[is_split] & (feature < n_inputs)[is_split]))
    if not n_nodes or not is_sound:
        raise DamagedModel("a tree in a base of it cannot be walked")
