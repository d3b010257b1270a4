"""The study file: what may stand in it, and one sentence where something else does.

pydantic checks; this file says in our words what it found.  Reading the tables that the
file names is the business of ``reading/assemble.py``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from graftwood.errors import UnreadableFile, WrongStudy
from graftwood.reading.graph_check import check_graph
from graftwood.reading.graph_section import NodeSection


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Names = Annotated[list[str], BeforeValidator(_listed)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class StudySection(_Section):
    """The section ``[study]``.

    Examples
    --------
    >>> StudySection(target="gap_exp", material="formula").material
    ['formula']
    """

    target: str = Field(min_length=1)
    material: Names = Field(min_length=1)
    title: str = ""


class InputSection(_Section):
    """A section ``[inputs.NAME]``.

    Examples
    --------
    >>> InputSection(kind="number", unit="K").unit
    'K'
    """

    kind: Literal["composition", "number", "category"]
    unit: str = ""


class TaskSection(_Section):
    """A section ``[tasks.NAME]``; keys as in the documentation of study files.

    Examples
    --------
    >>> TaskSection(file="dft.csv", column="gap (eV)").repeats
    'median'
    """

    file: str = Field(min_length=1)
    column: str = Field(min_length=1)
    kind: Literal["real", "positive", "nonnegative", "category"] = "real"
    unit: str | None = None
    source: str = ""
    same_as: Names = []
    repeats: Literal["median", "mean", "keep"] = "median"
    clash: float | None = Field(default=None, gt=0)
    limits: Literal["leave out", "use the limit"] = "leave out"
    where: str = ""
    rename: dict[str, str] = {}
    label_std: str = ""
    query: str | None = None
    sheet: str | None = None


class StudyFile(_Section):
    """A whole study file.

    Examples
    --------
    >>> said = {"study": {"target": "gap", "material": "formula"},
    ...         "inputs": {"formula": {"kind": "composition"}},
    ...         "tasks": {"gap": {"file": "gaps.csv", "column": "gap (eV)"}}}
    >>> list(StudyFile(**said).tasks)
    ['gap']
    """

    study: StudySection
    inputs: dict[str, InputSection] = Field(min_length=1)
    tasks: dict[str, TaskSection] = Field(min_length=1)
    graph: dict[str, NodeSection] = {}


def load_study_file(path: str | Path) -> StudyFile:
    """Read and check a study file; the tables that it names are not opened.

    Raises
    ------
    UnreadableFile
        There is no such file, or it is no TOML.
    WrongStudy
        A key is unknown, missing or has a value that is not allowed.
    """
    place = Path(path)
    try:
        said = tomllib.loads(place.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        raise UnreadableFile(
            f"{place}: there is no such study file; make one with: graftwood init FILE."
        ) from None
    except IsADirectoryError:
        raise UnreadableFile(f"{place}: this is a folder; name the study file in it.") from None
    except UnicodeDecodeError:
        raise UnreadableFile(f"{place}: this is no TOML text; name a study file.") from None
    except tomllib.TOMLDecodeError as error:
        raise UnreadableFile(f"{place}: this is no TOML ({str(error).rstrip('.')}); correct it.") from None
    try:
        study = StudyFile.model_validate(said)
    except ValidationError as error:
        raise WrongStudy(f"{place}: {_sentence(error.errors()[0])}") from None
    _check_names(study, place)
    check_study_graph(study, place, {name: task.unit for name, task in study.tasks.items()})
    return study


def check_study_graph(study: StudyFile, place: Path, units: Mapping[str, str | None]) -> None:
    """Refuse sections ``[graph.TASK]`` that make no graph of the study's tasks.

    Parameters
    ----------
    study : StudyFile
    place : Path
        The study file, for messages.
    units : mapping
        Unit of every task as far as it is known: a header may say it, and is not read yet at first.

    Raises
    ------
    WrongStudy
    """
    if study.graph:
        target = study.study.target
        kinds: dict[str, str] = {name: task.kind for name, task in study.tasks.items()}
        check_graph(study.graph, target, kinds, units, study.tasks[target].same_as, place)


def _keys_beside(section: Sequence[str]) -> list[str]:
    """Keys that are allowed in a section, such as ("tasks", "gap")."""
    models: dict[str, type[BaseModel]] = {
        "study": StudySection, "inputs": InputSection, "tasks": TaskSection, "graph": NodeSection,
    }  # fmt: skip
    return list((models[section[0]] if section else StudyFile).model_fields)


def _sentence(problem: Any) -> str:
    """Say of one problem that pydantic found: which key, which value, what is allowed."""
    *section, key = (str(part) for part in problem["loc"])
    where = f"[{'.'.join(section)}] {key}" if section else f"[{key}]"
    kind, context = problem["type"], problem.get("ctx", {})
    if kind == "missing":
        return f"{where} is missing; add it."
    if kind == "extra_forbidden":
        known = ", ".join(_keys_beside(section))
        return (
            f"{where} is no key that a study file knows; allowed there are {known}; correct it or leave "
            "it out."
        )
    allowed = {
        "literal_error": f"must be {context.get('expected')}",
        "string_type": "must be a text in quotation marks",
        "string_too_short": "must not be empty",
        "too_short": "must not be empty",
        "greater_than": f"must be above {context.get('gt')}",
        "dict_type": "must be a table",
        "list_type": "must be a name or a list of names",
        "float_parsing": "must be a number",
        "float_type": "must be a number",
        "model_type": "must be a section",
    }
    return f"{where} {allowed.get(kind, problem['msg'].lower())}, got {problem['input']!r}."


def _check_names(study: StudyFile, place: Path) -> None:
    tasks, inputs = study.tasks, study.inputs
    if study.study.target not in tasks:
        raise WrongStudy(
            f"{place}: [study] target is {study.study.target!r}, but the tasks are {', '.join(tasks)}; "
            "name one of them or add its section."
        )
    for name in study.study.material:
        if name not in inputs:
            raise WrongStudy(
                f"{place}: [study] material names {name!r}, but the inputs are {', '.join(inputs)}; "
                f"add a section [inputs.{name}] or correct the name."
            )
    for name in tasks.keys() & inputs.keys():
        raise WrongStudy(f"{place}: {name!r} is both a task and an input; rename one of them.")
    for name, task in tasks.items():
        if task.label_std and task.kind == "category":
            raise WrongStudy(
                f"{place}: [tasks.{name}] label_std is {task.label_std!r}, but a category has no standard "
                "deviation; leave it out."
            )
        for other in task.same_as:
            if other not in tasks or other == name:
                raise WrongStudy(
                    f"{place}: [tasks.{name}] same_as names {other!r}, which is no other task; the tasks are "
                    f"{', '.join(tasks)}."
                )
