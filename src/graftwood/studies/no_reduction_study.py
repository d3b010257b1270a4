"""The study of NO decomposition from settings to records, with its figures."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from graftwood.studies.figure import Panel, Points, draw_curves, draw_dots
from graftwood.studies.no_reduction import NoReductionSettings, run_folds, subset_name
from graftwood.studies.no_reduction_claims import (
    ALL,
    EXPECTED,
    LARGEST,
    PAIRS,
    compare_steps,
    judge_steps,
    score_steps,
)
from graftwood.studies.records import StudyRecords
from graftwood.studies.score_table import table_across
from graftwood.study.environment import describe_environment

if TYPE_CHECKING:
    from graftwood.study.hold_out import Finished, Progress

NAME, TITLE = "no-reduction", "Steps of NO decomposition: barriers from sparse labels"
IN_CURVES = (
    "single", "self_difference", "self_latent", "difference", "latent", "multi_task", "latent_with_energies"
)  # fmt: skip
REGIME_WORDS = {"hidden": "nothing known of the surface", "visible": "other steps known where present"}


def run_no_reduction(
    settings: NoReductionSettings, finished: Finished | None = None, progress: Progress | None = None
) -> StudyRecords:
    """Run the study.

    Parameters
    ----------
    settings : NoReductionSettings
    finished : Finished, optional
        Keeps fits, so that a run that was cut short goes on.
    progress : callable, optional
        Told (what, done, in all).
    """
    scores = score_steps(run_folds(settings, finished, progress), settings.seed)
    comparison = compare_steps(scores, settings)
    return StudyRecords(
        NAME, TITLE, comparison,
        claims=judge_steps(scores, settings),
        tables=_tables(comparison, settings),
        notes=_notes(settings),
        figures={
            "sparsity": partial(_draw_sparsity, comparison, settings),
            "functions": partial(_draw_functions, comparison, settings),
        },
        stamp=describe_environment(settings.seed),
    )  # fmt: skip


def _tables(comparison: pd.DataFrame, settings: NoReductionSettings) -> list:
    tables = []
    for division, _ in settings.n_folds:
        subsets = [subset_name(division, presence) for presence in settings.presence]
        heads = [f"{100 * presence:.0f} % present" for presence in settings.presence]
        names = dict(zip(subsets, heads, strict=True))
        for regime in settings.regimes:
            here = comparison[(comparison["regime"] == regime) & comparison["subset"].isin(subsets)]
            for task in (ALL, PAIRS, LARGEST):
                title = f"{task[0].upper()}{task[1:]}, RMSE in eV: {division} held out, other labels {regime}"
                lines = here[here["task"] == task].replace({"subset": names})
                tables.append(table_across(lines, "subset", "rmse", title, heads))
    return tables


def _notes(settings: NoReductionSettings) -> list[str]:
    patterns = ", ".join(f"{n} with {division} held out" for division, n in settings.n_patterns)
    folds = ", ".join(f"{n} folds over {division}" for division, n in settings.n_folds)
    return [
        f"forests of {settings.n_estimators} trees; {folds}; patterns of missing labels: {patterns}; what is "
        "present is drawn step by step, and at least four labels are left in every training set",
        "inputs: properties of the element and a column per facet; 164 barriers of four steps, 50 surfaces",
        "NO* and NO share a transition state, so the label of one is hidden when the other is predicted",
        "differences of steps: all pairs but NO* and NO; their error if the steps' errors were independent "
        "is the root of the summed squares",
        "largest barrier: of NO*, N2 and O2 where all are labelled; its error if the steps' errors were "
        "independent is that with errors dealt to other surfaces, step by step on its own",
        "the difference starts from the N2 step (that of N2 from NO*), fixed beforehand",
        "with energies: the four reaction energies are further tasks; in the visible regime they are known "
        "of the surface, as they cost less than a transition state",
    ]


def _draw_sparsity(comparison: pd.DataFrame, settings: NoReductionSettings, path: Path) -> None:
    panels, shares = [], [100 * presence for presence in settings.presence]
    errors = comparison[(comparison["task"] == ALL) & (comparison["metric"] == "rmse")]
    for division, _ in settings.n_folds:
        subsets = [subset_name(division, presence) for presence in settings.presence]
        for regime in settings.regimes:
            here = errors[errors["regime"] == regime]
            points = []
            for name in IN_CURVES:
                mine = here[here["architecture"] == name].set_index("subset").loc[subsets]
                points.append(Points(name, shares, mine["value"].tolist(), mine["standard_error"].tolist()))
            panels.append(Panel(f"{division} held out, {REGIME_WORDS[regime]}", points))
    draw_curves(panels, path, "labels present in training (%)", "RMSE over all steps (eV)")


def _draw_functions(comparison: pd.DataFrame, settings: NoReductionSettings, path: Path) -> None:
    panels, presence = [], settings.presence[-1]
    for task in (PAIRS, LARGEST):
        for division, _ in settings.n_folds:
            here: Any = comparison[
                (comparison["task"] == task)
                & (comparison["regime"] == "hidden")
                & (comparison["subset"] == subset_name(division, presence))
            ].set_index(["architecture", "metric"])
            points = []
            for name in IN_CURVES:
                for metric in ("rmse", EXPECTED):
                    line, is_measured = here.loc[(name, metric)], metric == "rmse"
                    error = (float(line["standard_error"]),) if is_measured else (float("nan"),)
                    value = (float(line["value"]),)
                    points.append(Points(name, value, (), error, is_filled=is_measured))
            panels.append(Panel(f"{task}, {division} held out", points))
    meaning = ("measured, with one standard error", "if the steps' errors were independent")
    draw_dots(panels, path, "RMSE (eV), nothing known of the surface", meaning=meaning)
