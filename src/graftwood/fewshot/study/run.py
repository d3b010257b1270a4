"""The few-shot study from settings to records, and the records as tables that a person reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from graftwood.fewshot.study.claims import VARIANTS, claims_of_corner, claims_of_table, winner_line
from graftwood.fewshot.study.methods import ANIL, BEST_ANIL
from graftwood.fewshot.study.real import MSE, RealSettings, evaluate
from graftwood.fewshot.study.records import FewShotRecords, Measurement, TextTable, name_of
from graftwood.fewshot.study.simulated import (
    DISTANCE,
    NEW_TASK,
    SECONDS,
    Corner,
    SimulationSettings,
    simulate,
)
from graftwood.fewshot.study.tables import TaskTable, read_schools, read_stations

Progress = Callable[[str, int, int], None]
METRIC_WORDS = {
    DISTANCE: "Distance of the subspace from the true one (0 found, 1 missed)",
    NEW_TASK: "Relative error of a new task's coefficients",
    SECONDS: "CPU seconds of one fit",
}


@dataclass(frozen=True)
class StudySettings:
    """Settings of both parts.

    Examples
    --------
    >>> StudySettings().simulation.n_seeds
    3
    """

    simulation: SimulationSettings = field(default_factory=SimulationSettings)
    real: RealSettings = field(default_factory=RealSettings)


def quick_settings() -> StudySettings:
    """Return settings of a run that takes seconds and only shows that all works.

    Examples
    --------
    >>> quick_settings().simulation.n_inputs
    10
    """
    corners = (Corner("scarce", 80, 3, 0.0), Corner("noisy", 80, 5, 1.0), Corner("easy", 80, 12, 1.0))
    return StudySettings(
        SimulationSettings(
            corners=corners, n_inputs=10, rank=2, n_seeds=2, n_new_tasks=20, n_new_rows=5, inner_steps=(1, 5),
            outer_steps=20, pursuit_iter=30,
        ),
        RealSettings(
            n_labels=(3, 6), n_train_rows=8, n_draws=1, n_origins=2, n_folds=2, inner_steps=(1,),
            outer_steps=10, pursuit_iter=15,
        ),
    )  # fmt: skip


def run_study(settings: StudySettings, data: Path | None, progress: Progress) -> FewShotRecords:
    """Run the simulated part, and the real one where its data are.

    Parameters
    ----------
    settings : StudySettings
    data : Path, optional
        Folder with ``air_quality_beijing`` and ``school_ilea``; without it the real part is left out.
    progress : callable
        Told (what, done, in all).

    Raises
    ------
    UnreadableFile, MissingColumn
        The data are not there, or not what they should be; found before anything is computed.
    """
    tables = [] if data is None else [*read_stations(data), *read_schools(data)]
    records = FewShotRecords()
    records.measurements, chosen = simulate(settings.simulation, progress)
    for corner in settings.simulation.corners:
        records.claims += claims_of_corner(records, corner.name, settings.simulation.regime)
    for table in tables:
        found, best = evaluate(table, settings.real, progress)
        records.measurements += found
        chosen |= best
        records.claims += claims_of_table(records, table.name, _regimes(settings))
    records.notes = _notes(settings, tables, chosen)
    return records


def _regimes(settings: StudySettings) -> list[str]:
    return [f"{n} labels" for n in settings.real.n_labels]


def _notes(settings: StudySettings, tables: list[TaskTable], chosen: dict[str, str]) -> list[str]:
    simulation, real = settings.simulation, settings.real
    notes = [corner.title for corner in simulation.corners]
    notes.append(
        f"{simulation.n_inputs} inputs, a subspace of {simulation.rank} dimensions, means over "
        f"{simulation.n_seeds} seeds, ± one standard error"
    )
    if tables:
        notes.append(
            f"real tasks: training tasks have {real.n_train_rows} labels; squared error over the variance of "
            f"the training labels; intervals go over months (stations) or schools; {real.n_draws} draws"
        )
    else:
        notes.append("the real part was left out: name its folder with --data")
    notes += [f"best variant of ANIL, {where}: {variant}" for where, variant in chosen.items()]
    return notes


def tables_of(records: FewShotRecords) -> list[TextTable]:
    """Return what is printed: a table per simulated metric, one per real table, and who wins where."""
    simulated = [each for each in records.measurements if each.metric != MSE]
    found = [_table(METRIC_WORDS[metric], [each for each in simulated if each.metric == metric], "place")
             for metric in METRIC_WORDS]  # fmt: skip
    for place in dict.fromkeys(each.place for each in records.measurements if each.metric == MSE):
        lines = [each for each in records.measurements if each.place == place]
        title = f"{place}: squared error over the labels' variance, {lines[0].n_test} new tasks"
        found.append(_table(title, lines, "regime"))
    situations = dict.fromkeys(
        each.where for each in records.measurements if each.metric in (DISTANCE, NEW_TASK, MSE)
    )
    winners = tuple(
        (*winner_line(records, *where)[:2], _short(where[2]), *winner_line(records, *where)[2:])
        for where in situations
    )
    columns = ("where", "new task", "metric", "best method", "Meta Subspace Pursuit", "ridge to pooled fit")
    return [*found, TextTable("Who wins where", columns, winners)]


def _short(metric: str) -> str:
    return {DISTANCE: "distance", NEW_TASK: "new task", MSE: "squared error"}[metric]


def _table(title: str, lines: list[Measurement], across: str) -> TextTable:
    heads = tuple(dict.fromkeys(getattr(each, across) for each in lines))
    methods = [
        method
        for method in dict.fromkeys(each.method for each in lines)
        if method in (ANIL, BEST_ANIL) or not method.startswith(VARIANTS)
    ]
    cells = {(each.method, getattr(each, across)): each for each in lines}
    return TextTable(
        title,
        ("method", *heads),
        tuple((name_of(method), *(_cell(cells[method, head]) for head in heads)) for method in methods),
    )


def _cell(measured: Measurement) -> str:
    return f"{measured.mean:.3g} ± {measured.standard_error:.1g}"
