"""Fits of a comparison that are done, kept on disk so that a stopped run can go on.

They count only while study, data and version are unchanged; otherwise they are thrown away,
and what has changed is said.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graftwood.errors import GraftwoodError, UnreadableFile

if TYPE_CHECKING:
    import pandas as pd

    from graftwood.study.hold_out import Fit
    from graftwood.study.records import TaskNode
    from graftwood.study.run import Study
    from graftwood.study.steps import Validation

FOLDER, FACTS, ASKED = "fits", "made_from.json", "asked"


@dataclass(frozen=True)
class FinishedFits:
    """Keeps held-out predictions, one file for each fit.

    Attributes
    ----------
    folder : Path
    trial : int

    Examples
    --------
    >>> FinishedFits(Path("details/fits")).of_trial(1).trial
    1
    """

    folder: Path
    trial: int = 0

    def of_trial(self, trial: int) -> FinishedFits:
        """Return what keeps the fits of one division into folds."""
        return replace(self, trial=trial)

    def load(self, fold: int, regime: str, candidate: str) -> Fit | None:
        """Return what a fit said of its fold, None if it is not kept or cannot be read."""
        import pandas as pd

        from graftwood.study.records import node_from

        try:
            kept = json.loads(self._path(fold, regime, candidate).read_text(encoding="utf-8"))
            if kept["candidate"] != candidate:
                return None
            columns = {name: pd.Series(column["cells"]) for name, column in kept["columns"].items()}
            frame = pd.DataFrame(columns)
            network = tuple(node_from(node) for node in kept["network"])
            return frame.astype({name: column["dtype"] for name, column in kept["columns"].items()}), network
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def save(
        self, fold: int, regime: str, candidate: str, part: pd.DataFrame, network: tuple[TaskNode, ...]
    ) -> None:
        """Keep what a fit said of its fold, and what built on what in it."""
        from graftwood.store.atomic import atomic_path

        columns = {
            str(name): {"dtype": str(column.dtype), "cells": column.tolist()} for name, column in part.items()
        }
        with atomic_path(self._path(fold, regime, candidate)) as temporary:
            kept = {
                "candidate": candidate,
                "columns": columns,
                "network": [asdict(node) for node in network],
            }
            temporary.write_text(json.dumps(kept), encoding="utf-8")

    def count(self) -> int:
        """Number of fits that are kept."""
        return sum(1 for path in self.folder.glob("*.json") if not path.name.startswith("."))

    def _path(self, fold: int, regime: str, candidate: str) -> Path:
        # A candidate's name may hold a task's, and that anything.
        name = hashlib.sha256(candidate.encode()).hexdigest()[:12]
        return self.folder / f"{self.trial}-{fold}-{regime}-{name}.json"


def open_fits(details: Path, study: Study, validation: Validation) -> tuple[FinishedFits, str]:
    """Return the fits that are kept of this very comparison, and a sentence about them.

    Parameters
    ----------
    details : Path
        Folder of a comparison's details; it must exist.
    study : Study
    validation : Validation
    """
    fits, place = FinishedFits(details / FOLDER), details / FACTS
    facts = _facts(study, validation)
    changed = _changed(place, facts)
    sentence = ""
    if changed and fits.folder.exists():
        sentence = (
            f"Starting anew: {' and '.join(changed)} changed since the last run, whose results are removed."
        )
    if changed:
        shutil.rmtree(fits.folder, ignore_errors=True)
    fits.folder.mkdir(parents=True, exist_ok=True)
    from graftwood.store.atomic import atomic_path

    asked = {"trees": study.n_estimators_compared, "seed": study.random_state, **asdict(validation)}
    with atomic_path(place) as temporary:
        temporary.write_text(json.dumps({**facts, ASKED: asked}, indent=1), encoding="utf-8")
    n_kept = fits.count()
    return fits, f"Going on with {n_kept} fits that are done already." if n_kept else sentence


def asked_before(details: Path) -> dict[str, Any]:
    """Return how the comparison in a folder was asked for: trees, seed, split, regimes, n_folds, n_trials.

    Raises
    ------
    UnreadableFile
        The folder holds no comparison.
    """
    place = details / FACTS
    try:
        asked = json.loads(place.read_text(encoding="utf-8"))[ASKED]
        return {**asked, "regimes": tuple(asked["regimes"])}
    except (OSError, ValueError, KeyError, TypeError):
        raise UnreadableFile(
            f"{place}: the record of a comparison is missing or damaged; name the folder that graftwood "
            "compare --out made."
        ) from None


def _facts(study: Study, validation: Validation) -> dict[str, Any]:
    from graftwood import __version__
    from graftwood.study.steps import candidates_of

    candidates = {}
    for candidate in candidates_of(study):
        params = candidate.estimator.get_params(deep=False)
        for option in ("n_jobs", "n_estimators", "random_state"):
            params.pop(option, None)
        candidates[candidate.name] = repr(sorted(params.items(), key=str))
    asked = (study.target, repr(study.features), candidates)
    options = (validation.split, validation.n_folds, study.n_estimators_compared, study.random_state)
    return {
        "the data": study.table.fingerprint(),
        "the study": _digest(asked),
        "options (--split, --folds, --trees or --seed)": _digest(options),
        "graftwood": __version__,
    }


def _digest(said: Any) -> str:
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]


def _changed(place: Path, facts: dict[str, Any]) -> list[str]:
    try:
        before = json.loads(place.read_text(encoding="utf-8"))
        return [name for name, fact in facts.items() if before.get(name) != fact]
    except FileNotFoundError:
        return ["everything"]
    except (OSError, ValueError, AttributeError) as error:
        if isinstance(error, GraftwoodError):
            raise
        return ["the record of the last run"]
