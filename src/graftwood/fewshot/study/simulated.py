"""The simulated part: planted tasks in four corners, every method, the truth known."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from graftwood.errors import UndeterminedSubspace
from graftwood.fewshot.base import FewShotModel
from graftwood.fewshot.baselines import OracleSubspace
from graftwood.fewshot.distance import subspace_distance
from graftwood.fewshot.planted import PlantedTasks, plant_tasks
from graftwood.fewshot.study.methods import (
    ANIL,
    BEST_ANIL,
    NO_SUBSPACE,
    ORACLE,
    Method,
    anil_variants,
    baselines,
    subspace_methods,
)
from graftwood.fewshot.study.records import Measurement

FIRST_SEED = 100  # options were settled while looking at seeds from 0 on
DISTANCE, NEW_TASK, SECONDS = "subspace_distance", "new_task_error", "cpu_seconds"


@dataclass(frozen=True)
class Corner:
    """One setting of the simulation.

    Attributes
    ----------
    name : str
    n_tasks, n_rows : int
    noise : float
        Standard deviation; the signal's is 1.

    Examples
    --------
    >>> Corner("easy", 1600, 25, 1.0).title
    'easy: 1,600 tasks, 25 labels each, noise 1'
    """

    name: str
    n_tasks: int
    n_rows: int
    noise: float

    @property
    def title(self) -> str:
        """The setting in words."""
        return f"{self.name}: {self.n_tasks:,} tasks, {self.n_rows} labels each, noise {self.noise:g}"


@dataclass(frozen=True)
class SimulationSettings:
    """Size of the simulation.

    Attributes
    ----------
    corners : tuple of Corner
    n_inputs, rank : int
    n_seeds : int
        Independent draws of all data.
    n_new_tasks, n_new_rows : int
        New tasks whose coefficients are estimated, and labels of each.
    inner_steps : tuple of int
        Numbers of inner steps that ANIL may choose from.
    outer_steps, pursuit_iter : int

    Examples
    --------
    >>> [corner.name for corner in SimulationSettings().corners]
    ['scarce', 'noisy', 'few tasks', 'few, exact', 'easy']
    """

    corners: tuple[Corner, ...] = (
        Corner("scarce", 1600, 5, 0.0),
        Corner("noisy", 1600, 10, 1.0),
        Corner("few tasks", 400, 10, 1.0),
        Corner("few, exact", 400, 10, 0.0),
        Corner("easy", 1600, 25, 1.0),
    )
    n_inputs: int = 100
    rank: int = 5
    n_seeds: int = 3
    n_new_tasks: int = 200
    n_new_rows: int = 10
    inner_steps: tuple[int, ...] = (1, 5, 10)
    outer_steps: int = 150
    pursuit_iter: int = 300

    @property
    def regime(self) -> str:
        """What is known of a new task."""
        return f"{self.n_new_rows} labels"


Progress = Callable[[str, int, int], None]


def simulate(settings: SimulationSettings, progress: Progress) -> tuple[list[Measurement], dict[str, str]]:
    """Measure every method in every corner.

    ANIL's best variant is chosen with the truth in hand, by the mean distance in that corner, which favours
    it.

    Returns
    -------
    measurements : list of Measurement
    chosen : dict
        Corner -> the variant of ANIL that was its best.
    """
    found: list[Measurement] = []
    chosen: dict[str, str] = {}
    for at, corner in enumerate(settings.corners):
        scores: dict[str, list[dict[str, float]]] = {}
        for seed in range(FIRST_SEED, FIRST_SEED + settings.n_seeds):
            planted = plant_tasks(
                n_tasks=corner.n_tasks, n_rows=corner.n_rows, n_inputs=settings.n_inputs, rank=settings.rank,
                noise=corner.noise, seed=seed,
            )  # fmt: skip
            for method in _candidates(settings, planted):
                progress(
                    f"{corner.name}, {method.label}",
                    at * settings.n_seeds + seed - FIRST_SEED,
                    _n_rounds(settings),
                )
                scores.setdefault(method.key, []).append(_score(method, planted, settings, seed))
        variants = [method.key for method in anil_variants(settings.inner_steps)]
        best = min(variants, key=lambda key: float(np.mean([each[DISTANCE] for each in scores[key]])))
        chosen[corner.name] = best
        scores[ANIL], scores[BEST_ANIL] = scores[variants[0]], scores[best]
        found += _measurements(scores, corner, settings)
    return found, chosen


def _n_rounds(settings: SimulationSettings) -> int:
    return len(settings.corners) * settings.n_seeds


def _candidates(settings: SimulationSettings, planted: PlantedTasks) -> list[Method]:
    return [
        *subspace_methods(settings.outer_steps, settings.pursuit_iter),
        *anil_variants(settings.inner_steps, settings.outer_steps),
        *baselines(),
        Method(ORACLE, lambda rank, **shared: OracleSubspace(planted.subspace)),
    ]


def _score(
    method: Method, planted: PlantedTasks, settings: SimulationSettings, seed: int
) -> dict[str, float]:
    model = method.make(settings.rank)
    started = time.process_time()
    with warnings.catch_warnings():
        # The scarce corner has fewer labels than unknowns on purpose.
        warnings.simplefilter("ignore", UndeterminedSubspace)
        model.fit(planted.X, planted.y, planted.task)
    seconds = time.process_time() - started
    return {
        DISTANCE: subspace_distance(model.subspace_, planted.subspace),
        NEW_TASK: _new_task_error(model, planted, settings, seed),
        SECONDS: seconds,
    }


def _new_task_error(
    model: FewShotModel, planted: PlantedTasks, settings: SimulationSettings, seed: int
) -> float:
    """Root mean square error of new tasks' coefficients, over the root mean square of the coefficients."""
    squared, size = 0.0, 0.0
    for at in range(settings.n_new_tasks):
        X, y, coef = planted.draw_new_task(settings.n_new_rows, seed=1_000_000 * (seed + 1) + at)
        squared += float(np.sum((model.adapt(X, y).coef - coef) ** 2))
        size += float(np.sum(coef**2))
    return float(np.sqrt(squared / size))


def _measurements(
    scores: dict[str, list[dict[str, float]]], corner: Corner, settings: SimulationSettings
) -> list[Measurement]:
    return [
        Measurement(
            method, corner.name, settings.regime, metric, tuple(each[metric] for each in repeats),
            settings.n_new_tasks * settings.n_seeds,
        )
        for method, repeats in scores.items()
        for metric in (DISTANCE, NEW_TASK, SECONDS)
        if metric != DISTANCE or method not in NO_SUBSPACE
    ]  # fmt: skip
