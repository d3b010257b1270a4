"""The networks of tasks as the page draws them: boxes, arrows and the same in words.

Tasks stand in layers, what builds on others to the right of them.  An arrow that passes a layer
gets a place of its own in it, so that it runs round the boxes and not behind them.
Everything is in pixels of the drawing; colours and fonts are the style sheet's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from graftwood.report.words import architecture_words
from graftwood.study.records import StudyRecords, TaskNode

Summary = dict[str, Any]

WIDTH, HEIGHT = 156, 50  # of a box
ACROSS, DOWN, MARGIN = 72, 22, 14  # between layers, between boxes, round the drawing
LANE = 12  # height of the place where an arrow passes a layer
FRAME, CAPTION = 12, 20  # round boxes of one forest, and for what stands above them
LETTERS = 16  # of a name that fit into a box


@dataclass
class _Place:
    """A box, or the place where an arrow passes a layer."""

    key: str
    layer: int
    height: int
    y: float = 0.0
    above: list[str] = field(default_factory=list)


def networks_summary(records: StudyRecords) -> list[Summary]:
    """Return the drawing of every architecture that was compared, the final one first.

    Parameters
    ----------
    records : StudyRecords
        Its networks and its overlap, for the numbers of labels.

    Returns
    -------
    list of dict
        key, label, is_final, title, width, height, boxes, frames, arrows, sentences.
    """
    keys = sorted(records.networks, key=lambda key: key != records.final)
    return [
        _drawing(key, records.networks[key], records, is_final=key == records.final)
        for key in keys
        if records.networks[key]
    ]


def _drawing(key: str, nodes: tuple[TaskNode, ...], records: StudyRecords, *, is_final: bool) -> Summary:
    layers = _layers(nodes)
    frames = _forests(nodes)
    places = _placed(nodes, layers, frames)
    boxes = [_box(node, places[node.name], records) for node in nodes]
    boxes += [
        _box(_labels_only(task), places[task], records, is_labels_only=True)
        for task in places
        if task in {other for node in nodes for other in node.learned_with}
        and task not in {node.name for node in nodes}
    ]
    bottom = max(box["y"] + HEIGHT for box in boxes)
    drawn = [_frame(name, members, places) for name, members in frames.items() if len(members) > 1]
    label = architecture_words(key).label
    n_layers = 1 + max(layers.values())
    return {
        "key": key,
        "label": label,
        "is_final": is_final,
        "title": f"What builds on what in {label}",
        "width": 2 * MARGIN + n_layers * WIDTH + (n_layers - 1) * ACROSS,
        "height": max([bottom, *(frame["y"] + frame["height"] for frame in drawn)]) + MARGIN,
        "boxes": boxes,
        "frames": drawn,
        "arrows": [arrow for node in nodes for arrow in _arrows(node, places, layers)],
        "sentences": _sentences(nodes, records),
    }


def _labels_only(task: str) -> TaskNode:
    return TaskNode(task, task, False, (), False, "", ())


def _layers(nodes: tuple[TaskNode, ...]) -> dict[str, int]:
    """Put each node one layer behind the last of its parents."""
    found: dict[str, int] = {}
    for node in nodes:
        found[node.name] = 1 + max((found[parent] for parent in node.parents), default=-1)
    return found


def _forests(nodes: tuple[TaskNode, ...]) -> dict[str, list[str]]:
    """Boxes that one forest learns together, by the forest's name."""
    found: dict[str, list[str]] = {}
    answered = {node.name for node in nodes}
    for node in nodes:
        if node.learned_with:
            members = found.setdefault(node.forest, [])
            # A task that has a node of another forest stands there; its labels are named in words.
            others = [task for task in node.learned_with if task not in answered]
            members += [name for name in (node.name, *others) if name not in members]
    return found


def _placed(
    nodes: tuple[TaskNode, ...], layers: dict[str, int], forests: dict[str, list[str]]
) -> dict[str, _Place]:
    """Find a place for every box, and for every arrow in the layers that it passes."""
    places = {node.name: _Place(node.name, layers[node.name], HEIGHT) for node in nodes}
    for members in forests.values():
        for name in members:
            places.setdefault(name, _Place(name, layers.get(members[0], 0), HEIGHT))
    for node in nodes:
        for parent in node.parents:
            before = parent
            for layer in range(layers[parent] + 1, layers[node.name]):
                lane = _lane(parent, node.name, layer)
                places[lane] = _Place(lane, layer, LANE, above=[before])
                before = lane
            places[node.name].above.append(before)
    framed = {name for members in forests.values() if len(members) > 1 for name in members}
    columns = [
        [place for place in places.values() if place.layer == layer]
        for layer in range(1 + max(place.layer for place in places.values()))
    ]
    heights = [_stack(column, places, framed) for column in columns]
    for column, height in zip(columns, heights, strict=True):
        for place in column:
            place.y += MARGIN + (max(heights) - height) / 2
    return places


def _lane(parent: str, child: str, layer: int) -> str:
    return f"{parent}\n{child}\n{layer}"


def _stack(column: list[_Place], places: dict[str, _Place], framed: set[str]) -> float:
    """Stack the places of a layer, each near what it builds on; return the height of the stack."""
    wanted = {
        place.key: sum(places[key].y for key in place.above) / len(place.above) if place.above else 0.0
        for place in column
    }
    # Boxes of one forest stay together, the others keep clear of its frame.
    column.sort(key=lambda place: (place.key in framed, wanted[place.key]))
    y = 0.0
    for number, place in enumerate(column):
        if place.key in framed and (number == 0 or column[number - 1].key not in framed):
            y += FRAME + CAPTION
        place.y = y
        y += place.height + DOWN
    return y - DOWN + (FRAME if any(place.key in framed for place in column) else 0)


