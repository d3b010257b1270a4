"""Put the demo's results into the documents: the README's figure, table and verdicts.

Run ``make demo`` and then ``make figures`` (or ``python tools/make_figures.py FOLDER``).
Numbers come from the folder's ``comparison.csv``; the verdicts and the chosen
architectures, which need more than that table, from its ``report.html``.
"""

from __future__ import annotations

import re
import sys
from html import unescape
from pathlib import Path

import pandas as pd

from graftwood.datasets import load_band_gaps
from graftwood.report import draw_comparison_figure
from graftwood.study.records import ARCHITECTURE_LABELS, StudyRecords, architecture_label

ROOT = Path(__file__).resolve().parent.parent
README, FIGURE = ROOT / "README.md", ROOT / "docs/figures/comparison.png"
TITLE, TARGET, UNIT = "Do calculated band gaps help to predict experimental ones?", "gap_exp", "eV"
REGIMES = ("visible", "hidden")

MARKED = re.compile(r"(?<=<!-- demo numbers -->\n).*?(?=<!-- /demo numbers -->)", re.S)
VERDICT = re.compile(r'<article class="card verdict [^>]*aria-label="(\w+) regime">(.*?)</article>', re.S)
CHOSEN = re.compile(r"mean absolute error of ([^<,]+), the architecture chosen")
SENTENCE = re.compile(r"<p>(.*?)</p>", re.S)


def main(folder: Path) -> None:
    """Draw the figure and rewrite the README's marked part."""
    for name in ("comparison.csv", "report.html"):
        if not (folder / name).is_file():
            raise SystemExit(f"make_figures: {folder / name} does not exist; run `make demo` first.")
    comparison = pd.read_csv(folder / "comparison.csv")
    best, sentences = read_verdicts((folder / "report.html").read_text(encoding="utf-8"))
    FIGURE.parent.mkdir(parents=True, exist_ok=True)
    draw_comparison_figure(records_of(comparison, best), FIGURE)
    text = README.read_text(encoding="utf-8")
    if not MARKED.search(text):
        raise SystemExit(f"make_figures: {README.name} has lost its markers 'demo numbers'; put them back.")
    written = numbers_of(comparison, best, sentences)
    README.write_text(MARKED.sub(lambda _: written, text), encoding="utf-8")


def read_verdicts(page: str) -> tuple[dict[str, str], list[str]]:
    """Return the chosen architecture of each regime and the verdicts' sentences, from the page."""
    keys = {label: key for key, label in ARCHITECTURE_LABELS.items()}
    best, sentences = {}, []
    for name, card in VERDICT.findall(page):
        chosen, sentence = CHOSEN.search(card), SENTENCE.search(card)
        if chosen is None or sentence is None:
            raise SystemExit(f"make_figures: the page's verdict on the {name} regime cannot be read.")
        best[name.lower()] = keys[unescape(chosen[1])]
        sentences.append(unescape(sentence[1]).strip())
    return best, sentences


def records_of(comparison: pd.DataFrame, best: dict[str, str]) -> StudyRecords:
    """Return records that hold what the figure needs: the comparison and the choice."""
    tasks, nothing = load_band_gaps().tasks, pd.DataFrame()
    return StudyRecords(TITLE, TARGET, tasks, comparison, nothing, nothing, nothing, (), best, {}, {})


def numbers_of(comparison: pd.DataFrame, best: dict[str, str], sentences: list[str]) -> str:
    """Return the README's table and verdicts, as Markdown."""
    part = comparison.query("task == @TARGET")
    cells = part.set_index(["subset", "architecture", "regime", "metric"])["value"].sort_index()
    errors = part.set_index(["subset", "architecture", "regime", "metric"])["standard_error"].sort_index()
    n_test = int(part["n_test"].max())
    lines = [
        f"Mean absolute error in {UNIT} on {n_test:,} held-out materials, ± standard error, and the share",
        "of them within the 68 % error bar, in brackets of the non-metals alone. **Bold**: chosen, the",
        "plainest within one standard error of the best; that error is the paired difference's, smaller than",
        "the ± here.",
        "",
        "| architecture | visible | in bars | hidden | in bars |",
        "|---|---|---|---|---|",
    ]
    for architecture in (key for key in ARCHITECTURE_LABELS if key in set(part["architecture"])):
        row = [architecture_label(architecture)]
        for regime in REGIMES:
            mae = ("all", architecture, regime, "mae")
            inside = (
                cells[(subset, architecture, regime, "coverage_68")] for subset in ("all", "non-metals")
            )
            mark = "**" if best.get(regime) == architecture else ""
            row += [
                f"{mark}{cells[mae]:.3f} ± {errors[mae]:.3f}{mark}",
                "{:.0f} % ({:.0f})".format(*(100 * share for share in inside)),
            ]
        lines.append(f"| {' | '.join(row)} |")
    return "\n".join([*lines, "", *(f"- {sentence}" for sentence in sentences), ""])


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "demo")
