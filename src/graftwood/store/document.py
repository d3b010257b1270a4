"""What ``model.json`` says: the model's class, options and state, and what a reader wants to know of it.

How values are written is in ``format.py``, how bytes lie on disk in ``archive.py``.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from graftwood import __version__
from graftwood.errors import DamagedModel, WrongOption, on_one_line
from graftwood.store.archive import read_document
from graftwood.store.classes import MODELS, TRANSFORMERS, fits, is_listed
from graftwood.store.format import pack

NAME = "graftwood model"
SCHEMA = 2  # a later graftwood that writes what this one would misread writes a larger number
LONGEST_TOLD = 600  # characters of what is said of a damage

_FIELDS: dict[str, Any] = {
    "created": str,
    "class": str,
    "options": dict,
    "target": str | None,
    "tasks": list[str],
    "units": dict,
    "n_trees": int,
    "versions": dict[str, str],
    "study": dict | None,
    "metrics": dict | None,
    "inputs": dict | None,
    "state": dict,
}


def make_document(
    model: Any,
    options: dict[str, Any],
    state: dict[str, Any],
    n_trees: int,
    *,
    study: Mapping[str, Any] | None,
    metrics: Mapping[str, Any] | None,
    inputs: Any,
    created: datetime | None,
) -> dict[str, Any]:
    """Put together what ``model.json`` says; options and state are packed already.

    Raises
    ------
    WrongOption
        Something given cannot be stored.
    """
    created = datetime.now(UTC) if created is None else created
    if not isinstance(created, datetime) or created.tzinfo is None:
        raise WrongOption(
            f"save_model: created must be a datetime with a time zone or None, got {created!r}."
        )
    return {
        "format": NAME,
        "schema": SCHEMA,
        "created": created.astimezone(UTC).isoformat(timespec="seconds"),
        "class": type(model).__name__,
        "options": options,
        "target": model.target_,
        "tasks": list(model.tasks_),
        "units": pack(dict(model.units or {}), "units"),
        "n_trees": n_trees,
        "versions": {
            "graftwood": __version__,
            "python": platform.python_version(),
            "numpy": version("numpy"),
            "numba": version("numba"),
        },
        "study": _told("study", study),
        "metrics": _told("metrics", metrics),
        "inputs": _how_inputs_were_made(inputs),
        **_what_was_chosen(model),
        "state": state,
    }


def _what_was_chosen(model: Any) -> dict[str, Any]:
    """What a selector chose and why, in words; nothing for other models."""
    if not hasattr(model, "verdicts_"):
        return {}
    verdicts = {regime: str(verdict) for regime, verdict in model.verdicts_.items()}
    chosen = {"best": model.best_, "verdicts": verdicts}
    return {"selection": {**chosen, "fallback": model.fallback_, "left_out": model.left_out_}}


def _told(name: str, value: Mapping[str, Any] | None) -> Any:
    if value is not None and not isinstance(value, Mapping):
        raise WrongOption(f"save_model: {name} must be a dict or None, got {value!r}.")
    return None if value is None else pack(dict(value), name)


def _how_inputs_were_made(inputs: Any) -> Any:
    if inputs is None:
        return None
    if not is_listed(type(inputs), TRANSFORMERS):
        raise WrongOption(
            f"save_model: inputs must be None or one of {', '.join(TRANSFORMERS)}, "
            f"got a {type(inputs).__name__}."
        )
    beside = sorted(vars(inputs).keys() - inputs.get_params(deep=False).keys())
    if beside:
        raise WrongOption(
            f"save_model: inputs carries {beside[0]!r}, and a model file holds options alone; give a "
            f"{type(inputs).__name__} on which nothing but options was set."
        )
    return pack(inputs, "inputs")


def open_document(data: bytes) -> dict[str, Any]:
    """Return what ``model.json`` says, after checking that this version can understand it.

    Raises
    ------
    DamagedModel
    """
    document = read_document(data)
    if document.get("format") != NAME:
        raise DamagedModel(f"its model.json does not say that it is a {NAME}")
    schema = document.get("schema")
    if type(schema) is not int or schema < 1:
        raise DamagedModel(f"its schema version is {schema!r}")
    if schema > SCHEMA:
        raise DamagedModel(
            f"a later graftwood made it, with schema {schema}, and graftwood {__version__} reads up "
            f"to {SCHEMA}; update graftwood"
        )
    for name, hint in _FIELDS.items():
        if name not in document or not fits(document[name], hint):
            raise DamagedModel(f"its model.json lacks {name!r} or says something impossible there")
    if not fits(document.get("selection", {}), dict[str, dict[str, str]]):
        raise DamagedModel("its model.json says something impossible of what was chosen")
    if document["class"] not in MODELS:
        raise DamagedModel(f"its class {document['class'][:60]!r} is none that graftwood {__version__} knows")
    return document


@contextmanager
def naming(path: str | os.PathLike[str]) -> Iterator[None]:
    """Say in which file the damage is, and what to do about it.

    Raises
    ------
    DamagedModel
    """
    try:
        yield
    except RecursionError:
        damage = "its model.json is nested too deeply"
    except DamagedModel as error:
        damage = _one_line(str(error))
    else:
        return
    remedy = "" if "update graftwood" in damage else "; copy the file again or save the model anew"
    raise DamagedModel(f"Cannot read the model file {Path(path)}: {damage}{remedy}.") from None


def _one_line(text: str) -> str:
    # A name in a damaged file may hold anything, line breaks included, and be as long as the file.
    plain = on_one_line(text)
    return plain if len(plain) <= LONGEST_TOLD else f"{plain[:LONGEST_TOLD]} ..."
