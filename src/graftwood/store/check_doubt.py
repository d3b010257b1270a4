"""Whether what a model holds about its doubts fits together, and with its tasks and trees."""

from __future__ import annotations

from typing import Any

import numpy as np

from graftwood.answers.doubt import Doubt, JointRows, has_models, locating
from graftwood.errors import DamagedModel
from graftwood.network.patterns import are_keys
from graftwood.store.check_arrays import check_array
from graftwood.uncertainty.domain import Domain
from graftwood.uncertainty.rescale import Calibration
from graftwood.uncertainty.trust import FULL


def check_doubt(model: Any, n_trees: int) -> None:
    """Refuse jackknives, correlations, odds, domains and joint rows that cannot be used.

    Parameters
    ----------
    model : Architecture
        Its tasks and network are sound.
    n_trees : int

    Raises
    ------
    DamagedModel
    """
    doubt: Doubt | None = getattr(model, "_doubt", None)
    if doubt is None:
        return
    if sorted(doubt.tasks) != sorted(model.tasks_):
        raise DamagedModel(f"it has doubts of {', '.join(doubt.tasks)} and not of its tasks")
    _check_correlation(doubt.correlation, (len(doubt.tasks),) * 2)
    own = {task for task in doubt.tasks if not has_models(model._network, task)}
    _check_jackknives(doubt, own, n_trees)
    classes = {task: len(model._columns.classes_of(task)) for task in doubt.tasks}
    mixed = set(model._columns.nonnegative)
    if set(doubt.odds) != {task for task, n in classes.items() if n}:
        raise DamagedModel(f"it has odds of {', '.join(doubt.odds)} and not of its categories")
    for task, by_regime in doubt.odds.items():
        for odds in by_regime.values():
            if not 0 < odds.temperature < np.inf or not (0 <= odds.extra < 1 and 0 <= odds.doubt < 1):
                raise DamagedModel(f"the odds of {task} cannot give probabilities")
        if not are_keys(by_regime, model._network, task):
            raise DamagedModel(f"its odds of {task} are of the regimes {', '.join(by_regime)}")
    if set(doubt.domains) != locating(model._network, model._predicted()):
        raise DamagedModel(f"it has domains of {', '.join(doubt.domains)} and not of what it predicts")
    for task, domain in doubt.domains.items():
        _check_domain(domain, task, n_trees)
    for key in doubt.joint_known:
        if len(key) != len(doubt.tasks) or not set(key) <= {"0", "1"}:
            raise DamagedModel(f"it has joint rows of {key}, which names none of its tasks")
    for joint in (doubt.joint, *doubt.joint_known.values()):
        if joint is not None:
            _check_joint(joint, doubt.tasks, classes, mixed)


def check_calibration(calibration: Calibration, task: str) -> None:
    """Refuse out-of-bag scores that cannot give a spread."""
    scores, rows = calibration.scores, calibration.rows
    check_array(scores, np.float64, 1, f"the scores of {task}")
    is_spread = len(scores) and scores[0] >= 0 and np.all(np.diff(scores) >= 0)
    if not is_spread or not 0 < calibration.floor < np.inf or calibration.n_zero < 0:
        raise DamagedModel(f"the scores or the floor of {task} cannot give a spread")
    if calibration.trust not in range(FULL + 1) or not 0 < calibration.typical < np.inf:
        raise DamagedModel(f"the spreads of {task} are trusted in no possible way")
    line = calibration.line
    if line is not None and not all(0 <= number < np.inf for number in line):
        raise DamagedModel(f"the line of spreads of {task} is none")
    check_array(rows, np.int64, 1, f"the rows of the scores of {task}")
    check_array(calibration.counts, np.float64, 1, f"the counts of the scores of {task}")
    if len(calibration.counts) not in (0, len(scores)) or not np.all(calibration.counts > 0):
        raise DamagedModel(f"what the scores of {task} count is impossible")
    if len(rows) not in (0, len(scores)) or np.any(rows < 0) or not calibration.largest >= 0:
        raise DamagedModel(f"the rows of the scores of {task} or its largest error are impossible")


def _check_correlation(correlation: np.ndarray, shape: tuple[int, ...]) -> None:
    check_array(correlation, np.float64, len(shape), "a correlation of its tasks")
    if correlation.shape != shape or np.any(np.abs(correlation) > 1 + 1e-9):
        raise DamagedModel("a correlation of its tasks is none")


def _check_jackknives(doubt: Doubt, tasks: set[str], n_trees: int) -> None:
    if set(doubt.jackknife_of) != tasks or not all(
        0 <= number < len(doubt.jackknives) for number in doubt.jackknife_of.values()
    ):
        raise DamagedModel("its jackknives are not those of its tasks")
    for jackknife in doubt.jackknives:
        check_array(jackknife.half, np.float64, 1, "a jackknife")
        if jackknife.n_trees != n_trees or len(jackknife.half) != n_trees * (n_trees + 1) // 2:
            raise DamagedModel(f"a jackknife is of {jackknife.n_trees} trees and its forests have {n_trees}")


def _check_domain(domain: Domain, task: str, n_trees: int) -> None:
    leaves, material = domain.leaves, domain.material
    check_array(leaves, np.int32, 2, f"the domain of {task}")
    check_array(material, np.int64, 1, f"the domain of {task}")
    if leaves.shape != (n_trees, len(material)) or not 0 <= domain.limit <= 1:
        raise DamagedModel(f"the domain of {task} is not of its trees")
    if np.any(leaves < 0) or np.any(material < 0) or leaves.max(initial=0) > 2**30:
        raise DamagedModel(f"the domain of {task} names impossible leaves")
    if material.max(initial=0) > 2**30:
        raise DamagedModel(f"the domain of {task} names impossible materials")


def _check_joint(joint: JointRows, tasks: tuple[str, ...], classes: dict[str, int], mixed: set[str]) -> None:
    shape = (joint.n_rows, len(tasks))
    tables = [joint.sd, joint.labels] + [joint.excess] * bool(joint.excess.size)
    is_right = all(table.shape == shape for table in tables) and set(joint.center) == set(tasks)
    for task, n in classes.items() if is_right else ():
        width = 2 if task in mixed else n
        is_right &= joint.center[task].shape == ((joint.n_rows, width) if width else (joint.n_rows,))
        is_right &= joint.center[task].dtype == np.float64
    if not is_right or any(table.dtype != np.float64 for table in tables):
        raise DamagedModel("its joint rows are not of its tasks")
    if not np.all((joint.excess >= 0) & (joint.excess <= 1)):
        raise DamagedModel("its joint rows have impossible numbers of trees")
    check_array(joint.material, np.int64, 1, "the joint rows")
    for task, n in classes.items():
        numbers = joint.labels[:, tasks.index(task)]
        if n and not np.all(np.isnan(numbers) | ((numbers >= 0) & (numbers < n))):
            raise DamagedModel(f"its joint rows have impossible classes of {task}")
    _check_correlation(joint.correlation, (joint.n_rows, len(tasks), len(tasks)))
