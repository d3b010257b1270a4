"""``graftwood describe``: a model file's card."""

from __future__ import annotations

from typing import Any

from graftwood.cli.predict import ModelPath

_HIDDEN = {"units", "label_range", "verdicts", "title", "material", "measured"}


def describe(model: ModelPath) -> None:
    """Say what a model is, what it was trained on and how well it did; nothing in the file is run.

    Example: graftwood describe model.graft
    """
    from rich.console import Console
    from rich.table import Table

    from graftwood.store.describe import describe as read_card

    card = read_card(model)
    study = card["study"] or {}
    units = {**card["units"], **(study.get("units") or {})}
    table = Table(title=f"{model}\n{study.get('title', '')}".strip(), show_header=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in _lines(card, study, units):
        table.add_row(name, value)
    console = Console()
    console.print(table)


def _lines(card: dict[str, Any], study: dict[str, Any], units: dict[str, str]) -> list[tuple[str, str]]:
    tasks = [f"{task} ({units[task]})" if units.get(task) else task for task in card["tasks"]]
    lines = [
        ("architecture", card["class"]),
        ("target", str(card["target"])),
        ("tasks", ", ".join(tasks)),
        ("trees", f"{card['n_trees']:,}"),
        ("inputs", _inputs(card["inputs"])),
        *_chosen(card.get("selection")),
        *(("verdict", str(verdict)) for verdict in study.get("verdicts") or ()),
        *((str(name), f"{value:.4g}") for name, value in (card["metrics"] or {}).items() if value == value),
        *((str(name), str(value)) for name, value in study.items() if name not in _HIDDEN),
        ("saved", card["created"]),
        ("saved with", ", ".join(f"{name} {number}" for name, number in card["versions"].items())),
        ("file", f"{card['n_bytes'] / 2**20:.1f} MB, schema {card['schema']}"),
    ]
    said = {"target", "inputs", "date", "graftwood", "python", "numpy", "numba"}
    kept, seen = [], set[str]()
    for name, value in lines:
        if name not in seen or name not in said:
            kept.append((name, value))
        seen.add(name)
    return kept


def _chosen(selection: dict[str, dict[str, str]] | None) -> list[tuple[str, str]]:
    """What a selector chose in each regime, and why where nothing could be judged."""
    from graftwood.study.records import architecture_label

    told = selection or {}
    lines = [(f"chosen, {regime}", architecture_label(key)) for regime, key in told.get("best", {}).items()]
    lines += [(f"not judged, {regime}", reason) for regime, reason in told.get("fallback", {}).items()]
    return lines + [(f"source {name}", f"not tried: {why}") for name, why in told.get("left_out", {}).items()]


def _inputs(inputs: dict[str, Any] | None) -> str:
    if inputs is None:
        return "not stored"
    columns = [inputs["options"].get(name) for name in ("column", "formulas", "numbers", "categories")]
    names = [name for each in columns if each for name in ([each] if isinstance(each, str) else each)]
    return f"{inputs['class']} of {', '.join(map(str, names))}"
