"""Colours of compounds: what a band gap adds, as a task beside, as a latent, measured or calculated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from graftwood.coding.inputs import code_rows
from graftwood.data.split import material_folds
from graftwood.metrics import accuracy, balanced_accuracy, f1_weighted, log_loss
from graftwood.studies.claims import claims_of, judge
from graftwood.studies.colour_tables import COLOUR, GAP, ColourTable, read_colours
from graftwood.studies.fold_scores import Measures, paired_values, score_folds
from graftwood.studies.kept import PartOf
from graftwood.studies.names import OF_THE_PAPER, SHUFFLED, in_a_sentence
from graftwood.studies.records import Claim
from graftwood.study.candidates import Candidate, default_candidates
from graftwood.study.hold_out import Finished, Progress, Split, hold_out, probability_columns
from graftwood.study.labels import tell_labels

ALL, KNOWN = "all", "gap known"
SMOOTHING = 0.01  # a forest's probability of 0 is not meant as never, and the log loss would be 36


@dataclass(frozen=True)
class ColourSettings:
    """Size of the study.

    Attributes
    ----------
    n_estimators : int, default 100
    n_folds : int, default 5
    n_repeats : tuple of int
        Divisions into folds of each of the three tables.
    n_source_only : int
        Compositions with a gap and no colour.
    n_coloured : int, optional
        Only so many compounds.
    regimes : tuple of str
    seed, n_jobs : int

    Examples
    --------
    >>> ColourSettings().n_folds
    5
    """

    n_estimators: int = 100
    n_folds: int = 5
    n_repeats: tuple[int, ...] = (10, 5, 5)
    n_source_only: int = 800
    n_coloured: int | None = None
    regimes: tuple[str, ...] = ("hidden", "visible")
    seed: int = 0
    n_jobs: int = 1


QUICK = ColourSettings(n_estimators=10, n_folds=3, n_repeats=(1, 1, 1), n_source_only=50, n_coloured=150)


def run_folds(
    settings: ColourSettings, finished: Finished | None, progress: Progress | None
) -> tuple[pd.DataFrame, dict[str, tuple[str, ...]]]:
    """Predict the colour of every held-out compound.

    Returns
    -------
    held_out : DataFrame
        Columns task (the table), trial, fold, row, is_known, label, prediction, the classes'
        probabilities, architecture, regime.
    classes : dict
        Of each table.
    """
    tables = read_colours(settings.n_source_only, settings.n_coloured)
    plan, parts, classes = list(_plan(tables, settings)), [], {}
    for done, (table, trial) in enumerate(plan):
        if progress is not None:
            progress(f"{table.name}, division {trial + 1}", done, len(plan))
        kept = PartOf(finished, table.name).of_trial(trial)
        split = split_of(table, settings, trial)
        classes[table.name] = split.labels.classes[COLOUR]
        found = hold_out(split, candidates_for(settings, trial, False), settings.regimes, finished=kept)
        control = split_of(table.shuffled(settings.seed + trial), settings, trial)
        mixed = hold_out(control, candidates_for(settings, trial, True), settings.regimes, finished=kept)
        parts += [each.assign(task=table.name, trial=trial) for each in (found, mixed)]
    if progress is not None:
        progress("done", len(plan), len(plan))
    return pd.concat(parts, ignore_index=True), classes


def _plan(tables: list[ColourTable], settings: ColourSettings) -> Iterator[tuple[ColourTable, int]]:
    for table, n_repeats in zip(tables, settings.n_repeats, strict=True):
        yield from ((table, trial) for trial in range(n_repeats))


def split_of(table: ColourTable, settings: ColourSettings, trial: int) -> Split:
    """Divide the coloured materials into folds, another division in each trial."""
    labels = tell_labels(table.Y, "reproduce colour", {COLOUR: "category", GAP: "real"})
    folds = material_folds(
        table.materials, table.Y[COLOUR].notna().to_numpy(), n_folds=settings.n_folds,
        random_state=settings.seed + trial,
    )  # fmt: skip
    return Split(code_rows(table.X, "reproduce colour"), labels, COLOUR, (), table.materials, folds)


def candidates_for(settings: ColourSettings, trial: int, is_control: bool) -> list[Candidate]:
    """Architectures; those of the control have the gaps of other materials and names of their own."""
    found = default_candidates(
        COLOUR, [GAP], kinds={COLOUR: "category", GAP: "real"}, n_estimators=settings.n_estimators,
        random_state=settings.seed + trial, n_jobs=settings.n_jobs,
    )  # fmt: skip
    found = [each for each in found if each.name in OF_THE_PAPER]
    if not is_control:
        return found
    return [replace(each, name=f"{each.name}{SHUFFLED}") for each in found if each.uses_sources]


def measures_of(classes: tuple[str, ...]) -> Measures:
    """Measures of one table, whose classes they need."""

    def odds(part: pd.DataFrame) -> np.ndarray:
        told = part[probability_columns(classes)].to_numpy(dtype=np.float64)
        return (1 - SMOOTHING) * told + SMOOTHING / len(classes)

    return {
        "f1_weighted": lambda part: f1_weighted(part["label"], part["prediction"]),
        "balanced_accuracy": lambda part: balanced_accuracy(part["label"], part["prediction"]),
        "accuracy": lambda part: accuracy(part["label"], part["prediction"]),
        "log_loss": lambda part: log_loss(part["label"], odds(part), classes),
    }


def score_colours(held_out: pd.DataFrame, classes: dict[str, tuple[str, ...]]) -> pd.DataFrame:
    """Score every fold on all its compounds, and on those whose gap is known."""
    parts = []
    for name, part in held_out.groupby("task", sort=False):
        measures = measures_of(classes[str(name)])
        parts.append(score_folds(part.assign(subset=ALL), measures))
        parts.append(score_folds(part[part["is_known"].astype(bool)].assign(subset=KNOWN), measures))
    return pd.concat(parts, ignore_index=True)


def judge_colours(scores: pd.DataFrame, settings: ColourSettings) -> list[Claim]:
    """Judge whether multi-task improves colours most."""
    claims = []
    for name in scores["task"].unique():
        here = scores[(scores["task"] == name) & (scores["subset"] == ALL)]
        rivals = [each for each in here["architecture"].unique() if "shuffled" not in each]
        for regime in settings.regimes:
            where = f"{name}, gap {regime}"
            for metric in ("f1_weighted", "log_loss"):
                claims += claims_of(
                    here, "multi_task", metric, where, regime, settings.n_folds, rivals=rivals
                )
            claims += _of_the_latent(here[here["regime"] == regime], where, settings)
            claims += _against_shuffled(here[here["regime"] == regime], where, settings)
    return claims


def _of_the_latent(scores: pd.DataFrame, where: str, settings: ColourSettings) -> list[Claim]:
    """Judge what the other way to tell a forest of gaps gains over colours alone."""
    one, other = {"architecture": "latent"}, {"architecture": "single"}
    text = f"{where}: {in_a_sentence('latent')} beats the {in_a_sentence('single')}"
    return [
        judge(text, paired_values(scores, metric, one, other), metric, settings.n_folds)
        for metric in ("f1_weighted", "log_loss")
    ]


def _against_shuffled(scores: pd.DataFrame, where: str, settings: ColourSettings) -> list[Claim]:
    """Judge whether it is the gaps that help, and not that there are more rows and inputs."""
    claims = []
    for name in ("multi_task", "latent"):
        one, other = {"architecture": name}, {"architecture": f"{name}{SHUFFLED}"}
        text = f"{where}: {in_a_sentence(name)} beats itself with other materials' gaps"
        pair = paired_values(scores, "f1_weighted", one, other)
        claims.append(judge(text, pair, "f1_weighted", settings.n_folds))
    return claims
