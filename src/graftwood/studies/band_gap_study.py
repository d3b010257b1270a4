"""The band-gap study and the race from settings to records."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from graftwood.studies.band_gap import MATBENCH, PartSettings, run_parts, score_gaps
from graftwood.studies.band_gap_claims import judge_parts, judge_race
from graftwood.studies.band_gap_figures import draw_architectures, draw_learning_curve, draw_race
from graftwood.studies.band_gap_tables import CONFIRMED, RACE, notes_of, tables_of
from graftwood.studies.fold_scores import comparison_table
from graftwood.studies.gap_table import read_gaps
from graftwood.studies.race import RaceResult, RaceSettings, quick_race, run_race
from graftwood.studies.records import StudyRecords
from graftwood.study.environment import describe_environment

if TYPE_CHECKING:
    from graftwood.study.hold_out import Finished, Progress

NAME, TITLE = "band-gap", "Measured band gaps with calculated ones"


@dataclass(frozen=True)
class BandGapSettings:
    """Size of the study.

    Attributes
    ----------
    parts : PartSettings
    race : RaceSettings
    n_measured : int, optional
        Only the first so many measured gaps.

    Examples
    --------
    >>> BandGapSettings().parts.n_folds
    5
    """

    parts: PartSettings = field(default_factory=PartSettings)
    race: RaceSettings = field(default_factory=RaceSettings)
    n_measured: int | None = None


def quick_settings() -> BandGapSettings:
    """Return settings of a run that takes seconds and only shows that all works.

    Examples
    --------
    >>> quick_settings().n_measured
    200
    """
    parts = PartSettings(n_estimators=8, n_folds=3, n_source_only=150, n_labels=(40,), n_optical_repeats=1)
    return BandGapSettings(parts, quick_race(), 200)


def run_band_gap(
    settings: BandGapSettings,
    finished: Finished | None = None,
    progress: Progress | None = None,
    data: Path | None = None,
) -> StudyRecords:
    """Run the study.

    Parameters
    ----------
    settings : BandGapSettings
    finished : Finished, optional
        Keeps fits, so that a run that was cut short goes on.
    progress : callable, optional
        Told (what, done, in all).
    data : Path, optional
        Folder with ``bandgap_dft``: OQMD and AFLOW are sources as well.

    Raises
    ------
    UnreadableFile, MissingColumn
        The folder does not hold what it should; found before anything is fitted.
    """
    done, total = 0, n_steps(settings)

    def tell(what: str) -> None:
        nonlocal done
        if progress is not None:
            progress(what, min(done, total), total)
        done += 1

    n_source_only = max(settings.race.n_source_only, settings.parts.n_source_only)
    table = read_gaps(n_source_only, data, settings.n_measured)
    held_out, curve = run_parts(table, settings.parts, finished, tell)
    raced = table.first(table.n_measured + settings.race.n_source_only)
    result = run_race(raced, settings.race, finished, tell)
    if progress is not None:
        progress("done", total, total)
    stamp = describe_environment(settings.race.seed)
    return _records(held_out, curve, result, settings, table.sources, stamp)


def n_steps(settings: BandGapSettings) -> int:
    """Number of times that the work tells what it is doing."""
    parts, race = settings.parts, settings.race
    of_parts = parts.n_folds * (2 + parts.n_optical_repeats + len(parts.n_labels))
    n_candidates = (6 + 3 * len(race.bases)) * len(race.regimes)
    confirmed = (1 + len(race.confirm_seeds)) * n_candidates  # at most: usual members are found on the way
    return of_parts + race.n_folds * (n_candidates * (1 + race.n_inner_folds) + confirmed)


def _records(
    held_out: pd.DataFrame,
    curve: pd.DataFrame,
    result: RaceResult,
    settings: BandGapSettings,
    sources: tuple[str, ...],
    stamp: dict[str, str],
) -> StudyRecords:
    scores = score_gaps(held_out)
    raced = score_gaps(result.held_out.assign(task=RACE))
    confirmed = score_gaps(result.confirmed.assign(task=CONFIRMED + result.confirmed["trial"].map(_division)))
    sized = _curve_scores(curve)
    n_folds = settings.race.n_folds
    comparison = pd.concat(
        [
            comparison_table(scores, settings.parts.n_folds),
            comparison_table(sized, settings.parts.n_folds),
            comparison_table(raced, n_folds),
            comparison_table(confirmed, n_folds),
        ],
        ignore_index=True,
    )
    figures: dict[str, Any] = {
        "architectures": partial(draw_architectures, comparison),
        "learning-curve": partial(draw_learning_curve, comparison, settings.parts.regimes),
        "race": partial(draw_race, comparison),
    }
    return StudyRecords(
        NAME, TITLE, comparison,
        claims=[*judge_parts(scores, settings.parts), *judge_race(raced, n_folds)],
        tables=tables_of(comparison, result, settings.race),
        notes=notes_of(settings.parts, settings.race, sources, held_out),
        figures=figures, stamp=stamp,
    )  # fmt: skip


def _division(trial: int) -> str:
    return "Matbench" if trial == 0 else f"division {trial}"


def _curve_scores(curve: pd.DataFrame) -> pd.DataFrame:
    parts = []
    for n_labels, part in curve.groupby("n_labels", sort=False):
        found = score_gaps(part.assign(task=f"{MATBENCH}, learning curve"))
        parts.append(found[found["subset"] == "all"].assign(subset=f"{n_labels} labels"))
    return pd.concat(parts, ignore_index=True)
