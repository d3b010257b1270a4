"""What the documentation site needs beyond mkdocs; ``mkdocs.yml`` names this file.

Pages link to files of the repository as they stand there, so that links work in a checkout and
on the site alike: a linked file outside ``docs/`` becomes a page under ``repository/``.  Drawings
are put into their page as SVG, so that they take its colours.  The help of commands is asked for.
A page that would load anything from a network fails the build.
"""

from __future__ import annotations

import ast
import html
import os
import posixpath
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parent.parent
DOCS, REPOSITORY = "docs", "repository"

LINK = re.compile(r"(?P<open>\]\()(?P<target>[^)\s#]+)(?P<anchor>#[^)\s]*)?\)")
CODE = re.compile(r"^(`{3,})[^\n]*\n.*?^\1$|`[^`\n]+`", re.M | re.S)
DRAWING = re.compile(r'<img alt="(?P<alt>[^"]*)" src="(?P<path>[^"]*drawings/[^"]+\.svg)" />')
HELP = re.compile(r"<!-- help of (?P<command>[a-z ]+) -->")
LOADS = re.compile(r"<(?:script|img|link|iframe|source)\b[^>]*?\b(?:src|href)=[\"']?(?:https?:)?//[^>]*>")
LANGUAGES = {".py": "python", ".toml": "toml", ".csv": "text", ".yml": "yaml", ".cff": "yaml"}
RUN_CLI = "from graftwood.cli.main import run; run()"


def repository_path(src_uri: str) -> str:
    """Where a page of the site stands in the repository."""
    inside = src_uri.removeprefix(REPOSITORY + "/")
    if inside == src_uri:
        return f"{DOCS}/{src_uri}"
    return inside if (ROOT / inside).is_file() else inside.removesuffix(".md")


def page_of(path: str) -> str:
    """The page of the site that shows a file or folder of the repository."""
    if path.startswith(DOCS + "/"):
        return path.removeprefix(DOCS + "/")
    return f"{REPOSITORY}/{path}" if path.endswith(".md") else f"{REPOSITORY}/{path}.md"


def linked(text: str, path: str) -> list[str]:
    """Files of the repository that a document links to, by their paths from its root."""
    prose = CODE.sub("", text)
    targets = [found["target"] for found in LINK.finditer(prose) if "://" not in found["target"]]
    return [posixpath.normpath(posixpath.join(posixpath.dirname(path), target)) for target in targets]


def shown(path: str) -> str:
    """A file or folder of the repository as Markdown."""
    place = ROOT / path
    if place.suffix == ".md":
        return place.read_text(encoding="utf-8")
    head = f"---\nsearch:\n  exclude: true\n---\n# {path}\n\n"
    if place.is_dir():
        lines = [f"- [{each.name}]({place.name}/{each.name}): {first_line(each)}" for each in modules(place)]
        return head + "\n".join(lines) + "\n"
    language = LANGUAGES.get(place.suffix, "text")
    return f"{head}`````{language}\n{place.read_text(encoding='utf-8')}\n`````\n"


def modules(folder: Path) -> list[Path]:
    """Modules of a package, but for its ``__init__``."""
    return [each for each in sorted(folder.glob("*.py")) if each.stem != "__init__"]


def first_line(module: Path) -> str:
    """What a module says it is."""
    text = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or ""
    return text.partition("\n")[0]


def on_config(config: Any) -> Any:
    """List the pages of a section that the navigation names by its folder, such as ``decisions/``."""
    config.nav = [listed(item) for item in config.nav]
    return config


def listed(item: Any) -> Any:
    """Replace a folder by its pages, the README first."""
    match item:
        case dict():
            return {title: listed(inner) for title, inner in item.items()}
        case list():
            return [listed(inner) for inner in item]
        case str() if item.endswith("/"):
            pages = sorted(
                (ROOT / DOCS / item).glob("*.md"), key=lambda page: (page.stem != "README", page.name)
            )
            return [f"{item}{page.name}" for page in pages]
    return item


def on_files(files: Files, *, config: Any) -> Files:
    """Add a page for every file outside ``docs/`` that a page links to, and for what those link to."""
    pages = {repository_path(file.src_uri): file for file in files.documentation_pages()}
    waiting = [(path, file.content_string) for path, file in pages.items()]
    waiting += [(path, f"[]({path})") for path in ("CONTRIBUTING.md", "CHANGELOG.md")]
    done = set(pages)
    while waiting:
        path, text = waiting.pop()
        for target in linked(text, path):
            if target in done or target.startswith((DOCS + "/", "..")) or not (ROOT / target).exists():
                continue
            done.add(target)
            made = File.generated(config, page_of(target), content=shown(target))
            files.append(made)
            waiting.append((target, made.content_string))
    return files


def on_page_markdown(markdown: str, *, page: Any, config: Any, files: Files) -> str:
    """Turn links into the repository to its pages on the site, and ask commands for their help."""
    own = page.file.src_uri
    path = repository_path(own)

    def replaced(found: re.Match[str]) -> str:
        if "://" in found["target"] or found["target"].startswith("mailto:"):
            return found[0]
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), found["target"]))
        if target.startswith(DOCS + "/") and own == path.removeprefix(DOCS + "/"):
            return found[0]
        link = posixpath.relpath(page_of(target), posixpath.dirname(own) or ".")
        return f"{found['open']}{link}{found['anchor'] or ''})"

    return HELP.sub(lambda found: help_of(found["command"]), outside_code(LINK, replaced, markdown))


def outside_code(pattern: re.Pattern[str], replaced: Any, text: str) -> str:
    """Replace a pattern in all that is no code."""
    parts, at = [], 0
    for code in CODE.finditer(text):
        parts += [pattern.sub(replaced, text[at : code.start()]), code[0]]
        at = code.end()
    return "".join(parts) + pattern.sub(replaced, text[at:])


def help_of(command: str) -> str:
    """What a command says of itself."""
    environment = {**os.environ, "COLUMNS": "92", "NO_COLOR": "1", "TERM": "dumb"}
    arguments = [sys.executable, "-c", RUN_CLI, *command.split()[1:], "--help"]
    done = subprocess.run(
        arguments, env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    if done.returncode:
        raise PluginError(f"site_hooks: '{command} --help' failed: {done.stderr}")
    return "```text\n" + "\n".join(line.rstrip() for line in done.stdout.strip().splitlines()) + "\n```"


def on_page_content(content: str, *, page: Any, config: Any, files: Files) -> str:
    """Put drawings into the page itself."""

    def inlined(found: re.Match[str]) -> str:
        place = posixpath.normpath(posixpath.join(posixpath.dirname(page.file.src_uri), found["path"]))
        svg = (ROOT / DOCS / place).read_text(encoding="utf-8")
        label = f'role="img" aria-label="{html.escape(html.unescape(found["alt"]))}"'
        return svg.replace("<svg ", f"<svg {label} ", 1)

    return DRAWING.sub(inlined, content)


def on_post_page(output: str, *, page: Any, config: Any) -> str:
    """Refuse a page that loads something from elsewhere."""
    if found := LOADS.search(output):
        raise PluginError(f"site_hooks: {page.file.src_uri} would load from a network: {found[0][:200]}")
    return output
