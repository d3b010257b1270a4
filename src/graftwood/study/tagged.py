"""Finished fits of something else than the comparison itself, kept beside those of the comparison."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from graftwood.study.hold_out import Finished, Fit

if TYPE_CHECKING:
    import pandas as pd

    from graftwood.study.records import TaskNode


@dataclass(frozen=True)
class TaggedFits:
    """Keeps fits under their candidate's name and a tag, such as "at 40" or "with gap_dft".

    Attributes
    ----------
    kept : Finished
    tag : str

    Examples
    --------
    >>> tagged(None, "at 40") is None
    True
    """

    kept: Finished
    tag: str

    def of_trial(self, trial: int) -> TaggedFits:
        """Return what keeps the fits of one division into folds."""
        return replace(self, kept=self.kept.of_trial(trial))

    def load(self, fold: int, regime: str, candidate: str) -> Fit | None:
        """Return what was kept, None if nothing was."""
        return self.kept.load(fold, regime, f"{candidate} {self.tag}")

    def save(
        self, fold: int, regime: str, candidate: str, part: pd.DataFrame, network: tuple[TaskNode, ...]
    ) -> None:
        """Keep what a fit said of its fold."""
        self.kept.save(fold, regime, f"{candidate} {self.tag}", part, network)


def tagged(kept: Finished | None, tag: str) -> TaggedFits | None:
    """Return what keeps fits under a tag; None where nothing is kept."""
    return None if kept is None else TaggedFits(kept, tag)
