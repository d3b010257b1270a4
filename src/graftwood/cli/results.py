"""Write a study's results to a folder, each file at once, and say the answer on the terminal."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    import pandas as pd

    from graftwood.architectures.base import Architecture
    from graftwood.study.records import StudyRecords

COMPARISON, PREDICTIONS, MODEL, PAGE = "comparison.csv", "predictions.csv", "model.graft", "report.html"
NAMES_WIDTH, CELL_PADDING = 26, 3  # of a curve: the columns of names, and what a frame adds to a cell
CHOSEN = "* chosen: the plainest within one standard error (of the paired difference) of the best"


def write_results(records: StudyRecords, model: Architecture, features: Any, out: Path) -> list[Path]:
    """Write comparison.csv, predictions.csv, model.graft and report.html, all or none; return their paths."""
    from graftwood.report import write_report
    from graftwood.store.atomic import atomic_path
    from graftwood.store.save import save_model

    out.mkdir(parents=True, exist_ok=True)
    paths = [out / name for name in (COMPARISON, PREDICTIONS, MODEL, PAGE)]
    study = {"title": records.title, "target": records.target, **records.settings, **records.environment}
    # Each file takes its place only after all are written: results of two runs are never mixed.
    with ExitStack() as waiting:
        comparison, predictions, stored, page = [waiting.enter_context(atomic_path(path)) for path in paths]
        _write_csv(records.comparison, comparison)
        _write_csv(records.predictions, predictions)
        save_model(model, stored, study=study, metrics=metrics_of(records), inputs=features)
        write_report(records, page)
    return paths


def _write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write a frame with numbers to ten significant digits."""
    frame.to_csv(path, index=False, float_format="%.10g", lineterminator="\n")


def metrics_of(records: StudyRecords) -> dict[str, float]:
    """Held-out metrics of the architecture that was fitted to all data, per regime."""
    table = records.comparison.query("subset == 'all'")
    found = {}
    for regime, name in records.best.items():
        fitted = records.final or name  # the one model serves every regime, and need not be its winner
        lines = table[(table["regime"] == regime) & (table["architecture"] == fitted)]
        for metric, value in zip(lines["metric"], lines["value"].to_numpy(dtype=float), strict=True):
            found[f"{regime} {metric}"] = float(value)
    return found


def show_answer(records: StudyRecords, files: list[Path]) -> None:
    """Print the comparison, the verdicts and where the files are."""
    from rich.console import Console
    from rich.table import Table

    from graftwood.study.records import architecture_label

    unit = next((task.unit for task in records.tasks if task.name == records.target), "")
    is_category = not (records.comparison["metric"] == "mae").any()
    metric, words = ("accuracy", "Accuracy") if is_category else ("mae", "Mean absolute error")
    shown = f", {unit}" if unit else ""
    table = Table(title=f"{records.title}\n{words} of {records.target} on held-out materials{shown}")
    table.add_column("architecture")
    regimes = list(dict.fromkeys(records.comparison["regime"]))
    for regime in regimes:
        table.add_column(regime, justify="right")
    lines = records.comparison[
        (records.comparison["metric"] == metric) & (records.comparison["subset"] == "all")
    ].set_index(["architecture", "regime"])
    for architecture in dict.fromkeys(records.comparison["architecture"]):
        cells = []
        for regime in regimes:
            line = lines.loc[(architecture, regime)]
            mark = " *" if records.best.get(regime) == architecture else "  "
            cells.append(f"{line['value']:.3f} ± {line['standard_error']:.3f}{mark}")
        table.add_row(architecture_label(architecture), *cells)
    console = Console()
    console.print(table)
    judged = ", by the Brier score" if is_category else ""
    console.print(f"{CHOSEN}{judged}", style="dim")
    for verdict in records.verdicts:
        typer.echo(str(verdict))
    typer.echo("Written: " + ", ".join(str(path) for path in files))


def show_curve(curve: pd.DataFrame, target: str) -> None:
    """Print how the error falls with the number of labels."""
    from rich.console import Console
    from rich.table import Table

    from graftwood.study.records import architecture_label

    metric = "mae" if "mae" in set(curve["metric"]) else "log_loss"
    lines = curve[curve["metric"] == metric]
    sizes = sorted(lines["n_labels"].unique())
    what = "Mean absolute error" if metric == "mae" else "Log loss"
    table = Table(title=f"{what} of {target} with so many labelled training materials")
    table.add_column("architecture", overflow="fold")
    table.add_column("regime")
    console = Console()
    is_wide = NAMES_WIDTH + len(sizes) * (len("0.000±0.000") + CELL_PADDING) > console.width
    between, width = ("\n±", len("±0.000")) if is_wide else ("±", len("0.000±0.000"))
    for size in sizes:
        table.add_column(f"{size:,}", justify="right", min_width=width)  # a number is never cut, a name wraps
    for (regime, name), part in lines.groupby(["regime", "architecture"], sort=False):
        pairs = zip(part["n_labels"], part["value"], part["standard_error"], strict=True)
        told = {n: f"{value:.3f}{between}{error:.3f}" for n, value, error in pairs}
        cells = [told.get(n, "") for n in sizes]
        table.add_row(architecture_label(str(name)), str(regime), *cells)
    console.print(table)


def show_sources(ranked: pd.DataFrame, target: str) -> None:
    """Print what each source saves on its own, and what is lost without it."""
    from rich.console import Console
    from rich.table import Table

    table = Table(title=f"What the sources are worth: mean error of {target} saved ± standard error")
    for name in ("source", "regime"):
        table.add_column(name)
    for name in ("labels", "saved by it alone", "lost without it"):
        table.add_column(name, justify="right")
    for line in ranked.to_dict("records"):
        pairs = [(line[name], line[f"{name}_standard_error"]) for name in ("gain", "loss")]
        shown = [f"{value:+.3f} ± {error:.3f}" if value == value else "–" for value, error in pairs]
        table.add_row(str(line["source"]), str(line["regime"]), f"{line['n_labels']:,}", *shown)
    Console().print(table)
