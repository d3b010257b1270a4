"""The best of a long list, by the probability of a goal or by a predicted value; only they are held."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from graftwood.errors import WrongOption
from graftwood.screening.goals import Goal, parse_goals
from graftwood.screening.predictor import Predictor
from graftwood.screening.scoring import score_part

SCORE, RANK = "score", "rank"


@dataclass(frozen=True)
class Wanted:
    """How many are wanted, and what makes one better than another.

    Attributes
    ----------
    n : int
    by : str
        Goals as a person writes them: the score is their probability; of "max TASK" or "min TASK" alone
        it is the predicted value.
    goals : tuple of Goal

    Examples
    --------
    >>> Wanted(3, "min gap", parse_goals("min gap", ["gap"])).is_falling
    False
    """

    n: int
    by: str
    goals: tuple[Goal, ...]

    @classmethod
    def of(cls, n: int, by: str, predictor: Predictor) -> Wanted:
        """Read what is wanted of a model's predictions.

        Raises
        ------
        WrongOption, UnknownTask
            As `parse_goals`, and where a maximum or minimum stands beside another goal.
        """
        goals = parse_goals(by, list(predictor.model.tasks_), predictor.classes, predictor.units)
        if len(goals) > 1 and any(goal.direction for goal in goals):
            raise WrongOption(
                f"goal {by!r}: a list is ordered by a probability or by a value, so max and min stand alone."
            )
        return cls(n, by, goals)

    @property
    def is_falling(self) -> bool:
        """Whether the largest score is the best."""
        return all(goal.direction >= 0 for goal in self.goals)

    def best_of(self, parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
        """Return the best rows of parts with scores, the best first; of equals the one that came first."""
        held = pd.DataFrame()
        for part in parts:
            both = pd.concat([held, part], ignore_index=True) if len(held) else part
            order = np.argsort(-_numbers(both) if self.is_falling else _numbers(both), kind="stable")
            held = both.iloc[order[: self.n]].reset_index(drop=True)
        return held

    def scored(
        self, predictor: Predictor, frames: Iterable[pd.DataFrame], counts: dict[str, int]
    ) -> Iterator[pd.DataFrame]:
        """Yield the rows of parts that can be ranked, their score in the first column; count them all."""
        for frame in frames:
            counts["rows"] += len(frame)
            yield score_part(predictor, frame, self.goals, SCORE, counts)


def _numbers(part: pd.DataFrame) -> np.ndarray:
    """Scores as numbers: a text file spells them."""
    return part[SCORE].astype(float).to_numpy()


def ranked(best: pd.DataFrame) -> pd.DataFrame:
    """Number the best rows from 1."""
    best = best.reset_index(drop=True)
    best.insert(0, RANK, np.arange(1, len(best) + 1))
    return best
