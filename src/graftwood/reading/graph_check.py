"""Whether the nodes of a study file make a graph of its tasks; where not, file, key and value are named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from graftwood.errors import UnreadableExpression, WrongStudy
from graftwood.network.expression_text import read_expression
from graftwood.reading.graph_section import FOREST_KEYS, NODES, REST, NodeSection, seen

CATEGORY, POSITIVE = "category", "positive"


def check_graph(
    sections: Mapping[str, NodeSection],
    target: str,
    kinds: Mapping[str, str],
    units: Mapping[str, str | None],
    same_as: Sequence[str],
    place: str | Path,
) -> None:
    """Refuse a graph that cannot be built of the study's tasks, by file, key and value.

    Parameters
    ----------
    sections : mapping of task to NodeSection
    target : str
        Of the study.
    kinds : mapping
        Kind of every task, in the file's order.
    units : mapping
        Unit of every task; "" or None for none that is known.
    same_as : sequence of str
        Tasks that repeat the target's measurement.
    place : str or path
        The study file, for messages.

    Raises
    ------
    WrongStudy

    Examples
    --------
    >>> nodes = {"gap": NodeSection(architecture="latent", latents="colour")}
    >>> check_graph(nodes, "gap", {"gap": "real", "dft": "real"}, {}, (), "study.toml")
    Traceback (most recent call last):
    ...
    graftwood.errors.WrongStudy: study.toml: [graph.gap] latents names 'colour', but the tasks are gap,
    dft; name one of them or add a section [tasks.colour].
    """
    for task, said in sections.items():
        where = f"{place}: [graph.{_quoted(task)}]"
        _check_keys(where, task, said, kinds)
        _check_forest(where, said)
        for source in seen(said):
            _check_source(where, task, source, said, kinds, same_as)
        if said.architecture == "expression":
            _check_expression(
                where, said.expression, [*kinds, *(name for name in sections if name not in {*kinds, REST})]
            )
        if NODES[said.architecture].is_sum:
            # A node that names no sources sums all tasks.
            summed = [task, *(seen(said) if NODES[said.architecture].sources else kinds)]
            _check_sum(where, said, dict.fromkeys(summed), kinds, units)
    _refuse_cycle(sections, place)
    answered = {*sections, *(source for said in sections.values() for source in seen(said))}
    if target not in answered and REST not in answered:
        raise WrongStudy(
            f"{place}: [graph] has no node that answers for the target {target!r}, only for "
            f"{', '.join(sorted(answered))}; add a section [graph.{target}]."
        )


def _quoted(task: str) -> str:
    return task if task.replace("_", "").replace("-", "").isalnum() else f'"{task}"'


def _check_keys(where: str, task: str, said: NodeSection, kinds: Mapping[str, str]) -> None:
    if task not in kinds and task != REST and said.architecture != "expression":
        raise WrongStudy(
            f"{where} is of no task; the tasks are {', '.join(kinds)}; name one of them, or "
            f'"{REST}" for all that no other node answers for.'
        )
    if said.architecture not in NODES:
        raise WrongStudy(f"{where} architecture must be {_either(NODES)}, got {said.architecture!r}.")
    if task == REST and said.architecture != "multi-task":
        raise WrongStudy(
            f"{where} architecture must be 'multi-task', which answers for several tasks, got "
            f"{said.architecture!r}; or name the task."
        )
    kind = NODES[said.architecture]
    allowed = {"architecture", "forest", *kind.keys, kind.sources} - {""}
    for key in sorted(said.model_fields_set - allowed):
        raise WrongStudy(
            f"{where} {key} is no key of a {said.architecture} node, whose keys are "
            f"{', '.join(sorted(allowed))}; leave it out."
        )
    if said.architecture == "expression" and (not said.expression or said.forest):
        raise WrongStudy(
            f"{where} expression is missing, or has forests: it is arithmetic on tasks, such as 'a - b'."
        )
    if kind.sources and not seen(said):
        raise WrongStudy(
            f"{where} {kind.sources} is missing; a {said.architecture} node names at least one task there."
        )


def _check_expression(where: str, text: str, known: Sequence[str]) -> None:
    try:
        names = read_expression(text).names
    except UnreadableExpression as error:
        raise WrongStudy(f"{where} {error}") from None
    for name in names:
        if name not in known:
            raise WrongStudy(
                f"{where} expression names {name!r}, but the tasks are {', '.join(known)}; correct the name."
            )


def _either(names: Iterable[str]) -> str:
    *first, last = (repr(name) for name in names)
    return f"{', '.join(first)} or {last}"


def _check_forest(where: str, said: NodeSection) -> None:
    for key in said.forest:
        if key not in FOREST_KEYS:
            raise WrongStudy(f"{where} forest has the key {key!r}; allowed are {', '.join(FOREST_KEYS)}.")


def _check_source(
    where: str, task: str, source: str, said: NodeSection, kinds: Mapping[str, str], same_as: Sequence[str]
) -> None:
    key = NODES[said.architecture].sources
    if source not in kinds:
        raise WrongStudy(
            f"{where} {key} names {source!r}, but the tasks are {', '.join(kinds)}; name one of them or add "
            f"a section [tasks.{source}]."
        )
    if source in same_as:
        raise WrongStudy(
            f"{where} {key} names {source!r}, which repeats the target's measurement (same_as) and would "
            "look like a perfect source; leave it out."
        )
    if seen(said).count(source) > 1:
        raise WrongStudy(f"{where} {key} names {source!r} twice; name it once.")


def _check_sum(
    where: str,
    said: NodeSection,
    tasks: Iterable[str],
    kinds: Mapping[str, str],
    units: Mapping[str, str | None],
) -> None:
    first, architecture = next(iter(tasks)), said.architecture
    way_out = "say slope = \"learned\", or use 'latent'" if architecture == "difference" else "use 'latent'"
    for task in tasks:
        if kinds[task] == CATEGORY:
            raise WrongStudy(
                f"{where} architecture is {architecture!r}, but the task {task!r} is a category, which "
                "cannot be added; use 'latent' or 'multi-task'."
            )
        if said.slope != "learned" and (kinds[task] == POSITIVE) != (kinds[first] == POSITIVE):
            raise WrongStudy(
                f"{where} architecture is {architecture!r}, but {first!r} is {kinds[first]} and {task!r} is "
                f"{kinds[task]}; give both one kind, or {way_out}."
            )
        one, other = units.get(first), units.get(task)
        if said.slope == 1 and one and other and one != other:
            raise WrongStudy(
                f"{where} architecture is {architecture!r}, but {first!r} is in {one} and {task!r} in "
                f"{other}; give both one unit, or {way_out}."
            )


def _refuse_cycle(sections: Mapping[str, NodeSection], place: str | Path) -> None:
    """Walk up from every task; a task that is its own source is the control and no cycle."""

    def walk(task: str, path: tuple[str, ...]) -> None:
        if task in path:
            ring = " <- ".join((*path[path.index(task) :], task))
            raise WrongStudy(
                f"{place}: [graph] the tasks {ring} need each other; take out one of these sources."
            )
        for source in _parents(sections, task):
            walk(source, (*path, task))

    for task in sections:
        walk(task, ())


def _parents(sections: Mapping[str, NodeSection], task: str) -> list[str]:
    """Tasks whose values a task's node sees; the level below it where these are levels."""
    if task in sections:
        named = seen(sections[task])
        last = named[-1:] if NODES[sections[task].architecture].has_levels else named
        return [source for source in last if source != task]
    for said in sections.values():
        levels = seen(said) if NODES[said.architecture].has_levels else []
        if task in levels[1:]:
            return [levels[levels.index(task) - 1]]
    return []
