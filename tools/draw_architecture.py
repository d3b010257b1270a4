"""Draw who may import whom, and list the parts: ``python tools/draw_architecture.py``.

``MAY_IMPORT`` of ``tests/test_imports.py`` is the architecture; the page shows nothing else.  Each part
stands one row above the highest part that it may import; arrows that follow from others are left out.
The tests see that the drawing and the table of ``docs/architecture.md`` are up to date.
"""

from __future__ import annotations

import ast
import importlib.util
import re
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "graftwood"
PAGE, DRAWING = ROOT / "docs/architecture.md", ROOT / "docs/figures/drawings/imports.svg"
STYLE_OF = ROOT / "docs/concepts/drawings/single.svg"  # all drawings look alike
TABLE = re.compile(r"(<!-- parts -->\n).*?(<!-- /parts -->)", re.S)

Parts = dict[str, set[str]]
COLUMNS = {
    "fewshot": 0, "blas": 1, "extras": 2, "metrics": 1, "uncertainty": 1, "scale": 2, "store": 2, "report": 2,
    "features": 4, "data": 4, "datasets": 4, "study": 4, "studies": 4, "reading": 5, "inspection": 5,
}  # fmt: skip
MIDDLE = 3  # the column of all others: the way from labels to answers
LIFTED = {"fewshot": 8, "inspection": 8}  # stand beside what they are used by
WIDTH, HEIGHT, STEP_X, STEP_Y = 108, 34, 122, 64


def allowed() -> Parts:
    """Which whole parts each part that exists may import; dotted entries count as their part."""
    path = ROOT / "tests/test_imports.py"
    specification = importlib.util.spec_from_file_location("test_imports", path)
    if specification is None or specification.loader is None:
        raise SystemExit(f"draw_architecture: {path} cannot be read.")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    parts = {part for part in module.MAY_IMPORT if place_of(part).exists()}
    return {
        part: {entry.partition(".")[0] for entry in module.MAY_IMPORT[part]} & parts - {part}
        for part in module.MAY_IMPORT
        if part in parts
    }


def place_of(part: str) -> Path:
    """The file that says what a part is."""
    package = PACKAGE / part / "__init__.py"
    return package if package.exists() else PACKAGE / f"{part}.py"


def below(part: str, parts: Parts) -> set[str]:
    """All that a part may reach."""
    return parts[part].union(*(below(other, parts) for other in parts[part]))


def direct(parts: Parts) -> Parts:
    """Leave out what follows: a may import c where it may import b, and b may import c."""
    return {
        part: {one for one in others if not any(one in below(other, parts) for other in others - {one})}
        for part, others in parts.items()
    }


def row_of(part: str, parts: Parts) -> int:
    """One above the highest part that it may import."""
    return LIFTED.get(part) or 1 + max((row_of(other, parts) for other in parts[part]), default=-1)


def corner(part: str, parts: Mapping[str, set[str]], n_rows: int) -> tuple[int, int]:
    """Left upper corner of a part's box."""
    column, row = COLUMNS.get(part, MIDDLE), row_of(part, dict(parts))
    return 10 + column * STEP_X, 10 + (n_rows - 1 - row) * STEP_Y


def drawing(parts: Parts) -> str:
    """The parts as SVG."""
    n_rows = 1 + max(row_of(part, parts) for part in parts)
    at = {part: corner(part, parts, n_rows) for part in parts}
    if len(set(at.values())) < len(at):
        raise SystemExit(
            "draw_architecture: two parts stand in one place; give the new one a column in COLUMNS."
        )
    lines = [arrow(at[part], at[other]) for part, others in direct(parts).items() for other in sorted(others)]
    boxes = [box(part, *at[part]) for part in at]
    width, height = 20 + max(x for x, _ in at.values()) + WIDTH, n_rows * STEP_Y
    size = f'class="drawing" width="{width}" viewBox="0 0 {width} {height}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size}>'
    style = re.search(r"<style>.*</defs>", STYLE_OF.read_text(encoding="utf-8"), re.S)
    return "\n".join([head, style[0] if style else "", *lines, *boxes, "</svg>"]) + "\n"


def box(part: str, x: int, y: int) -> str:
    """A part's box, on paper that hides the arrows behind it."""
    frame = f'x="{x}" y="{y}" width="{WIDTH}" height="{HEIGHT}" rx="6"'
    look = "target" if part == "architectures" else "box"
    name = f'<text x="{x + WIDTH // 2}" y="{y + 22}">{part}</text>'
    return f'<rect class="paper" {frame}/><rect class="{look}" {frame}/>{name}'


def arrow(start: tuple[int, int], end: tuple[int, int]) -> str:
    """An arrow from the foot of one box to the head of another, bent past what stands between."""
    x, y = start[0] + WIDTH // 2, start[1] + HEIGHT
    to_x, to_y = end[0] + WIDTH // 2, end[1] - 1
    bend = (to_y - y) // 2
    return f'<path class="arrow" d="M{x} {y}C{x} {y + bend} {to_x} {to_y - bend} {to_x} {to_y}"/>'


def table(parts: Parts) -> str:
    """The parts with what they say they are, from those that users meet down to what all stand on."""
    order = sorted(parts, key=lambda part: -row_of(part, parts))
    lines = ["| part | is | stands on |", "|---|---|---|"]
    for part in order:
        text = ast.get_docstring(ast.parse(place_of(part).read_text(encoding="utf-8"))) or ""
        on = ", ".join(f"`{other}`" for other in sorted(direct(parts)[part])) or "nothing"
        lines.append(f"| `{part}` | {text.partition(chr(10))[0].rstrip('.')} | {on} |")
    return "\n".join(lines) + "\n"


def page(text: str, parts: Parts) -> str:
    """The page with its table made anew."""
    return TABLE.sub(lambda found: found[1] + table(parts) + found[2], text)


def main() -> None:
    """Write drawing and table."""
    parts = allowed()
    DRAWING.parent.mkdir(exist_ok=True)
    DRAWING.write_text(drawing(parts), encoding="utf-8")
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8"), parts), encoding="utf-8")


if __name__ == "__main__":
    main()
