"""Parts of documents that are made from results, between ``<!-- mark -->`` and ``<!-- /mark -->``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any


def marked(path: Path, mark: str) -> re.Match[str]:
    """Find the part, which has to be there once."""
    found = list(
        re.finditer(rf"(?<=<!-- {mark} -->\n).*?(?=<!-- /{mark} -->)", path.read_text("utf-8"), re.S)
    )
    if len(found) != 1:
        raise SystemExit(f"{path.name}: the mark {mark!r} is there {len(found)} times; put it there once.")
    return found[0]


def rewrite(path: Path, mark: str, written: str) -> None:
    """Replace the part."""
    part = marked(path, mark)
    path.write_text(part.string[: part.start()] + written + part.string[part.end() :], encoding="utf-8")


def table(head: list[str], rows: list[list[str]]) -> str:
    """Markdown table, numbers to the right."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n" + "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n\n"


def made_by(benchmark: str, environment: dict[str, Any]) -> str:
    """With what the numbers were made."""
    packages = environment["packages"]
    return (
        f"Made by `python -m benchmarks {benchmark}` on {environment['date']}, graftwood "
        f"{packages['graftwood']}, scikit-learn {packages['scikit-learn']}, seed {environment['seed']}, "
        f"{environment['n_cpus']} processors, {environment['system']}.\n"
    )
