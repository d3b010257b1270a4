"""``graftwood fit``: the architecture that did best, on all data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graftwood.cli.fit_named import facts_of, fit_named
from graftwood.cli.outputs import keep_what_is_read
from graftwood.cli.studies import Folds, Jobs, Seed, StudyPath, Trees, check_jobs, files_of, read

if TYPE_CHECKING:
    from graftwood.reading import StudyData
    from graftwood.study.records import StudyRecords
    from graftwood.study.run import Study
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

    Where other labels known of a material chose another one than nothing known does, that one is fitted and
    serves both; --architecture selector fits one for each.

    Example: graftwood fit study.toml --comparison comparison --out model.graft
    """
    check_jobs(jobs)
    _check_folder(out)
    if architecture is not None and comparison is not None:
        raise typer.BadParameter("it is fitted without a comparison.", param_hint="--architecture")
    data = read(study, "fit")
    keep_what_is_read(out, files_of(data))
    from graftwood.study.from_file import study_from

    validation, compared_trees, seed = _as_compared(comparison, folds, compared_trees, seed)
    asked = study_from(
        data, n_folds=validation.n_folds, n_estimators_compared=compared_trees, n_estimators=trees,
        random_state=seed, n_jobs=jobs,
    )  # fmt: skip
    if architecture is None:
        _fit_best(asked, data, validation, comparison, out)
    else:
        fit_named(architecture, asked, data, out)


def _fit_best(
    asked: Study, data: StudyData, validation: Validation, comparison: Path | None, out: Path
) -> None:
    """Compare, fit the architecture that did best, and save it."""
    from graftwood.cli.comparing import run_comparison
    from graftwood.store.save import save_model
    from graftwood.study.steps import chosen, final_candidate, fit_final, records_of

    found, seconds = run_comparison(asked, validation, comparison, who="fit")
    records = records_of(asked, found, asked.candidates, seconds, validation)
    model = fit_final(asked, final_candidate(found, chosen(found)))
    save_model(model, out, study=told_of(data, records), metrics=_metrics(records), inputs=asked.features)
    for verdict in records.verdicts:
        typer.echo(str(verdict))
    typer.echo(f"Fitted: {_what_is_fitted(records)}. Written: {out}")


def _what_is_fitted(records: StudyRecords) -> str:
    """Name the model, and what else was chosen in a regime that it serves too."""
    from graftwood.network.outlook import HIDDEN
    from graftwood.study.records import architecture_label

    fitted = records.settings["final model"]
    other = records.best.get(HIDDEN, fitted)
    if other == fitted:
        return architecture_label(fitted)
    return (
        f"{architecture_label(fitted)}, chosen where other labels are known (where nothing is known, "
        f"{architecture_label(other)} was; --architecture selector fits one for each)"
    )


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
    return {
        **facts_of(data, records.title), "verdicts": [str(verdict) for verdict in records.verdicts],
        **records.settings, **records.environment,
    }  # fmt: skip


def _metrics(records: StudyRecords) -> dict[str, float]:
    from graftwood.cli.results import metrics_of

    return metrics_of(records)


def _check_folder(out: Path) -> None:
    # A folder that is not there is better known before the work than after it.
    if not out.resolve().parent.is_dir():
        raise typer.BadParameter(f"the folder {out.parent} does not exist; make it.", param_hint="--out")
