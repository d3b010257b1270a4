"""What the documents say is true: their Python runs and their commands exist.

The Python blocks of one page run in order, in one namespace, in an empty folder.
A block after the comment `<!-- not run: reason -->` is only compiled; a page with the comment
`<!-- needs: module -->` is skipped where that module is not installed.
"""

import doctest
import functools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from graftwood.cli.main import app

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]

BLOCK = re.compile(
    r"(?P<skip><!-- not run: .+? -->\s*)?^```(?P<language>\w*)\n(?P<code>.*?)^```$", re.M | re.S
)
NEEDS = re.compile(r"<!-- needs: (\w+) -->")
INLINE = re.compile(r"`([^`\n]+)`")
SHELL = {"sh", "bash", "console", "shell"}


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def blocks(text: str) -> Iterator[tuple[str, str, bool]]:
    """Language, code and whether it is to be run, of every fenced block."""
    for found in BLOCK.finditer(text):
        yield found["language"], found["code"], found["skip"] is None


def run_block(code: str, page: str, namespace: dict[str, object]) -> None:
    if ">>>" not in code:
        exec(compile(code, page, "exec"), namespace)
        return
    examples = doctest.DocTestParser().get_doctest(code, namespace, page, page, 0)
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    said: list[str] = []
    runner.run(examples, out=said.append, clear_globs=False)
    namespace.update(examples.globs)
    assert not runner.failures, "".join(said)


def run_page(text: str, page: str) -> None:
    namespace: dict[str, object] = {"__name__": "__main__"}
    for language, code, is_run in blocks(text):
        if language == "python" and is_run:
            run_block(code, page, namespace)
        elif language == "python" and ">>>" not in code:
            compile(code, page, "exec")


def commands(text: str) -> list[list[str]]:
    """Words of every command a page names: the lines of its shell blocks and its code in backticks."""
    lines = [line for language, code, _ in blocks(text) if language in SHELL for line in code.splitlines()]
    lines += INLINE.findall(BLOCK.sub("", text))
    words = [line.partition("#")[0].removeprefix("$ ").split() for line in lines]
    return [
        each
        for each in words
        if each[:1] in (["make"], ["graftwood"]) or each[:3] == ["python", "-m", "benchmarks"]
    ]


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))


@functools.cache
def cli_help(*command: str) -> str | None:
    """Help text of a command, or None where there is no such command."""
    done = CliRunner().invoke(app, [*command, "--help"])
    return done.stdout if done.exit_code == 0 else None


def unknown_parts(words: list[str]) -> list[str]:
    """What a command names that does not exist."""
    if words[0] == "make":
        named = [word for word in words[1:] if re.fullmatch(r"[a-z]+", word)]
        return sorted(set(named) - make_targets())
    if words[0] == "python":
        from benchmarks.registry import BENCHMARKS

        return [
            word
            for word in words[3:4]
            if not word.startswith("-") and word.islower() and word not in BENCHMARKS
        ]
    command = [word for word in words[1:2] if re.fullmatch(r"[a-z]+", word)]
    text = cli_help(*command)
    if text is None:
        return command
    return [option for option in words if option.startswith("--") and option.partition("=")[0] not in text]


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_python_of_the_page_runs(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = page.read_text(encoding="utf-8")
    for module in NEEDS.findall(text):
        pytest.importorskip(module)
    monkeypatch.chdir(tmp_path)
    run_page(text, name_of(page))


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_commands_of_the_page_exist(page: Path) -> None:
    named = {tuple(words) for words in commands(page.read_text(encoding="utf-8"))}
    unknown = {" ".join(words): missing for words in sorted(named) if (missing := unknown_parts(list(words)))}
    assert not unknown


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_of_the_page_lead_somewhere(page: Path) -> None:
    text = BLOCK.sub("", page.read_text(encoding="utf-8"))
    targets = [target.partition("#")[0] for target in re.findall(r"\]\(([^)\s]+)\)", text)]
    local = [
        target for target in targets if target and "://" not in target and not target.startswith("mailto:")
    ]
    assert [target for target in local if not (page.parent / target).exists()] == []


def test_readme_names_the_two_commands() -> None:
    named = commands((ROOT / "README.md").read_text(encoding="utf-8"))
    assert ["make", "demo"] in named
    assert ["make", "test"] in named


def test_a_false_example_is_caught() -> None:
    with pytest.raises(AssertionError, match="Expected"):
        run_page("```python\n>>> 1 + 1\n3\n```\n", "planted")


def test_a_broken_block_is_caught() -> None:
    with pytest.raises(ZeroDivisionError):
        run_page("```python\nx = 0\n```\ntext\n```python\n1 / x\n```\n", "planted")


def test_a_block_with_a_reason_is_only_compiled() -> None:
    run_page("<!-- not run: needs the internet -->\n```python\n1 / 0\n```\n", "planted")
    with pytest.raises(SyntaxError):
        run_page("<!-- not run: needs the internet -->\n```python\n1 /\n```\n", "planted")


@pytest.mark.parametrize(
    "text, missing",
    [
        pytest.param("say `make nonsense`", ["nonsense"], id="target"),
        pytest.param("```sh\nmake demo  # first\nmake nonsense\n```\n", ["nonsense"], id="target-in-a-block"),
        pytest.param("`python -m benchmarks nonsense --smoke`", ["nonsense"], id="benchmark"),
        pytest.param("`graftwood nonsense --out x`", ["nonsense"], id="command"),
        pytest.param("`graftwood demo --nonsense x`", ["--nonsense"], id="option"),
        pytest.param(
            "we make nonsense in prose, `make test PYTHON=python3.12`", [], id="prose-and-variables"
        ),
    ],
)
def test_a_command_that_does_not_exist_is_caught(text: str, missing: list[str]) -> None:
    assert [part for words in commands(text) for part in unknown_parts(words)] == missing
