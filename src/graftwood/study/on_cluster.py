"""All fits of a comparison as one batch for a cluster: trials, folds, regimes and candidates together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from uuid import uuid4

import pandas as pd
from sklearn.base import clone

from graftwood.network.shared import shared_forests
from graftwood.scale.work import on_cluster
from graftwood.study.candidates import Candidate
from graftwood.study.hold_out import Finished, Fit, Progress, Split, fits_of, predict_fold
from graftwood.study.records import TaskNode


@dataclass(frozen=True, eq=False)
class HeldFits:
    """Keeps finished fits in memory.

    Examples
    --------
    >>> fits = HeldFits()
    >>> fits.of_trial(1).save(0, "hidden", "single", pd.DataFrame({"row": [3]}), ())
    >>> fits.load(0, "hidden", "single"), len(fits.of_trial(1).load(0, "hidden", "single")[0])
    (None, 1)
    """

    trial: int = 0
    fits: dict[tuple[int, int, str, str], Fit] = field(default_factory=dict)

    def of_trial(self, trial: int) -> HeldFits:
        """Return what keeps those of one division into folds."""
        return replace(self, trial=trial)

    def load(self, fold: int, regime: str, candidate: str) -> Fit | None:
        """Return what was kept, None if nothing was."""
        return self.fits.get((self.trial, fold, regime, candidate))

    def save(
        self, fold: int, regime: str, candidate: str, part: pd.DataFrame, network: tuple[TaskNode, ...]
    ) -> None:
        """Keep what a fit said of its fold, and what built on what in it."""
        self.fits[self.trial, fold, regime, candidate] = part, network


def finish_on_cluster(
    address: str,
    splits: Sequence[Split],
    candidates: Sequence[Candidate],
    regimes: Sequence[str],
    finished: Finished | None = None,
    progress: Progress | None = None,
) -> Finished:
    """Do every fit of a comparison that is not finished; return what keeps them all.

    Parameters
    ----------
    address : str
        Of a Dask scheduler.
    splits : sequence of Split
        One for each trial.
    candidates, regimes, progress
        As for `graftwood.study.hold_out.hold_out`.
    finished : Finished, optional
        Keeps what is done, and is asked first; by default fits are kept in memory.

    Raises
    ------
    UnreachableScheduler, WorkersLost, WrongVersion
        As `graftwood.scale.work.on_cluster`.
    """
    kept = finished if finished is not None else HeldFits()
    plan = [
        (trial, fold, regime, candidate)
        for trial, split in enumerate(splits)
        for fold, regime, candidate in fits_of(split, candidates, regimes)
    ]
    left = [fit for fit in plan if kept.of_trial(fit[0]).load(fit[1], fit[2], fit[3].name) is None]
    done = len(plan) - len(left)
    for number, (part, network) in on_cluster(address, _fit, left, shared=[list(splits), uuid4().hex]):
        trial, fold, regime, candidate = left[number]
        kept.of_trial(trial).save(fold, regime, candidate.name, part, network)
        done += 1
        if progress is not None:
            progress(f"fold {fold + 1}, {regime}, {candidate.name}", done, len(plan))
    return kept


def _fit(splits: list[Split], run: str, item: tuple[int, int, str, Candidate]) -> Fit:
    """Do one fit, on a worker; forests that fits of one fold share are grown once by each worker."""
    trial, fold, regime, candidate = item
    estimator = clone(candidate.estimator).set_params(n_jobs=1, client=None)
    with shared_forests(f"{run} {trial} {fold}"):
        return predict_fold(splits[trial], fold, regime, replace(candidate, estimator=estimator))
