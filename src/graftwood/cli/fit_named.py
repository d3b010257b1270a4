"""A named architecture, fitted to all data without a comparison."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from graftwood.reading import StudyData
    from graftwood.study.run import Study


def fit_named(name: str, asked: Study, data: StudyData, out: Path) -> None:
    """Fit the architecture of this name, or a selector, and save it.

    Parameters
    ----------
    name : str
        Of a candidate of the study's comparison, or "selector".
    asked : Study
    data : StudyData
    out : Path

    Raises
    ------
    WrongOption
        There is no such architecture; the message lists those that there are.
    """
    from graftwood.store.save import save_model
    from graftwood.study.records import architecture_label
    from graftwood.study.steps import fit_final, fit_selector, named_candidate

    model = fit_selector(asked) if name == "selector" else fit_final(asked, named_candidate(asked, name))
    verdicts = [str(verdict) for verdict in getattr(model, "verdicts_", {}).values()]
    told = {
        **facts_of(data, asked.title), "verdicts": verdicts, "final model": name,
        "data fingerprint": data.table.fingerprint(),
    }  # fmt: skip
    save_model(model, out, study=told, inputs=asked.features)
    for line in verdicts:
        typer.echo(line)
    chosen = getattr(model, "best_", {})
    for regime, winner in chosen.items():
        typer.echo(f"Chosen, {regime}: {architecture_label(winner)}.")
    label = "Selector" if chosen else architecture_label(name)
    typer.echo(f"Fitted: {label}, as asked. Written: {out}")


def facts_of(data: StudyData, title: str) -> dict[str, Any]:
    """What every model file says of the tables that it was fitted to."""
    from graftwood.screening.measured import measured_materials

    numbers, study = data.table.labels.select_dtypes("number"), data.said.study
    # Of a material that is more than a composition, such as one at a temperature, a formula does not tell.
    keys = [name for name in study.material if data.said.inputs[name].kind == "composition"]
    is_composition = len(study.material) == len(keys) == 1
    return {
        "measured": measured_materials(data.table, study.target) if is_composition else [],
        "label_range": {
            str(name): [float(cells.min()), float(cells.max())] for name, cells in numbers.items()
        },
        "title": title,
        "target": study.target,
        "units": {task.name: task.unit for task in data.table.tasks},
        "columns": {name: task.column for name, task in data.said.tasks.items()},
        "material": study.material,
    }
