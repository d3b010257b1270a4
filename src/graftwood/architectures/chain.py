"""What Difference and LatentVariable share: forests of the sources, then a forest that sees them.

    hidden    x -> [source forest] -> z,  (x, z) -> [second stage] -> target
    visible   z is known,                 (x, z) -> [second stage] -> target

Why there are two second stages, and what they see, is in ``network/network.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from graftwood.architectures.base import Architecture, check_base
from graftwood.architectures.forest import MultiTaskForest
from graftwood.coding.labels import LabelColumns
from graftwood.errors import WrongOption
from graftwood.network.outlook import HIDDEN, VISIBLE
from graftwood.network.second import own_first, second_stages
from graftwood.network.train import Step, alone
from graftwood.network.training import TrainingData
from graftwood.options import Rule, anything


class Chain(Architecture):
    """Base class of Difference and LatentVariable: everything but what the second stage learns.

    Attributes
    ----------
    sources_ : tuple of str
        Tasks of the first stages.
    stages_ : tuple of str
        Regimes for which a second stage was built.

    Examples
    --------
    >>> from graftwood import LatentVariable
    >>> import numpy as np
    >>> X = np.arange(40.0)[:, None]
    >>> Y = np.column_stack([X, X])
    >>> model = LatentVariable(target=1, latents=[0], n_estimators=20, random_state=0).fit(X, Y)
    >>> isinstance(model, Chain), model.sources_, model.stages_
    (True, ('0',), ('hidden', 'visible'))
    """

    _rules: ClassVar[dict[str, list[Rule]]] = {
        "base": [anything("None, a MultiTaskForest or scikit-learn models")],
        "regimes": [anything("a tuple of 'hidden' and 'visible'")],
    }

    base: Any
    regimes: tuple[str, ...]

    def _check_chain(self) -> None:
        who = type(self).__name__
        check_base(self.base, who)
        if isinstance(self.base, MultiTaskForest) and not self.base.bootstrap:
            raise WrongOption(
                f"{who}: base must have bootstrap=True, as second stages learn from out-of-bag predictions."
            )
        given = self.regimes if isinstance(self.regimes, (tuple, list)) else (self.regimes,)
        asked = tuple(given)
        if not asked or any(regime not in (HIDDEN, VISIBLE) for regime in asked):
            raise WrongOption(
                f"{who}: regimes must be 'hidden', 'visible' or a tuple of them, got {self.regimes!r}."
            )
        can_be_known = any(source != self.target_ for source in self.sources_)
        self.stages_ = tuple(
            r for r in (HIDDEN, VISIBLE) if r in asked and (r == HIDDEN or can_be_known)
        ) or (HIDDEN,)

    def _find_tasks(self, columns: LabelColumns, option: str) -> list[str]:
        """Names of the target, which is kept, and of the tasks of an option: all named, or all numbered."""
        who = type(self).__name__
        self.target_ = columns.find(self.target, f"{who}: target")
        asked = as_tasks(getattr(self, option), option, who)
        found = [columns.find(task, f"{who}: {option}") for task in asked]
        of_kind = {isinstance(task, str): task for task in (self.target, *asked)}
        if columns.named and len(of_kind) == 2 and str(of_kind[False]) not in columns.names:
            number = of_kind[False]
            raise WrongOption(
                f"{who}: {of_kind[True]!r} is a name and {number!r} the number of column "
                f"{columns.names[int(number)]!r}; give target and {option} both by name."
            )
        return found

    def _first(self, data: TrainingData, tasks: tuple[str, ...]) -> list[Step]:
        """The sources' own forests; the target's own is a source of the controls, but never a known one."""
        return [step for task in tasks for step in alone(data, task, is_control=task == self.target_)]

    def _second(
        self,
        data: TrainingData,
        task: str,
        sources: tuple[str, ...],
        *,
        adds: bool,
        slope: float | None = 1.0,
    ) -> list[Step]:
        """The forests of a task, or of both parts of a nonnegative one, that see its sources."""
        own = type(self).__name__
        return second_stages(
            data, task, own_first(data, task, sources), adds=adds, regimes=self.stages_, own=own,
            role=own if task == self.target_ else "", slope=slope,
        )  # fmt: skip


def as_tasks(asked: str | int | Sequence[str | int], option: str, who: str) -> list[str | int]:
    """Return one task or several as a list.

    Raises
    ------
    WrongOption
        There is none.
    """
    tasks = [asked] if isinstance(asked, (str, int, np.integer)) else list(asked)
    if not tasks:
        raise WrongOption(f"{who}: {option} is empty; name at least one task.")
    return tasks
