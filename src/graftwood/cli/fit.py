"""``graftwood fit``: the architecture that did best, on all data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graftwood.cli.studies import Folds, Jobs, Seed, StudyPath, Trees, check_jobs, read

if TYPE_CHECKING:
    from graftwood.reading import StudyData
    from graftwood.study.records import StudyRecords
    from graftwood.study.steps import Validation


def fit(
    study: StudyPath,
    out: Annotated[Path, typer.Option(help="The model file.")] = Path("model.graft"),
    comparison: Annotated[
        Path | None,
        typer.Option(
            help="Folder of graftwood compare: compared as there, and what is done is not done again."
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
    data = read(study)
    from graftwood.cli.comparing import run_comparison
    from graftwood.store.save import save_model
    from graftwood.study.from_file import study_from
    from graftwood.study.steps import chosen, final_candidate, fit_final, records_of

    validation, compared_trees, seed = _as_compared(comparison, folds, compared_trees, seed)
    asked = study_from(
        data, n_folds=validation.n_folds, n_estimators_compared=compared_trees, n_estimators=trees,
        random_state=seed, n_jobs=jobs,
    )  # fmt: skip
    found, seconds = run_comparison(asked, validation, comparison)
    records = records_of(asked, found, asked.candidates, seconds, validation)
    model = fit_final(asked, final_candidate(found, chosen(found)))
    save_model(model, out, study=told_of(data, records), metrics=_metrics(records), inputs=asked.features)
    for verdict in records.verdicts:
        typer.echo(str(verdict))
    from graftwood.study.records import architecture_label

    typer.echo(f"Fitted: {architecture_label(records.settings['final model'])}. Written: {out}")


def _as_compared(comparison: Path | None, folds: int, trees: int, seed: int) -> tuple[Validation, int, int]:
    """How to compare, and with how many trees and which seed: as in the folder where there is one."""
    from graftwood.cli.comparison_files import DETAILS
    from graftwood.cli.finished import asked_before
    from graftwood.study.steps import Validation

    if comparison is None:
        return Validation(n_folds=folds), trees, seed
    asked = asked_before(comparison / DETAILS)
    trees, seed = asked.pop("trees"), asked.pop("seed")
    return Validation(**asked), trees, seed


def told_of(data: StudyData, records: StudyRecords) -> dict[str, Any]:
    """What a model file says of its study."""
    units = {task.name: task.unit for task in data.table.tasks}
    numbers = data.table.labels.select_dtypes("number")
    ranges = {str(name): [float(cells.min()), float(cells.max())] for name, cells in numbers.items()}
    return {
        "label_range": ranges,
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
