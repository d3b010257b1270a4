"""Tables and remarks of the band-gap study, with numbers that others published beside ours."""

from __future__ import annotations

from typing import Any

import pandas as pd

from graftwood.studies.band_gap import ALL, MATBENCH, METALS, NON_METALS, OPTICAL, SYSTEMS, PartSettings
from graftwood.studies.names import BLEND, EXTRA, label_of
from graftwood.studies.race import RaceResult, RaceSettings
from graftwood.studies.records import TextTable
from graftwood.studies.score_table import table_across

RACE, CONFIRMED = "race", "race, lean entry, "
REQUIRED = {"hidden": 0.325, "visible": 0.26}  # eV
AIM = {"hidden": 0.29, "visible": 0.22}
# Mean absolute errors in eV on the same folds where nothing else is said, as published.
PUBLISHED = (
    ("random forest, Magpie (Matbench)", "none", "0.446"),
    ("CrabNet", "none", "0.331 to 0.346"),
    ("MODNet", "none", "0.333"),
    (
        "transfer from calculations, composition only, other folds (doi:10.1063/5.0320627)",
        "calculations",
        "0.258",
    ),
)


def tables_of(comparison: pd.DataFrame, result: RaceResult, settings: RaceSettings) -> list[TextTable]:
    """Return the tables that a person reads."""
    tables = []
    for part in (MATBENCH, SYSTEMS, OPTICAL):
        for subset in (ALL, NON_METALS, METALS):
            here = comparison[(comparison["task"] == part) & (comparison["subset"] == subset)]
            if len(here) and not (part == OPTICAL and subset != ALL):
                title = f"{part}, {subset}: MAE in eV, gaps as plain numbers"
                tables.append(table_across(here, "regime", "mae", title, settings.regimes))
    for subset in (ALL, NON_METALS, METALS):
        here = comparison[(comparison["task"] == RACE) & (comparison["subset"] == subset)]
        title = f"Race, {subset}: MAE in eV, zeros as a class of their own"
        tables.append(table_across(here, "regime", "mae", title, settings.regimes))
    tables += [_required(comparison, settings), _picks(result), _confirmed(comparison, settings)]
    rows = tuple(PUBLISHED)
    return [*tables, TextTable("Published on this task, MAE in eV", ("model", "external data", "MAE"), rows)]


def _required(comparison: pd.DataFrame, settings: RaceSettings) -> TextTable:
    blend: Any = comparison[
        (comparison["task"] == RACE)
        & (comparison["subset"] == ALL)
        & (comparison["metric"] == "mae")
        & (comparison["architecture"] == BLEND)
    ].set_index("regime")
    rows = []
    for regime in settings.regimes:
        value, error = (float(blend.loc[regime, column]) for column in ("value", "standard_error"))
        limits = (f"{limit[regime]}: {'yes' if value < limit[regime] else 'no'}" for limit in (REQUIRED, AIM))
        rows.append((regime, f"{value:.4f} ± {error:.4f}", *limits))
    columns = ("regime", "pool", "below the required", "below the aim")
    return TextTable("The pool against what was asked for, MAE in eV", columns, tuple(rows))


def _picks(result: RaceResult) -> TextTable:
    wide = result.picks.pivot_table(
        index=["regime", "architecture"], columns="fold", values="n_picks", fill_value=0, aggfunc="sum"
    )
    rows = tuple(
        (str(regime), label_of(str(name)), *(f"{int(n)}" for n in counts))
        for (regime, name), counts in zip(wide.index, wide.to_numpy(), strict=True)
    )
    columns = ("regime", "member", *(f"fold {int(fold) + 1}" for fold in wide.columns))
    return TextTable("How often each member was picked, by fold", columns, rows)


def _confirmed(comparison: pd.DataFrame, settings: RaceSettings) -> TextTable:
    here = comparison[
        comparison["task"].str.startswith(CONFIRMED)
        & (comparison["subset"] == ALL)
        & (comparison["metric"] == "mae")
    ]
    cells: Any = here.set_index(["task", "architecture", "regime"])
    rows = []
    for task in here["task"].unique():
        row = [str(task).removeprefix(CONFIRMED)]
        for name in ("single", BLEND):
            for regime in settings.regimes:
                line = cells.loc[(task, name, regime)]
                row.append(f"{line['value']:.3f} ± {line['standard_error']:.3f}")
        rows.append(tuple(row))
    heads = (f"{name}, {regime}" for name in ("single task", "lean pool") for regime in settings.regimes)
    return TextTable("The lean entry on other divisions, MAE in eV", ("division", *heads), tuple(rows))


def notes_of(
    parts: PartSettings, race: RaceSettings, sources: tuple[str, ...], held_out: pd.DataFrame
) -> list[str]:
    """Return what a reader of the tables must know."""
    single = held_out[(held_out["architecture"] == "single") & (held_out["regime"] == parts.regimes[0])]
    counts = single[single["trial"] == 0].groupby("task", sort=False).size()
    tested = ", ".join(f"{n:,} in {part}" for part, n in counts.items())
    bases = "".join(f" and {each}-trees" for each in race.bases if each == EXTRA)
    return [
        f"sources: {', '.join(sources)}; tested are {tested}",
        "Matbench folds are KFold(5, shuffle=True, random_state=18012019) on the order of the file; "
        "materials equal in atomic fractions to a test material lose their labels in training",
        "of a held-out material nothing is known (hidden), or its calculated gaps where there are any",
        f"parts: forests of {parts.n_estimators} trees, {parts.n_source_only:,} compositions without a "
        f"measured gap; optical gaps: {parts.n_optical_repeats} divisions into {parts.n_folds} folds",
        f"race: forests{bases} of {race.size.n_trees} trees, {race.n_source_only:,} further compositions",
        f"members are chosen on {race.n_inner_folds} folds within the training materials, by models of "
        f"{race.inner_size.n_trees} trees",
        "a pool is the mixture of its members' distributions and says its median; the blend pools what was "
        "chosen, the blend of all every candidate of the regime",
        "the list of candidates was drawn up knowing earlier results on Matbench's folds; the other "
        "divisions are the check: there the lean entry pools small models of the members that were picked in "
        "at least half of the folds, as often as they were, the same for all divisions",
    ]
