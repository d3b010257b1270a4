"""What decision 010 rests on: steps, stops and heads of Meta Subspace Pursuit, measured on planted tasks."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.definition import Results


@dataclass(frozen=True)
class ChoiceSettings:
    """Settings: the two problems, without noise and with noise and few labels.

    Examples
    --------
    >>> ChoiceSettings(n_tasks=50).rank
    5
    """

    n_tasks: int = 1600
    n_inputs: int = 100
    rank: int = 5
    many_rows: int = 25
    few_rows: int = 10
    known_iter: int = 20
    most_iter: int = 300
    safe_iter: int = 800
    n_new_tasks: int = 300
    n_seeds: int = 3
    seed: int = 0


def measure_choices(settings: ChoiceSettings) -> Results:
    """Choices behind Meta Subspace Pursuit: iterations of its steps, distances of its stops, errors of heads.

    Steps: iterations to a tolerance of 1e-6 on many labels without noise, for the projected and the secant
    step, a fixed step of 1 (halved when the error grows; how often is given) and the inverse of the largest
    eigenvalue of any task. Stops: distance of the subspace from the truth on few labels with noise 1, after a
    number of iterations that was known to be good, after many, and stopped by held-out rows with ridge heads
    or with heads without penalty. Heads: relative error of new tasks' coefficients on the true subspace, from
    as many labels as dimensions with noise 1, for the likeliest penalty and for (nearly) none. Means over
    seeds.
    """
    results: Results = {"steps": {}, "stops": {}, "heads": {}}
    for seed in range(settings.seed, settings.seed + settings.n_seeds):
        for part, measure in (("steps", steps), ("stops", stops), ("heads", heads)):
            for name, value in measure(settings, seed).items():
                results[part].setdefault(name, []).append(value)
    for part, found in results.items():
        results[part] = {name: float(np.mean(values)) for name, values in found.items()}
        for name, value in results[part].items():
            print(f"{part:<6} {name:<46} {value:10.4g}")
    return results


def plant(settings: ChoiceSettings, n_rows: int, noise: float, seed: int) -> Any:
    """Planted tasks of the settings."""
    from graftwood.fewshot import plant_tasks

    return plant_tasks(
        n_tasks=settings.n_tasks, n_rows=n_rows, n_inputs=settings.n_inputs, rank=settings.rank, noise=noise,
        seed=seed,
    )  # fmt: skip


def steps(settings: ChoiceSettings, seed: int) -> dict[str, float]:
    """Iterations of each step."""
    from graftwood.fewshot.blocks import make_problem
    from graftwood.fewshot.pursuit import pursue

    planted = plant(settings, settings.many_rows, 0.0, seed)
    problem, rank = make_problem(planted.rows()), settings.rank
    cube = planted.X.reshape(settings.n_tasks, settings.many_rows, settings.n_inputs)
    safe = settings.many_rows / float(np.max(np.linalg.norm(cube, 2, axis=(1, 2)) ** 2))
    unit = pursue(problem, rank, max_iter=settings.most_iter, step_size=1.0)
    return {
        "projected, iterations": pursue(problem, rank, max_iter=settings.most_iter).n_iter,
        "secant, iterations": pursue(problem, rank, max_iter=settings.most_iter, step_size="secant").n_iter,
        "1, iterations": unit.n_iter,
        "1, halvings": unit.n_halvings,
        "inverse of largest eigenvalue, iterations": pursue(
            problem, rank, max_iter=settings.safe_iter, step_size=safe
        ).n_iter,
    }


def stops(settings: ChoiceSettings, seed: int) -> dict[str, float]:
    """Distances of each stop."""
    from graftwood.fewshot import MetaSubspacePursuit, subspace_distance
    from graftwood.fewshot.blocks import make_problem
    from graftwood.fewshot.heads import exact_heads
    from graftwood.fewshot.held_out import hold_out
    from graftwood.fewshot.pursuit import pursue

    planted = plant(settings, settings.few_rows, 1.0, seed)
    rank, table = settings.rank, (planted.X, planted.y, planted.task)
    kept, held = hold_out(planted.rows(), 0.2, np.random.default_rng(seed + 1000))
    problem, others = make_problem(kept), make_problem(held)
    unpenalised = pursue(
        problem, rank, max_iter=settings.most_iter,
        judge=lambda basis: others.loss(exact_heads(problem, basis) @ basis),
    ).n_iter  # fmt: skip
    models = {
        "known number of iterations": MetaSubspacePursuit(rank, max_iter=settings.known_iter),
        "many iterations": MetaSubspacePursuit(rank, max_iter=settings.most_iter),
        "held-out rows, ridge heads": MetaSubspacePursuit(
            rank, max_iter=settings.most_iter, early_stopping=True, random_state=seed + 1000
        ),
        "held-out rows, heads without penalty": MetaSubspacePursuit(rank, max_iter=max(1, unpenalised)),
    }
    found = {}
    for name, model in models.items():
        model.fit(*table)
        found[f"{name}, distance"] = subspace_distance(model.subspace_, planted.subspace)
        found[f"{name}, iterations"] = float(model.n_iter_)
    return found


def heads(settings: ChoiceSettings, seed: int) -> dict[str, float]:
    """Errors of heads from as many labels as dimensions."""
    from graftwood.fewshot import OracleSubspace

    planted = plant(settings, settings.many_rows, 1.0, seed)
    found = {}
    for name, alpha in (("likeliest penalty", "bayes"), ("next to no penalty", 1e-9)):
        model = OracleSubspace(planted.subspace, alpha=alpha).fit(planted.X, planted.y, planted.task)
        squared = [
            np.sum((model.adapt(X, y).coef - coef) ** 2)
            for X, y, coef in (
                planted.draw_new_task(settings.rank, seed=10_000 * (seed + 1) + at)
                for at in range(settings.n_new_tasks)
            )
        ]
        found[f"{name}, error"] = float(np.sqrt(np.mean(squared)))
    return found
