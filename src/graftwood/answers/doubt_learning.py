"""How what a fit leaves for error bars is learned, from bag counts and out-of-bag errors."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Any

import numpy as np

from graftwood.answers.doubt import (
    FEWEST_MATERIALS,
    MOST_JOINT_ROWS,
    Doubt,
    JointRows,
    Saids,
    has_models,
    locating,
    side_by_side,
    stages_of,
)
from graftwood.answers.hurdle import ask_parts
from graftwood.coding.parts import how_much, owner
from graftwood.network.echo import without_echo
from graftwood.network.leaves import leaves_of
from graftwood.network.out_of_bag import Said, Trained, boil_down
from graftwood.network.outlook import HIDDEN, VISIBLE, Outlook
from graftwood.network.patterns import sources_of
from graftwood.network.rows import Rows, training_rows
from graftwood.network.training import TrainingData
from graftwood.uncertainty.domain import Domain, learn_domain
from graftwood.uncertainty.jackknife import Jackknife, learn_jackknife
from graftwood.uncertainty.joint import (
    bag_correlation,
    class_scores,
    correlate,
    mixture_scores,
    normal_scores,
)
from graftwood.uncertainty.odds import Odds, learn_odds
from graftwood.uncertainty.ranks import counts_of_rows

MOST_COMBINED = 4  # tasks of which every combination of known ones is asked about; of more each one alone


def learn_doubt(
    data: TrainingData,
    trained: Trained,
    said: Saids,
    calibrations: Mapping[str, Mapping[str, Any]],
    oob: Mapping[str, np.ndarray],
    predicted: tuple[str, ...],
) -> Doubt:
    """Learn from bag counts and from what was said out of bag.

    Parameters
    ----------
    data : TrainingData
    trained : Trained
    said : mapping
        Task -> regime -> what was said of its labelled rows.
    calibrations : mapping
        Task -> regime -> Calibration; none of categories.
    oob : mapping
        Task -> what was said of the rows of fit out of bag; of a nonnegative task vote, value and spread.
    predicted : tuple of str
        Tasks whose domains are wanted.
    """
    tasks = tuple(task for task in data.tasks if task in calibrations)  # whatever order Y came in
    odds = learn_all_odds(data, said)
    scores = np.full((len(data.labels), len(tasks)), np.nan)
    for column, task in enumerate(tasks):
        rows = said[task][HIDDEN].rows if task in said else data.labelled(task)
        labels = data.column(task)[rows]
        if task in data.nonnegative:
            told = oob[task][data.given_rows[rows]].copy()
            value = Said(rows, told[:, 1], told[:, 2], np.zeros(len(rows)))
            told[:, 1] = without_echo(data, trained, how_much(task), HIDDEN, value).center
            scores[rows, column] = mixture_scores(labels, told, calibrations[task][HIDDEN], data.seed)
        elif task in odds:
            votes = said[task][HIDDEN].center
            scores[rows, column] = class_scores(labels, odds[task][HIDDEN].of(votes), data.seed)
        else:
            hidden = said[task][HIDDEN]
            width = calibrations[task][HIDDEN].width(hidden.sd)
            scores[rows, column] = normal_scores((labels - hidden.center) / width)
    jackknives, jackknife_of = _jackknives(data, trained, tasks)
    joint = _joint_rows(data, trained, tasks) if len(tasks) > 1 else None
    known = _joint_rows_known(data, trained, tasks, predicted)
    domains = {name: _domain(data, trained, name) for name in sorted(locating(trained.network, predicted))}
    correlation = correlate(scores, data.material)
    return Doubt(jackknives, jackknife_of, tasks, correlation, odds, domains, joint, known)


def learn_all_odds(data: TrainingData, said: Saids) -> dict[str, dict[str, Odds]]:
    """Learn how votes become probabilities, of every category in every regime.

    Parameters
    ----------
    data : TrainingData
    said : mapping
        Task -> regime -> what was said of its labelled rows.
    """
    return {
        task: {regime: _odds(data, task, each) for regime, each in said[task].items()}
        for task in data.tasks
        if data.classes_of(task) and task in said
    }


def _odds(data: TrainingData, task: str, said: Said) -> Odds:
    weights = None if data.weights is None else data.weights[said.rows]
    counts = counts_of_rows(data.material[said.rows], weights)
    return learn_odds(data.column(task)[said.rows].astype(int), said.center, counts)


def _joint_rows_known(
    data: TrainingData, trained: Trained, tasks: tuple[str, ...], predicted: tuple[str, ...]
) -> dict[str, JointRows]:
    """Joint rows of combinations of known tasks that leave two or more to be predicted."""
    given = [task for task in tasks if predicted == tasks or task not in predicted]
    most = len(tasks) - 2 if len(tasks) <= MOST_COMBINED else 1
    found = {}
    for n_known in range(1, max(most, 0) + 1):
        for known in combinations(given, n_known):
            rows = _joint_rows(data, trained, tasks, known)
            if rows is not None:
                found["".join(str(int(task in known)) for task in tasks)] = rows
    return found


def _joint_rows(
    data: TrainingData, trained: Trained, tasks: tuple[str, ...], known: tuple[str, ...] = ()
) -> JointRows | None:
    """Ask again, all tasks together, of some rows with labels of two tasks or more besides the known ones."""
    labels = data.labels[:, [data.tasks.index(task) for task in tasks]]
    is_there, is_known = ~np.isnan(labels), np.array([task in known for task in tasks])
    rows = np.flatnonzero(is_there[:, is_known].all(axis=1) & (is_there[:, ~is_known].sum(axis=1) > 1))
    most = MOST_JOINT_ROWS // 2 if known else MOST_JOINT_ROWS
    if len(rows) > most:
        # Drawn by material, so that neither the order of rows nor their number decides.
        drawn = np.random.default_rng([data.seed, 4]).permutation(data.bags.shape[1])[data.material[rows]]
        rows = np.sort(rows[np.argsort(drawn, kind="stable")[:most]])
    if len(np.unique(data.material[rows])) < FEWEST_MATERIALS:
        return None
    seen: Rows = training_rows(data, rows, trained.saw, is_known=bool(known))
    for task in {owner(task) for task in data.tasks} - set(known):
        seen = seen.without(task)
    honest = data.out_of_bag(rows)
    centers, spreads, excesses, bags = {}, [], [], []
    for task in tasks:
        outlook = trained.network.answer(task, seen)
        said = boil_down(data, rows, outlook)
        bags.append(outlook.bags)
        regime = VISIBLE if set(known) & set(sources_of(trained.network, task)) else HIDDEN
        if not data.classes_of(task):
            said = without_echo(data, trained, task, regime, said)
        centers[task], sd = said.center, said.sd
        if task in data.nonnegative:
            parts = ask_parts(trained.network, task, seen)
            value = boil_down(data, rows, Outlook(parts.center, parts.bags))
            value = without_echo(data, trained, how_much(task), regime, value)
            centers[task], sd = np.column_stack([parts.vote, value.center]), value.sd
        spreads.append(sd)
        unmoved = trained.without_common_scatter(task, said) if regime == VISIBLE else said
        excesses.append(unmoved.excess)
    return JointRows(
        centers, np.column_stack(spreads), labels[rows], data.material[rows],
        bag_correlation(side_by_side(bags), honest), np.column_stack(excesses),
    )  # fmt: skip


def _jackknives(
    data: TrainingData, trained: Trained, tasks: tuple[str, ...]
) -> tuple[tuple[Jackknife, ...], dict[str, int]]:
    """Variances of the tasks' means, one per set of materials."""
    found: dict[bytes, int] = {}
    jackknives: list[Jackknife] = []
    numbers = {}
    for task in tasks:
        if has_models(trained.network, task):
            continue
        saw = np.zeros(data.bags.shape[1], dtype=bool)
        for stage in stages_of(trained.network, task):
            saw |= np.asarray(trained.saw[stage], dtype=bool)
        key = saw.tobytes()
        if key not in found:
            found[key] = len(jackknives)
            jackknives.append(learn_jackknife(data.bags[:, saw]))
        numbers[task] = found[key]
    return tuple(jackknives), numbers


def _domain(data: TrainingData, trained: Trained, name: str) -> Domain:
    rows = data.labelled(trained.network.nodes[name].task)
    kept = trained.leaves.pop(name, None)
    if kept is None:
        seen = training_rows(data, rows, trained.saw, is_known=False)
        kept = leaves_of(trained.network, name, seen).T
    return learn_domain(kept, data.material[rows], data.out_of_bag(rows), data.seed)
