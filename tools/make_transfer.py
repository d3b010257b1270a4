"""Put what transfer gains on real data into docs/transfer.md.

Run ``python -m benchmarks architectures`` in full, then ``python tools/make_transfer.py``: the marked parts
of the page are written from ``benchmarks/results/architectures.json``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from marked import made_by, rewrite, table

ROOT = Path(__file__).resolve().parent.parent
RESULTS, PAGE = ROOT / "benchmarks/results/architectures.json", ROOT / "docs/transfer.md"
DATA = {
    "band-gap": ("Measured band gaps with those of MP, OQMD and AFLOW", "eV"),
    "colour": ("Colours with optical gaps (Strehlow and Cook)", "Brier score"),
    "catapp": ("Barriers of a step of NO decomposition with those and the energies of others (CatApp)", "eV"),
    "beijing": ("Fine dust at a station of Beijing with three others (UCI)", "µg/m3"),
    "jura": ("Cadmium in soils with nickel and zinc (mulan)", "mg/kg"),
    "enb": ("Cooling loads of buildings with heating loads (mulan)", "kWh/m2"),
    "atp1d": ("The next day's fare without stops with those of four other choices (mulan)", "USD"),
    "oes10": ("Programmers of a city with four other occupations (mulan)", "persons"),
    "wq": ("Abundance of a species in rivers with four others (mulan)", "classes"),
}
CHECKS = {
    "selector": "the selector is within 2 % or a paired standard error of the best architecture, which is "
    "known only afterwards",
    "peers": "an architecture is not behind its nearest peer by more than that",
    "shuffled": "labels of sources dealt to other materials: the selector never says that they help, and "
    "is at most a standard error behind the best without sources",
    "inverted": "sources turned around within their range: differences and pools lose, all others stay as "
    "they are",
}


def main() -> None:
    """Rewrite the marked parts."""
    document = json.loads(RESULTS.read_text(encoding="utf-8"))
    found, environment = document["results"], document["environment"]
    rewrite(PAGE, "gains", gains(found["problems"]))
    rewrite(PAGE, "checks", checks(found["counts"]))
    rewrite(PAGE, "failed", failed(found["checks"]))
    rewrite(PAGE, "made", made_by("architectures", environment))


def gains(problems: dict[str, Any]) -> str:
    """A table per data set, a line per number of labels and regime."""
    head = ["labels; the others'", "single", "best without sources", "best with sources", "selector",
            "less best without sources", "verdicts of the folds", "best peer"]  # fmt: skip
    parts = []
    for name, problem in problems.items():
        title, unit = DATA[name]
        rows = [line_of(case) for case in problem["cases"] if case["sources"] == "related"]
        labels = problem["n_labels"][problem["target"]]
        parts.append(f"\n**{title}**, {labels:,} labels, {unit}\n{table(head, rows)}".rstrip() + "\n")
    return "".join(parts)


def line_of(case: dict[str, Any]) -> list[str]:
    """What is said of a number of labels in a regime."""
    models = case["models"]
    best = {role: min(names, key=lambda name: models[name]["error"]) for role, names in names_of(case)}
    chosen, single = models["selector"], models["single"]
    gain = chosen["minus_best_without_sources"]
    told = "all" if case["n_told"] is None else str(case["n_told"])
    verdicts = ", ".join(f"{verdict} {n}" for verdict, n in case["selector"]["verdict"].items())
    return [
        f"{told}; {'known' if case['regime'] == 'visible' else 'unknown'}",
        f"{single['error']:.3g} ± {single['standard_error']:.2g}",
        shown(models, best["without"]),
        shown(models, best["with"]),
        f"**{chosen['error']:.3g}** ± {chosen['standard_error']:.2g}",
        f"{gain[0]:+.2g} ± {gain[1]:.2g}",
        verdicts,
        shown(models, best["peer"]),
    ]


def names_of(case: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """Models that were run, by what they are."""
    without = ("single", "self_difference", "self_latent")
    ran = {name: model for name, model in case["models"].items() if "error" in model}
    ours = [name for name, model in ran.items() if model["role"] == "architecture"]
    yield "without", [name for name in ours if name in without]
    yield "with", [name for name in ours if name not in without]
    yield "peer", [name for name, model in ran.items() if model["role"] == "peer"]


def shown(models: dict[str, Any], name: str) -> str:
    """Error and name of a model."""
    return f"{models[name]['error']:.3g} ({name.replace('_', ' ')})"


def checks(counts: dict[str, Any]) -> str:
    """How many checks passed."""
    rows = [
        [said, f"{counts[check]['passed']} of {counts[check]['passed'] + counts[check]['failed']}"]
        for check, said in CHECKS.items()
    ]
    return table(["check", "passed"], rows)


def failed(lines: list[dict[str, Any]]) -> str:
    """The checks that did not pass."""
    rows = [
        [line["case"], line["check"], line["model"].replace("_", " "), line["detail"].replace("+-", "±")]
        for line in lines
        if line["passed"] is False
    ]
    return table(["case", "check", "model", "difference, to what, its error"], rows)


if __name__ == "__main__":
    main()
