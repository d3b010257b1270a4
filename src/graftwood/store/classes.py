"""Which classes may stand in a model file.

A new architecture is one line of `ARCHITECTURES`; a new dataclass in fitted state one
line of `RECORDS`.  Classes are named, not imported: a listed one is loaded when
a file that holds it is read.
"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Mapping
from importlib import import_module
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

RECORDS = {
    "BaseStage": "graftwood.network.any_base",
    "Bins": "graftwood.engine.bins",
    "Calibration": "graftwood.uncertainty.rescale",
    "Candidate": "graftwood.study.candidates",
    "Comparison": "graftwood.study.compare",
    "Domain": "graftwood.uncertainty.domain",
    "Doubt": "graftwood.answers.doubt",
    "HurdleCalibration": "graftwood.uncertainty.hurdle",
    "InputCoder": "graftwood.coding.inputs",
    "Jackknife": "graftwood.uncertainty.jackknife",
    "JointRows": "graftwood.answers.doubt",
    "LabelColumns": "graftwood.coding.labels",
    "Network": "graftwood.network.network",
    "Node": "graftwood.network.network",
    "Odds": "graftwood.uncertainty.odds",
    "Relation": "graftwood.network.relation",
    "SeenRows": "graftwood.network.seen_rows",
    "Stage": "graftwood.network.stage",
    "TaskNode": "graftwood.study.records",
    "Verdict": "graftwood.study.records",
    "View": "graftwood.engine.forest",
}


ARCHITECTURES = {
    "MultiTaskForest": "graftwood.architectures.forest",
    "SingleTask": "graftwood.architectures.single",
    "Pooled": "graftwood.architectures.pooled",
    "Difference": "graftwood.architectures.difference",
    "LatentVariable": "graftwood.architectures.latent",
    "TaskGraph": "graftwood.architectures.graph",
    "Blend": "graftwood.architectures.blend",
}
# What chooses among architectures; its winners are stored as models within the model.
SELECTORS = {"TransferSelector": "graftwood.study.selector"}
MODELS = {**ARCHITECTURES, **SELECTORS}
TRANSFORMERS = {
    "CompositionFeatures": "graftwood.features.composition",
    "TableFeatures": "graftwood.features.table",
}
# What a model file may hold unfitted, as options alone: a ``base``, nodes, and how inputs were made.
NODES = {"Expression": "graftwood.architectures.expression"}
ESTIMATORS = {**ARCHITECTURES, **TRANSFORMERS, **NODES}


def is_listed(cls: type, table: Mapping[str, str]) -> bool:
    """Whether a class itself, not one derived from it or named alike, is in a table."""
    return table.get(cls.__name__) == cls.__module__


def load_class(name: str, table: Mapping[str, str]) -> Any:
    """Import a listed class."""
    return getattr(import_module(table[name]), name)


def options_of(cls: Any) -> list[str]:
    """Names of an estimator's options."""
    return list(inspect.signature(cls).parameters)


def hints_of(cls: Any) -> dict[str, Any]:
    """Declared types of a dataclass's fields."""
    hints = get_type_hints(cls)
    return {field.name: hints[field.name] for field in dataclasses.fields(cls)}


def fits(value: Any, hint: Any) -> bool:
    """Whether a value is exactly of the declared type, all the way down; True is no int.

    Any means a plain value, a record or an estimator that may stand in a model file.

    Examples
    --------
    >>> fits(("a", "b"), tuple[str, ...]), fits(("a", 1), tuple[str, ...]), fits(True, int | None)
    (True, False, False)
    """
    origin, parts = get_origin(hint), get_args(hint)
    if hint is Any:
        kind = type(value)
        return kind in (type(None), bool, int, float, str) or is_listed(kind, {**RECORDS, **ESTIMATORS})
    if origin in (Union, UnionType):
        return any(fits(value, part) for part in parts)
    if origin is tuple:
        if type(value) is not tuple:
            return False
        each = [parts[0]] * len(value) if parts[-1] is Ellipsis else parts
        return len(each) == len(value) and all(
            fits(item, part) for item, part in zip(value, each, strict=True)
        )
    if origin in (dict, list):
        if type(value) is not origin:
            return False
        items = value.items() if origin is dict else ((item,) for item in value)
        return all(fits(item, part) for pair in items for item, part in zip(pair, parts, strict=True))
    if isinstance(hint, type) and hint.__name__ == "BaseEstimator":  # not imported, cards need no more
        return isinstance(value, hint)
    return type(value) is (type(None) if hint is None else hint)
