"""The colour study from settings to records, with its figures."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from graftwood.studies.colour import (
    ALL,
    KNOWN,
    ColourSettings,
    judge_colours,
    run_folds,
    score_colours,
)
from graftwood.studies.figure import Panel, Points, draw_dots
from graftwood.studies.fold_scores import comparison_table
from graftwood.studies.names import SHUFFLED, label_of
from graftwood.studies.records import StudyRecords, TextTable
from graftwood.studies.score_table import table_across
from graftwood.study.environment import describe_environment

if TYPE_CHECKING:
    from graftwood.study.hold_out import Finished, Progress

NAME, TITLE = "colour", "Colours of compounds with band gaps beside them"
REGIME_WORDS = {"hidden": "nothing known of the compound", "visible": "its gap known where there is one"}
METRIC_WORDS = {
    "f1_weighted": "F1 weighted by class (more is better)",
    "log_loss": "log loss (less is better)",
    "balanced_accuracy": "balanced accuracy (more is better)",
}


def run_colour(
    settings: ColourSettings, finished: Finished | None = None, progress: Progress | None = None
) -> StudyRecords:
    """Run the study.

    Parameters
    ----------
    settings : ColourSettings
    finished : Finished, optional
        Keeps fits, so that a run that was cut short goes on.
    progress : callable, optional
        Told (what, done, in all).
    """
    held_out, classes = run_folds(settings, finished, progress)
    scores = score_colours(held_out, classes)
    comparison = comparison_table(scores, settings.n_folds)
    return StudyRecords(
        NAME, TITLE, comparison,
        claims=judge_colours(scores, settings),
        tables=_tables(comparison, settings),
        notes=_notes(held_out, classes, settings),
        figures={"gains": partial(_draw_gains, comparison, settings)},
        stamp=describe_environment(settings.seed),
    )  # fmt: skip


def _tables(comparison: pd.DataFrame, settings: ColourSettings) -> list[TextTable]:
    tables = []
    for name in comparison["task"].unique():
        for subset in (ALL, KNOWN):
            here = comparison[(comparison["task"] == name) & (comparison["subset"] == subset)]
            for metric, words in METRIC_WORDS.items():
                title = f"{name}, {subset}: {words}"
                tables.append(table_across(here, "regime", metric, title, settings.regimes))
    return tables


def _notes(
    held_out: pd.DataFrame, classes: dict[str, tuple[str, ...]], settings: ColourSettings
) -> list[str]:
    notes = [
        f"forests of {settings.n_estimators} trees, {settings.n_folds} folds over materials; inputs are "
        "Magpie's statistics and atomic fractions",
        "of a held-out compound nothing is known (hidden), or its gap where there is one (visible); with "
        "shuffled gaps, the control, they are other materials'",
        f"log loss of probabilities mixed with {100 * 0.01:.0f} % of equal ones",
        "the self-difference needs numbers and does not exist for classes; the control is the self-latent",
    ]
    for name, n_repeats in zip(classes, settings.n_repeats, strict=True):
        one = held_out[(held_out["task"] == name) & (held_out["architecture"] == "single")]
        one = one[(one["trial"] == 0) & (one["regime"] == settings.regimes[0])]
        known = int(one["is_known"].sum())
        notes.append(
            f"{name}: {len(one)} coloured materials, {known} of them with a gap, classes "
            f"{', '.join(classes[name])}; {n_repeats} divisions into folds"
        )
    return notes


def _draw_gains(comparison: pd.DataFrame, settings: ColourSettings, path: Path) -> None:
    panels = []
    for name in comparison["task"].unique():
        for regime in settings.regimes:
            here = comparison[
                (comparison["task"] == name)
                & (comparison["subset"] == ALL)
                & (comparison["regime"] == regime)
                & (comparison["metric"] == "f1_weighted")
                & (comparison["architecture"] != "single")
            ]
            points = [_gain(str(line.architecture), line) for line in here.itertuples()]
            panels.append(Panel(f"{name}\n{REGIME_WORDS[regime]}", points))
    draw_dots(
        panels, path, "gain in weighted F1 over colour alone", zero=True,
        meaning=("paired gain, with one standard error", "control: other materials' gaps"),
    )  # fmt: skip


def _gain(name: str, line: Any) -> Points:
    family, is_control = name.removesuffix(SHUFFLED), name.endswith(SHUFFLED)
    value, error = (float(line.gain_over_single),), (float(line.gain_standard_error),)
    return Points(family, value, (), error, label=label_of(name), is_filled=not is_control)
