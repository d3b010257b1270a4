"""Plain data to JSON and back, by whitelist: what may stand in a model file and how it is written there.

    JSON                                        stands for
    null, true, 12, 0.5, "text", [...]          None, bool, int, float, str, list
    {"tuple": [...]}                            tuple
    {"dict": {...}}                             dict with text keys, in its order
    {"pairs": [[0, ...], ["a", ...]]}           dict with integers among its keys
    {"float": "nan"}                            nan, inf, -inf
    {"array": "a12"}                            ndarray; its numbers are in the member a12.npy
    {"texts": ["a", "b"]}                       ndarray of dtype object that holds texts
    {"frame": {...}}                            DataFrame; see frames.py
    {"record": "Stage", "fields": {...}}        frozen dataclass that classes.py lists
    {"options": "MultiTaskForest", "of": {...}} unfitted estimator that classes.py lists
    {"skops": "a12"}                            scikit-learn model; skops wrote the bytes in a12.npy

Nothing else can be written or read, so that reading a file never runs code of
the file's choosing.  How the bytes lie on disk is in ``archive.py``; whether
what was read makes a sound model is for ``check.py``.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from graftwood.errors import DamagedModel, WrongOption
from graftwood.store.base_model import dump_base, is_base, load_base
from graftwood.store.classes import ESTIMATORS, RECORDS, fits, hints_of, is_listed, load_class, options_of
from graftwood.store.frames import pack_frame, unpack_frame

_FLOATS = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}


def pack(value: Any, where: str, arrays: dict[str, np.ndarray] | None = None) -> Any:
    """Turn a value into what JSON can hold.

    Parameters
    ----------
    value : None, bool, int, float, str, list, tuple, dict, ndarray, DataFrame, record or estimator
        NumPy's scalars become Python's, which are equal to them.
    where : str
        What the value is, for the message.
    arrays : dict, optional
        Receives the arrays under new names; without it arrays are refused.

    Returns
    -------
    value for `json.dumps`

    Raises
    ------
    WrongOption
        The value, or something in it, is of another type.

    Examples
    --------
    >>> arrays = {}
    >>> pack(("gap", float("nan"), np.arange(3)), "it", arrays)
    {'tuple': ['gap', {'float': 'nan'}, {'array': 'a0'}]}
    >>> arrays
    {'a0': array([0, 1, 2])}
    """
    if isinstance(value, np.generic) and value.dtype.kind in "biufU":
        value = value.item()
    kind = type(value)
    if value is None or kind in (bool, int, str):
        return value
    if kind is float:
        return value if math.isfinite(value) else {"float": str(value)}
    if kind in (list, tuple):
        items = [pack(item, f"{where}[{i}]", arrays) for i, item in enumerate(value)]
        return items if kind is list else {"tuple": items}
    if kind is dict and all(type(key) is str for key in value):
        return {"dict": {key: pack(item, f"{where}[{key!r}]", arrays) for key, item in value.items()}}
    if kind is dict and all(type(key) in (str, int) for key in value):
        return {"pairs": [[key, pack(item, f"{where}[{key!r}]", arrays)] for key, item in value.items()]}
    if kind is np.ndarray and arrays is not None:
        return _pack_array(value, where, arrays)
    if arrays is not None and (kind.__name__, kind.__module__.partition(".")[0]) == ("DataFrame", "pandas"):
        return pack_frame(value, where, arrays)
    if is_listed(kind, RECORDS):
        names = [field.name for field in dataclasses.fields(value)]
        fields = {name: pack(getattr(value, name), f"{where}.{name}", arrays) for name in names}
        return {"record": kind.__name__, "fields": fields}
    if is_listed(kind, ESTIMATORS):
        return {"options": kind.__name__, "of": pack_options(value, where, arrays)}
    if arrays is not None and is_base(value):
        return {"skops": _pack_array(dump_base(value, where), where, arrays)["array"]}
    raise WrongOption(
        f"save_model: {where} is {_described(value)}, which a model file cannot hold; it holds None, "
        "True and False, numbers, texts, and lists, tuples, dicts and arrays of them."
    )


def _described(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"an array of dtype {value.dtype}"
    return (
        "a dict with keys that are neither texts nor integers"
        if type(value) is dict
        else f"a {type(value).__name__}"
    )


def _pack_array(array: np.ndarray, where: str, arrays: dict[str, np.ndarray]) -> dict[str, Any]:
    if array.dtype == object and array.ndim == 1 and all(type(text) is str for text in array):
        return {"texts": array.tolist()}
    if array.dtype.kind not in "biufU" or (array.dtype.kind == "f" and array.dtype.itemsize not in (4, 8)):
        raise WrongOption(
            f"save_model: {where} is an array of dtype {array.dtype}, which a model file cannot hold; "
            "it holds arrays of bool, integers, float32, float64 and fixed-width texts."
        )
    name = f"a{len(arrays)}"
    arrays[name] = array
    return {"array": name}


# Where a model was trained is no part of it, and whoever loads it may be out of the cluster's reach.
NOT_KEPT = ("client",)


def pack_options(estimator: Any, where: str, arrays: dict[str, np.ndarray] | None = None) -> dict[str, Any]:
    """Turn an estimator's options into what JSON can hold; a RandomState is refused.

    Raises
    ------
    WrongOption
    """
    options = estimator.get_params(deep=False)
    if isinstance(options.get("random_state"), np.random.RandomState):
        raise WrongOption(
            f"save_model: random_state of {where} is a RandomState, whose state a model file does not "
            "hold; call set_params(random_state=None), no prediction of the fitted model depends on it."
        )
    kept = {name: value for name, value in options.items() if name not in NOT_KEPT}
    return {name: pack(value, f"{where}.{name}", arrays) for name, value in kept.items()}


def unpack(
    tree: Any,
    arrays: dict[str, np.ndarray] | None = None,
    make: Callable[[str, dict[str, Any]], Any] | None = None,
) -> Any:
    """Turn what JSON held back into the value; the reverse of `pack`.

    Parameters
    ----------
    tree : what `json.loads` gave
    arrays : dict, optional
        The arrays by name; each is taken out when it is used, so none can be used twice.
    make : callable, optional
        Makes something of the name of a class and its options or fields; by default the record, or the
        unfitted estimator.

    Raises
    ------
    DamagedModel
        The tree is none that `pack` makes.

    Examples
    --------
    >>> unpack({"tuple": ["gap", {"array": "a0"}]}, {"a0": np.arange(3)})
    ('gap', array([0, 1, 2]))
    """
    if tree is None or type(tree) in (bool, int, float, str):
        return tree
    if type(tree) is list:
        return [unpack(item, arrays, make) for item in tree]
    match tree:
        case {"tuple": list(items), **rest} if not rest:
            return tuple(unpack(item, arrays, make) for item in items)
        case {"dict": dict(items), **rest} if not rest:
            return {key: unpack(item, arrays, make) for key, item in items.items()}
        case {"pairs": list(pairs), **rest} if not rest and all(_is_pair(pair) for pair in pairs):
            return {key: unpack(item, arrays, make) for key, item in pairs}
        case {"float": str(name), **rest} if not rest and name in _FLOATS:
            return _FLOATS[name]
        case {"array": str(name), **rest} if not rest:
            if arrays is None or name not in arrays:
                raise DamagedModel(f"its array {name!r} is missing")
            return arrays.pop(name)
        case {"skops": str(name), **rest} if not rest and arrays is not None and name in arrays:
            return load_base(arrays.pop(name))
        case {"texts": list(texts), **rest} if not rest and all(type(text) is str for text in texts):
            return np.array(texts, dtype=object)
        case {"record": str(name), "fields": dict(fields), **rest} if not rest and name in RECORDS:
            held = {key: unpack(item, arrays, make) for key, item in fields.items()}
            return make(name, held) if make else _record(name, held)
        case {"frame": dict(columns), **rest} if not rest:
            return unpack_frame(columns, arrays)
        case {"options": str(name), "of": dict(options), **rest} if not rest and name in ESTIMATORS:
            given = {key: unpack(item, arrays, make) for key, item in options.items()}
            return make(name, given) if make else unfitted(name, given, ESTIMATORS)
    keys = ", ".join(repr(key) for key in list(tree)[:3]) if type(tree) is dict else type(tree).__name__
    raise DamagedModel(f"it holds an object with {keys[:80]}, which no model file of this schema does")


def _is_pair(pair: Any) -> bool:
    return type(pair) is list and len(pair) == 2 and type(pair[0]) in (str, int)


def _record(name: str, fields: Mapping[str, Any]) -> Any:
    """Make a listed dataclass; a field that the file lacks must have a default."""
    cls = load_class(name, RECORDS)
    hints = hints_of(cls)
    needed = {
        field.name
        for field in dataclasses.fields(cls)
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
    }
    if not needed <= fields.keys() <= hints.keys():
        raise DamagedModel(f"its {name} has the fields {', '.join(fields)} instead of {', '.join(hints)}")
    for field, value in fields.items():
        if not fits(value, hints[field]):
            raise DamagedModel(f"{field} of its {name} is a {type(value).__name__}, which it cannot be")
    return cls(**fields)


def unfitted(name: str, options: Mapping[str, Any], table: Mapping[str, str]) -> Any:
    """Make an estimator of a listed class from its options; an option that the file lacks has its default.

    Raises
    ------
    DamagedModel
        The class has no such option.
    """
    cls = load_class(name, table)
    unknown = [option for option in options if option not in options_of(cls)]
    if unknown:
        raise DamagedModel(f"its {name} has an option {unknown[0]!r} that this version does not know")
    return cls(**options)