def _left(layer: int) -> int:
    return MARGIN + layer * (WIDTH + ACROSS)


def _box(node: TaskNode, place: _Place, records: StudyRecords, *, is_labels_only: bool = False) -> Summary:
    is_target = node.task == records.target and not node.is_alone
    return {
        "name": node.task,
        "short": node.task if len(node.task) <= LETTERS else f"{node.task[: LETTERS - 1]}…",
        "note": _note(node, records),
        "is_target": is_target,
        "is_control": node.is_alone,
        "is_labels_only": is_labels_only,
        "x": _left(place.layer),
        "y": round(place.y, 1),
        "width": WIDTH,
        "height": HEIGHT,
    }


def _note(node: TaskNode, records: StudyRecords) -> str:
    if node.is_alone:
        return "its own prediction"
    return _labels(node.task, records) or ("computed" if node.expression else "")


def _labels(task: str, records: StudyRecords) -> str:
    if task not in records.overlap.index:
        return ""
    at = records.overlap.index.get_loc(task)
    n = int(records.overlap.to_numpy()[at, at])
    return f"{n:,} label" if n == 1 else f"{n:,} labels"


def _frame(forest: str, members: list[str], places: dict[str, _Place]) -> Summary:
    top = min(places[name].y for name in members) - CAPTION
    bottom = max(places[name].y for name in members) + HEIGHT
    return {
        "text": "one forest, as one task" if forest.startswith("pooled") else "one forest",
        "x": _left(places[members[0]].layer) - FRAME,
        "y": round(top - FRAME / 2, 1),
        "width": WIDTH + 2 * FRAME,
        "height": round(bottom - top + 1.5 * FRAME, 1),
    }


def _arrows(node: TaskNode, places: dict[str, _Place], layers: dict[str, int]) -> list[Summary]:
    ways = {
        parent: [
            places[key]
            for key in (
                parent,
                *(_lane(parent, node.name, n) for n in range(layers[parent] + 1, layers[node.name])),
                node.name,
            )
        ]
        for parent in node.parents
    }
    # Arrows enter side by side in the order in which they come, so that they do not cross before the box.
    order = sorted(ways, key=lambda parent: ways[parent][-2].y + ways[parent][-2].height / 2)
    arrows = []
    for number, (parent, way) in enumerate(ways.items()):
        entry = (1 + order.index(parent)) / (1 + len(order))
        arrows.append({"path": _path(way, entry), "adds": node.adds and number == 0, **_sign(way[-1], entry)})
    return arrows


def _path(ends: list[_Place], entry: float) -> str:
    """A curve from the right side of the first box to the left side of the last."""
    x, y = _left(ends[0].layer) + WIDTH, ends[0].y + HEIGHT / 2
    path = f"M{x:g} {y:g}"
    for number, end in enumerate(ends[1:], start=1):
        is_last = number == len(ends) - 1
        to_x = _left(end.layer) - (7 if is_last else 0)
        to_y = end.y + (HEIGHT * entry if is_last else end.height / 2)
        middle = (x + to_x) / 2
        path += f" C{middle:g} {y:.1f} {middle:g} {to_y:.1f} {to_x:g} {to_y:.1f}"
        x, y = to_x, to_y
        if not is_last:
            x += WIDTH
            path += f" H{x:g}"
    return path


def _sign(end: _Place, entry: float) -> Summary:
    return {"x": _left(end.layer) - 24, "y": round(end.y + HEIGHT * entry, 1)}


def _sentences(nodes: tuple[TaskNode, ...], records: StudyRecords) -> list[str]:
    """Say of every node what it learns from."""
    names = {node.name: f"{node.task}'s own prediction" if node.is_alone else node.task for node in nodes}
    return [_sentence(node, names, records) for node in nodes]


def _sentence(node: TaskNode, names: dict[str, str], records: StudyRecords) -> str:
    labels = _labels(node.task, records)
    notes = [labels] if labels else []
    notes += ["the target"] if node.task == records.target and not node.is_alone else []
    who = names[node.name] + (f" ({', '.join(notes)})" if notes else "")
    parents = [names[parent] for parent in node.parents]
    if node.expression:
        shown = node.expression.replace("`", "")
        return f"{who} is computed from {_listed(parents)}: {shown}."
    if node.adds:
        added = _times(parents[0], node.slopes)
        return f"{who} is {added} plus a correction, learned from the inputs and {_listed(parents)}."
    if parents:
        return f"{who} is learned from the inputs and {_listed(parents)}."
    if node.forest.startswith("pooled"):
        return f"{who} is learned from the labels of {_listed([node.task, *node.learned_with])} as if one."
    if node.learned_with:
        return f"{who} is learned from the inputs, in one forest with {_listed(list(node.learned_with))}."
    return f"{who} is learned from the inputs alone."


def _times(name: str, slopes: dict[str, float]) -> str:
    """A value that is added times its slope, which differs where the value is predicted."""
    shown = {regime: f"{slope:.3g} times " for regime, slope in slopes.items()}
    times = shown.get("visible", shown.get("hidden", ""))
    predicted = shown.get("hidden", times)
    if times == predicted:
        return name if times == "1 times " else times + name
    return f"{times}{name} ({predicted.strip()} where it is predicted)"


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
