"""Put the real output of its commands into the tutorial: ``python tools/make_tutorial.py``.

The commands of ``docs/tutorial/README.md`` run in order in an empty folder with the
tutorial's tables; each block of text after them is replaced by what they print.  The tests
use the same functions to see that the page is still true.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE, DATA = ROOT / "docs/tutorial/README.md", ROOT / "docs/tutorial/data"
RUN = "from graftwood.cli.main import run; run()"
STEP = re.compile(
    r"```toml\n(?P<study>.*?)```|```sh\n(?P<commands>.*?)```\n\n```text\n(?P<output>.*?)```", re.S
)
WIDTH = "100"


def steps(text: str) -> list[tuple[str, list[str], str]]:
    """Study file to save, commands to run and the output that is shown, step by step."""
    return [
        (found["study"] or "", (found["commands"] or "").splitlines(), found["output"] or "")
        for found in STEP.finditer(text)
    ]


def run_command(line: str, folder: Path) -> str:
    """Run one command in a folder and return what it prints, progress left out."""
    words = re.findall(r'"([^"]*)"|(\S+)', line)
    name, *arguments = [quoted or plain for quoted, plain in words]
    if name == "head":
        count, file = int(arguments[0].removeprefix("-")), folder / arguments[1]
        return "\n".join(file.read_text(encoding="utf-8").splitlines()[:count]) + "\n"
    if name != "graftwood":
        raise SystemExit(f"make_tutorial: the page says {line!r}, but only graftwood and head are run.")
    environment = {**os.environ, "COLUMNS": WIDTH, "NO_COLOR": "1", "TERM": "dumb"}
    done = subprocess.run(
        [sys.executable, "-c", RUN, *arguments], cwd=folder, env=environment, capture_output=True, text=True,
        check=False, timeout=600,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"make_tutorial: {line!r} failed: {done.stderr}")
    return "\n".join(line.rstrip() for line in done.stdout.splitlines()) + "\n"


def outputs(text: str, folder: Path) -> list[str]:
    """What the commands of every step print."""
    shutil.copytree(DATA, folder, dirs_exist_ok=True)
    printed = []
    for study, commands, _ in steps(text):
        if study:
            (folder / "study.toml").write_text(study, encoding="utf-8")
        printed.append("".join(run_command(line, folder) for line in commands))
    return printed


def main() -> None:
    """Rewrite the page."""
    text = PAGE.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        printed = iter(outputs(text, Path(folder)))

    def replaced(found: re.Match[str]) -> str:
        output = next(printed)
        if found["commands"] is None:
            return found[0]
        return f"```sh\n{found['commands']}```\n\n```text\n{output}```"

    PAGE.write_text(STEP.sub(replaced, text), encoding="utf-8")


if __name__ == "__main__":
    main()
