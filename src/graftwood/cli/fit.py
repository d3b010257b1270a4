"""``graftwood fit``: the architecture that did best, on all data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graftwood.cli.studies import Folds, Jobs, Seed, StudyPath, Trees, check_jobs, read

if TYPE_CHECKING:
    from graftwood.reading import StudyData
    from graftwood.study.records import StudyRecords
    from graftwood.study.run import Study


def fit(
    study: StudyPath,
    out: Annotated[Path, typer.Option(help="The model file.")] = Path("model.graft"),
    comparison: Annotated[
        Path | None,
        typer.Option(help="Folder of graftwood compare: what was compared there is not compared again."),
    ] = None,
    architecture: Annotated[
        str | None,
        typer.Option(
            help="Fit this one and compare nothing: single, difference, latent, graph, ..., or selector, "
            "which chooses on its own."
        ),
    ] = None,
    trees: Annotated[int, typer.Option(min=2, help="Trees per forest in the model.")] = 100,
    compared_trees: Trees = 20,
    folds: Folds = 5,
    seed: Seed = 0,
    jobs: Jobs = -1,
) -> None:
    """Compare the architectures, fit the one that did best to all data, and save it.

    Example: graftwood fit study.toml --comparison comparison --out model.graft
    """
    check_jobs(jobs)
    _check_folder(out)
    if architecture is not None and comparison is not None:
        raise typer.BadParameter(
            "a named architecture is fitted without a comparison; give one of both.",
            param_hint="--architecture",
        )
    data = read(study)
    from graftwood.study.from_file import study_from

    asked = study_from(
        data, n_folds=folds, n_estimators_compared=compared_trees, n_estimators=trees, random_state=seed,
        n_jobs=jobs,
    )  # fmt: skip
    if architecture is None:
        _fit_best(asked, data, comparison, out)
    else:
        _fit_named(architecture, asked, data, out)


def _fit_best(asked: Study, data: StudyData, comparison: Path | None, out: Path) -> None:
    """Compare, fit the architecture that did best, and save it."""
    from graftwood.cli.comparing import run_comparison
    from graftwood.store.save import save_model
    from graftwood.study.records import architecture_label
    from graftwood.study.steps import Validation, chosen, final_candidate, fit_final, records_of

    found, seconds = run_comparison(asked, Validation(n_folds=asked.n_folds), comparison)
    records = records_of(asked, found, asked.candidates, seconds)
    model = fit_final(asked, final_candidate(found, chosen(found)))
    save_model(model, out, study=told_of(data, records), metrics=_metrics(records), inputs=asked.features)
    for verdict in records.verdicts:
        typer.echo(str(verdict))
    typer.echo(f"Fitted: {architecture_label(records.settings['final model'])}. Written: {out}")


def _fit_named(name: str, asked: Study, data: StudyData, out: Path) -> None:
    """Fit the architecture of this name, or a selector, and save it."""
    from graftwood.store.save import save_model
    from graftwood.study.records import architecture_label
    from graftwood.study.steps import fit_final, fit_selector, named_candidate

    model = fit_selector(asked) if name == "selector" else fit_final(asked, named_candidate(asked, name))
    verdicts = [str(verdict) for verdict in getattr(model, "verdicts_", {}).values()]
    told = {
        "title": asked.title, "target": asked.target,
        "units": {task.name: task.unit for task in data.table.tasks},
        "material": data.said.study.material, "verdicts": verdicts, "final model": name,
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


def told_of(data: StudyData, records: StudyRecords) -> dict[str, Any]:
    """What a model file says of its study."""
    units = {task.name: task.unit for task in data.table.tasks}
    return {
        "title": records.title, "target": records.target, "units": units,
        "material": data.said.study.material,
        "verdicts": [str(verdict) for verdict in records.verdicts], **records.settings, **records.environment,
    }  # fmt: skip


def _metrics(records: StudyRecords) -> dict[str, float]:
    from graftwood.cli.results import metrics_of

    return metrics_of(records)


def _check_folder(out: Path) -> None:
    # A folder that is not there is better known before the work than after it.
    if not out.resolve().parent.is_dir():
        raise typer.BadParameter(f"the folder {out.parent} does not exist; make it.", param_hint="--out")
