"""Keep fits apart that one study makes in several parts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from graftwood.study.hold_out import Finished, Fit
    from graftwood.study.records import TaskNode


@dataclass(frozen=True)
class PartOf:
    """Fits of one part of a study, kept beside those of the other parts.

    Attributes
    ----------
    kept : Finished
    part : str
        Name of the part, such as "N2, 40 % present".

    Examples
    --------
    >>> PartOf(None, "first").part
    'first'
    """

    kept: Finished | None
    part: str

    def of_trial(self, trial: int) -> PartOf:
        """Return what keeps the fits of one division into folds."""
        return self if self.kept is None else replace(self, kept=self.kept.of_trial(trial))

    def load(self, fold: int, regime: str, candidate: str) -> Fit | None:
        """Return what was kept, None if nothing was."""
        if self.kept is None:
            return None
        return self.kept.load(fold, regime, f"{self.part}: {candidate}")

    def save(
        self, fold: int, regime: str, candidate: str, part: pd.DataFrame, network: tuple[TaskNode, ...]
    ) -> None:
        """Keep what a fit said of its fold."""
        if self.kept is not None:
            self.kept.save(fold, regime, f"{self.part}: {candidate}", part, network)
