"""Difference: the target is the source plus a learned correction, level upon level."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graftwood.architectures.base import HIDDEN, VISIBLE, check_numbers
from graftwood.architectures.chain import Chain, as_tasks
from graftwood.coding.labels import LabelColumns, check_units
from graftwood.errors import WrongOption
from graftwood.network.train import Step
from graftwood.network.training import TrainingData


class Difference(Chain):
    """Learn target minus source, and add it to the source: y_t(x) = s(x) + d(x, s).

    The correction is learned where the target is labelled; the source value is its
    measured label where known and an out-of-bag prediction elsewhere, and is an
    input of the correction as well.  With several sources each is a level that is
    corrected to the next (PBE, then HSE, then experiment); their labels need not
    overlap.  Positive tasks are learned in their logarithm, so what is learned there
    is the ratio of target to source.

    Parameters
    ----------
    target : str or int
        Task to predict.
    source : str, int or list of them
        Task to start from, in the target's unit, or the levels below the target, the lowest
        first.  The target itself gives the self-difference, the control that uses no source at all.
    regimes : tuple, default ("hidden", "visible")
        For which regimes a second stage is built.
    n_estimators : int, default 100
    base : MultiTaskForest, scikit-learn model or (regressor, classifier), optional
        What stands for a forest: a MultiTaskForest lends its options; of any other model the error bar
        is that of held-out residuals, the same for all rows.
    kinds : dict, optional
        Task -> "real", "positive" (learned in its logarithm), "nonnegative" (zeros are a class of
        their own) or "category"; else told from the dtype.
    units : dict, optional
        Unit per task; a source in another unit is refused.
    random_state : int, RandomState or None
    n_jobs : int, optional
    client : str, optional
        Address of a Dask scheduler on whose workers the forests are grown, the same as here.

    Raises
    ------
    UnitMismatch
        Source and target have different units.
    WrongOption
        A source or the target is a category, only some of them are positive, or a level is named twice.

    References
    ----------
    Hutchinson et al., arXiv:1711.05099 (difference architecture).

    Examples
    --------
    >>> import numpy as np
    >>> X = np.arange(60.0)[:, None]
    >>> dft = np.where(X[:, 0] > 30, 2.0, 0.5)
    >>> experiment = np.where(np.arange(60) % 3, np.nan, dft + 1.0)
    >>> Y = np.column_stack([dft, experiment])
    >>> model = Difference(target=1, source=0, n_estimators=20, random_state=0).fit(X, Y)
    >>> model.predict([[50.0]]).round(1), model.predict([[50.0]], known=[[4.0, np.nan]]).round(1)
    (array([3.]), array([5.]))
    """

    def __init__(
        self,
        target: str | int = 0,
        source: str | int | Sequence[str | int] = 1,
        *,
        regimes: tuple[str, ...] = (HIDDEN, VISIBLE),
        n_estimators: int = 100,
        base: Any = None,
        kinds: dict[Any, str] | None = None,
        units: dict[str, str] | None = None,
        random_state: Any = None,
        n_jobs: int | None = None,
        client: str | None = None,
    ) -> None:
        self.target = target
        self.source = source
        self.regimes = regimes
        self.n_estimators = n_estimators
        self.base = base
        self.kinds = kinds
        self.units = units
        self.random_state = random_state
        self.n_jobs = n_jobs
        self.client = client

    def _modelled(self, columns: LabelColumns) -> tuple[str, ...]:
        who = type(self).__name__
        self.target_ = columns.find(self.target, who)
        asked = [columns.find(source, who) for source in as_tasks(self.source, "source", who)]
        if len(set(asked)) < len(asked) or (len(asked) > 1 and self.target_ in asked):
            raise WrongOption(
                f"{who}: source names a level twice ({', '.join(asked)} below {self.target_}); "
                "name each once, the lowest first and without the target."
            )
        self.sources_ = tuple(asked)
        levels = (self.target_, *self.sources_)
        check_units(self.units or {}, levels, who)
        check_numbers(columns, levels, who, may_mix_zeros=True)
        self._check_chain()
        return tuple(dict.fromkeys((*self.sources_, self.target_)))

    def _steps(self, data: TrainingData) -> list[Step]:
        levels = (*self.sources_, self.target_)
        corrections = [
            step
            for below, level in zip(levels[:-1], levels[1:], strict=True)
            for step in self._second(data, level, (below,), adds=True)
        ]
        return [*self._first(data, self.sources_[:1]), *corrections]
