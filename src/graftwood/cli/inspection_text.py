"""An inspection on the terminal."""

from __future__ import annotations

from typing import Any

Facts = dict[str, Any]
BLOCKS = " ▁▂▃▄▅▆▇█"
SHADES = ("grey35", "green4", "green3", "chartreuse3", "yellow3", "gold1")
MOST_LINES = 8
LEVELS = {"leak": ("red", "LEAK"), "doubt": ("yellow", "doubt"), "note": ("cyan", "note")}


def show_inspection(facts: Facts) -> None:
    """Print an inspection, most important things first."""
    from rich.console import Console

    console = Console(highlight=False)
    n_problems = len(facts["problems"])
    console.print(
        f"[bold]{_safe(facts['title'] or facts['file'])}[/bold]: {facts['n_materials']:,} materials in "
        f"{facts['n_rows']:,} rows, told apart by {_safe(', '.join(facts['material']))}; target "
        f"[bold]{_safe(facts['target'])}[/bold]; {n_problems:,} cells or rows left out"
    )
    _show_doubts(console, facts)
    _show_tasks(console, facts)
    _show_overlap(console, facts)
    _show_elements(console, facts)
    _show_repeats(console, facts)
    _show_cells(console, facts)
    _show_problems(console, facts)


def spark(counts: list[int]) -> str:
    """Draw a histogram in a line of text.

    Examples
    --------
    >>> spark([0, 1, 4, 8])
    ' ▁▄█'
    """
    most = max(counts, default=0)
    return "".join(BLOCKS[-(-8 * count // most)] if most else " " for count in counts)


def _safe(text: object) -> str:
    from rich.markup import escape

    return escape(str(text))


def _show_doubts(console: Any, facts: Facts) -> None:
    from rich.table import Table

    if not facts["doubts"]:
        console.print("[green]No leak and no doubt was found.[/green]")
    table = Table.grid(padding=(0, 1))
    for doubt in facts["doubts"]:
        colour, word = LEVELS[doubt["level"]]
        table.add_row(f"[{colour}]{word}[/{colour}]", _safe(f"{doubt['text']} {doubt['advice']}"))
    console.print(table)


def _show_tasks(console: Any, facts: Facts) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(title="\nLabels", title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("task")
    table.add_column("labels", justify="right", no_wrap=True)
    table.add_column("materials", justify="right", no_wrap=True)
    table.add_column("kind")
    table.add_column("values", overflow="fold")
    for task in facts["tasks"]:
        name = _safe(task["name"]) + (" *" if task["is_target"] else "")
        kind = f"{task['kind']}, {task['unit']}" if task["unit"] else task["kind"]
        table.add_row(
            name, f"{task['n_labels']:,}", f"{task['n_materials']:,}", _safe(kind), _safe(_values(task))
        )
    console.print(table)
    for task in facts["tasks"]:
        if task["n_filtered"]:
            told = f"{task['n_filtered']:,} of {task['n_rows']:,} rows of {task['name']} are filtered out by "
            console.print(_safe(told + repr(task["where"])))
    for told in facts["conversions"]:
        console.print(_safe(told))


def _values(task: Facts) -> str:
    if "classes" not in task:
        beside = f", {task['n_std']:,} with ±" if task["n_std"] else ""
        if task["is_weighed"]:
            beside += ", weighed by it"
        median = f"median {task['quartiles'][1]:.3g}"
        return f"{task['low']:.3g} {spark(task['bins'])} {task['high']:.3g}, {median}{beside}"
    said = ", ".join(f"{each['class']} {each['n']:,}" for each in task["classes"][:4])
    return said + (f" and {len(task['classes']) - 4} more" if len(task["classes"]) > 4 else "")


def _show_overlap(console: Any, facts: Facts) -> None:
    from rich.table import Table

    names, counts = facts["overlap"]["tasks"], facts["overlap"]["counts"]
    if len(names) < 2:
        return
    table = Table(title="\nMaterials that have both labels", title_justify="left")
    table.add_column("")
    for name in names:
        table.add_column(_safe(name), justify="right")
    for name, row in zip(names, counts, strict=True):
        table.add_row(_safe(name), *(f"{count:,}" for count in row))
    console.print(table)


def _show_elements(console: Any, facts: Facts) -> None:
    from graftwood.report.periodic import periodic_rows

    groups = {group["name"]: group for group in facts["coverage"]["groups"]}
    if not groups:
        return
    group = groups[facts["target"]]
    console.print(
        f"\nElements in the {group['n_materials']:,} materials with {_safe(facts['target'])}: "
        f"{group['n_elements']} (of {groups['all materials']['n_elements']} in all)"
    )
    most = max(group["counts"].values(), default=1)
    for row in periodic_rows():
        cells = [_element(symbol, group["counts"].get(symbol, 0), most) for symbol in row]
        console.print("  " + " ".join(cells).rstrip())
    console.print("  [dim]brighter: more materials; dots: none[/dim]")


def _element(symbol: str, count: int, most: int) -> str:
    if not symbol:
        return "  "
    if not count:
        return "[dim]·[/dim] "
    shade = SHADES[min(len(SHADES) - 1, int(len(SHADES) * (count / most) ** 0.5))]
    return f"[{shade}]{symbol:<2}[/{shade}]"


def _show_repeats(console: Any, facts: Facts) -> None:
    units = {task["name"]: task["unit"] for task in facts["tasks"]}
    for name, told in facts["repeats"].items():
        if not told["n_groups"]:
            continue
        unit = f" {units[name]}" if units[name] else ""
        spread = (
            ""
            if told["median_spread"] is None
            else f"; their median spread is {told['median_spread']:.3g}{unit}"
        )
        kept = "kept apart" if told["merged_by"] == "keep" else f"merged by their {told['merged_by']}"
        if told["threshold"] is None and told["merged_by"] != "keep":
            kept = "merged to the most frequent class"
        console.print(
            f"\nRepeats of [bold]{_safe(name)}[/bold]: {told['n_labels']:,} labels of "
            f"{told['n_groups']:,} equal inputs, {kept}{_safe(spread)}"
        )
        clashes = told["clashes"]
        if not clashes:
            continue
        limit = "" if told["threshold"] is None else f" by more than {told['threshold']:.3g}{unit}"
        why = " (half the standard deviation; set clash to change it)" if limit and told["is_default"] else ""
        console.print(f"{len(clashes):,} of them disagree{_safe(limit)}{why}:")
        for clash in clashes[:MOST_LINES]:
            values = ", ".join(
                f"{_number(each['value'])} ({each['place']})" for each in _ends(clash["labels"])
            )
            console.print(f"  {_safe(clash['shown'])}: {_safe(values)}")
        _show_rest(console, len(clashes))


def _ends(labels: list[Facts]) -> list[Facts]:
    return labels if len(labels) <= 3 else [labels[0], labels[-1]]


def _number(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.4g}"


def _show_cells(console: Any, facts: Facts) -> None:
    spellings = facts["spellings"]
    if spellings["n"]:
        shown = "; ".join(" = ".join(texts) for texts in spellings["groups"][:3])
        console.print(
            f"\n{spellings['n']:,} materials are written in more than one way and count as one: "
            f"{_safe(shown)}"
        )
    split = facts["split_compositions"]
    if split["n"]:
        shown = ", ".join(f"{each['composition']} ({each['n']})" for each in split["groups"][:5])
        console.print(
            f"\n{split['n']:,} of {split['n_compositions']:,} compositions are several materials by the "
            f"study's key, and may stand in training and test at once: {_safe(shown)}"
        )
    for group in facts["cells"]:
        lines = group["lines"]
        shown = ", ".join(f"{line['cell']!r} ({line['place']})" for line in lines[:3])
        console.print(
            f"\n{group['n']:,} × {group['read_as']} in {_safe(repr(group['column']))} of "
            f"{_safe(group['task'])}, {group['meaning']}: {_safe(shown)}{' …' if len(lines) > 3 else ''}"
        )


def _show_problems(console: Any, facts: Facts) -> None:
    problems = facts["problems"]
    if not problems:
        return
    console.print(f"\n[yellow]{len(problems):,} cells or rows could not be used:[/yellow]")
    for line in problems[:MOST_LINES]:
        console.print(f"  {_safe(line['place'])}: {_safe(line['cell'])!s} – {_safe(line['problem'])}")
    _show_rest(console, len(problems))


def _show_rest(console: Any, n: int) -> None:
    if n > MOST_LINES:
        console.print(f"  … and {n - MOST_LINES:,} more; all are on the page (--out inspection.html)")
