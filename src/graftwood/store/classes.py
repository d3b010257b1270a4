"""Which classes may stand in a model file, and of what each one's forests must be made.

A new architecture is one line of `MODELS`; a new dataclass in fitted state one
line of `RECORDS`.  Classes are named, not imported: a listed one is loaded when
a file that holds it is read.
"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import import_module
from types import UnionType
from typing import Any, NamedTuple, Union, get_args, get_origin, get_type_hints

from graftwood.errors import DamagedModel

RECORDS = {
    "Bins": "graftwood.engine.bins",
    "Calibration": "graftwood.uncertainty.rescale",
    "InputCoder": "graftwood.architectures.inputs",
    "LabelColumns": "graftwood.architectures.labels",
    "Stage": "graftwood.architectures.stage",
    "View": "graftwood.engine.forest",
}


class Forest(NamedTuple):
    """A stage of a model and what its architecture will ask of it.

    Examples
    --------
    >>> Forest("the stage of gap", stage=None, n_views=1, n_more=0).n_views
    1
    """

    where: str
    stage: Any
    n_views: int
    n_more: int


class Model(NamedTuple):
    """Where an architecture is defined, and how to find the forests of a fitted one.

    Examples
    --------
    >>> MODELS["SingleTask"].module
    'graftwood.architectures.single'
    """

    module: str
    forests: Callable[[Any], Iterable[Forest]]


def _one_for_all(model: Any) -> Iterator[Forest]:
    yield Forest("the stage", model._stage, len(model._columns.names), 0)


def _one_with_source(model: Any) -> Iterator[Forest]:
    _needs_tasks(model, (model.target_,))
    yield Forest("the stage", model._stage, 1, int(bool(model.source_as_input)))


def _one_per_task(model: Any) -> Iterator[Forest]:
    yield from _named("the stage of", model._stages, model.tasks_)


def _chain(model: Any) -> Iterator[Forest]:
    _needs_tasks(model, (*model.sources_, model.target_))
    if not set(model.stages_) <= {"hidden", "visible"}:
        raise DamagedModel(f"its second stages are {', '.join(model.stages_)}")
    yield from _named("the first stage of", model._source_stages, model.sources_)
    yield from _named("the second stage of", model._target_stages, model.stages_, len(model.sources_))


def _needs_tasks(model: Any, tasks: tuple[str | None, ...]) -> None:
    if set(model.tasks_) != set(tasks):
        raise DamagedModel(f"its tasks are {', '.join(model.tasks_)} and not {', '.join(map(str, tasks))}")


def _named(
    where: str, stages: Mapping[str, Any], names: tuple[str, ...], n_more: int = 0
) -> Iterator[Forest]:
    if not names or sorted(stages) != sorted(names):
        raise DamagedModel(f"it has stages of {', '.join(stages)} where those of {', '.join(names)} belong")
    yield from (Forest(f"{where} {name}", stages[name], 1, n_more) for name in names)


MODELS = {
    "MultiTaskForest": Model("graftwood.architectures.forest", _one_for_all),
    "SingleTask": Model("graftwood.architectures.single", _one_per_task),
    "Pooled": Model("graftwood.architectures.pooled", _one_with_source),
    "Difference": Model("graftwood.architectures.difference", _chain),
    "LatentVariable": Model("graftwood.architectures.latent", _chain),
}
ARCHITECTURES = {name: model.module for name, model in MODELS.items()}
TRANSFORMERS = {"CompositionFeatures": "graftwood.features.composition"}
# What a model file may hold unfitted, as options alone: a ``base``, and how inputs were made.
ESTIMATORS = {"MultiTaskForest": ARCHITECTURES["MultiTaskForest"], **TRANSFORMERS}


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

    Examples
    --------
    >>> fits(("a", "b"), tuple[str, ...]), fits(("a", 1), tuple[str, ...]), fits(True, int | None)
    (True, False, False)
    """
    origin, parts = get_origin(hint), get_args(hint)
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
    return type(value) is (type(None) if hint is None else hint)
