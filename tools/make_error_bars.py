"""Put the measured error bars into the documents.

Run ``python -m benchmarks calibration`` in full, then ``python tools/make_error_bars.py``: the marked
parts of docs/error-bars.md and of decision 015 are written from ``benchmarks/results/calibration.json``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from marked import made_by, rewrite

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks/results/calibration.json"
PAGE, DECISION = ROOT / "docs/error-bars.md", ROOT / "docs/decisions/015-spread-of-the-mean.md"
PROBLEMS = {
    "catapp": "Barriers of one step of NO decomposition, eV (CatApp)",
    "jura": "Cadmium in soils of the Swiss Jura, mg/kg (mulan)",
    "enb": "Cooling loads of buildings, kWh/m2 (mulan)",
    "beijing": "Fine dust at a station of Beijing, µg/m3 (UCI, three other stations), days by month",
    "band-gap": "Measured band gaps, eV (Matbench, with MP, OQMD and AFLOW)",
}
REGIMES = {"one known": "one source known of each, though fitted with several"}


def main() -> None:
    """Rewrite the marked parts."""
    document = json.loads(RESULTS.read_text(encoding="utf-8"))
    found, environment = document["results"], document["environment"]
    rewrite(PAGE, "coverage", coverage_tables(found["problems"]))
    rewrite(PAGE, "steps", steps_table(found["steps"]))
    rewrite(PAGE, "classes", classes_table(found["classes"]))
    rewrite(PAGE, "speed", speed_table(found["speed"]))
    rewrite(PAGE, "made", made_by("calibration", environment))
    rewrite(DECISION, "mean", mean_table(found["mean"]))


def coverage_tables(problems: dict[str, Any]) -> str:
    """A table per problem and regime, a line per model."""
    parts = []
    for name, found in problems.items():
        randomised, ties = ("_randomised", " (ties at random)") if name == "band-gap" else ("", "")
        for regime, models in found["regimes"].items():
            known = REGIMES.get(regime, regime)
            parts.append(
                f"\n**{PROBLEMS.get(name, name)}**, {known}, {found['n_materials']} materials\n\n"
                f"| | MAE | 68 % covers{ties} | 90 % covers{ties} "
                "| rank of errors | CRPS | gain over one bar for all |\n|---|---|---|---|---|---|---|\n"
            )
            for model, entry in models.items():
                covered_68, covered_90 = (entry[f"coverage_{level}{randomised}"] for level in (68, 90))
                rank, crps = entry["rank"], entry["crps"]
                parts.append(
                    f"| {model} | {entry['mae']:.3g} | {share(covered_68)} | {share(covered_90)} "
                    f"| {rank[0]:.2f} ({rank[1]:.2f}, {rank[2]:.2f}) | {crps['value']:.3g} "
                    f"| {crps['gain_over_constant']:+.3g} ± {crps['standard_error']:.2g} |\n"
                )
    return "".join(parts)


def share(measured: list[float]) -> str:
    """A coverage with its standard error, in per cent."""
    return f"{100 * measured[0]:.0f} ± {100 * measured[1]:.0f}"


def steps_table(found: dict[str, Any]) -> str:
    """A line per function, the models side by side."""
    models = [name for name in found if name != "cpu_seconds"]
    head = " | ".join(f"{model}: covers, bar, bar of independent errors" for model in models)
    lines = [f"| function | {head} |\n|---|" + "---|" * len(models) + "\n"]
    for function in found[models[0]]:
        cells = []
        for model in models:
            entry = found[model][function]
            independent = "" if entry["independent"] is None else f", {entry['independent']:.2f} eV"
            cells.append(f"{100 * entry['coverage_68']:.0f} %, {entry['spread']:.2f} eV{independent}")
        lines.append(f"| {function} | {' | '.join(cells)} |\n")
    return "".join(lines)


def classes_table(found: dict[str, Any]) -> str:
    """A line per set and kind of probability."""
    lines = ["| | log loss | Brier score | calibration error |\n|---|---|---|---|\n"]
    for name, entry in found.items():
        for kind in ("votes", "probabilities") if name != "cpu_seconds" else ():
            said = entry[kind]
            lines.append(
                f"| {name}, {entry['n_classes']} classes, {entry['n_labels']} labels: {kind} "
                f"| {said['log_loss'][0]:.3f} ± {said['log_loss'][1]:.3f} "
                f"| {said['brier'][0]:.3f} ± {said['brier'][1]:.3f} | {said['ece']:.3f} |\n"
            )
    return "".join(lines)


def speed_table(found: dict[str, Any]) -> str:
    """Seconds and ratios."""
    size = f"{found['n_candidates']:,} candidates, {found['n_training']:,} training materials"
    lines = [f"| {size} | seconds |\n|---|---|\n"]
    lines += [f"| {name} | {seconds:.2f} |\n" for name, seconds in found["seconds"].items()]
    lines += [f"| {name} | {ratio:.1f} times |\n" for name, ratio in found["ratios"].items()]
    peak = found["peak_mebibytes_over_model"]
    return "".join([*lines, f"| memory of the spread of the mean beyond the model | {peak:.0f} MiB |\n"])


def mean_table(lines: list[dict[str, Any]]) -> str:
    """A line per number of trees and materials."""
    table = ["| trees | materials | truth | estimate | with the expected bias | noise of a row | negative |\n"
             "|---|---|---|---|---|---|---|\n"]  # fmt: skip
    for line in lines:
        table.append(
            f"| {line['n_trees']} | {line['n_materials']} | {line['truth']:.4f} | {line['estimate']:.4f} "
            f"| {line['expected_bias_subtracted']:.4f} | {line['noise_of_one_row']:.4f} "
            f"| {100 * line['share_negative']:.0f} % |\n"
        )
    return "".join(table)


if __name__ == "__main__":
    main()
