"""Difference: the target is the source plus a learned correction, level upon level."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from sklearn.utils.validation import check_is_fitted

from graftwood.architectures.base import check_numbers
from graftwood.architectures.chain import Chain
from graftwood.coding.kinds import NONNEGATIVE, POSITIVE, REAL
from graftwood.coding.labels import LabelColumns, check_units
from graftwood.coding.parts import owner
from graftwood.errors import WrongOption
from graftwood.network.outlook import HIDDEN, VISIBLE
from graftwood.network.train import Step
from graftwood.network.training import TrainingData
from graftwood.options import Rule, finite, one_of

LEARNED = "learned"


class Difference(Chain):
    """Learn target minus source, and add it to the source: y_t(x) = slope * s(x) + d(x, s).

    The correction is learned where the target is labelled; the source value is its
    measured label where known and an out-of-bag prediction elsewhere, and is an
    input of the correction as well.  With several sources each is a level that is
    corrected to the next (PBE, then HSE, then experiment); their labels need not
    overlap.  Positive tasks are learned in their logarithm, so what is learned there
    is the ratio of target to source.

    A source on another scale is multiplied by a slope first, given or learned: as barriers
    follow reaction energies by a fraction (Bronsted, Evans, Polanyi), and measured gaps exceed
    calculated ones by a factor.

    Parameters
    ----------
    target : str or int
        Task to predict.
    source : str, int or list of them
        Task to start from, in the target's unit, or the levels below the target, the lowest
        first.  The target itself gives the self-difference, the control that uses no source at all.
    slope : float or "learned", default 1.0
        Factor of the source, of every level where there are several; in the unit of the target over that
        of the source, whose units may then differ.  "learned" is the slope of the straight line through
        the labels of the training rows over what the correction sees of the source, one per level and
        regime; sources and target may then be real, positive or nonnegative in any mixture.
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

    Attributes
    ----------
    slopes_ : dict of str to dict of str to float
        Level -> regime -> factor of the level below it; positive ones in their logarithms.

    Raises
    ------
    UnitMismatch
        Source and target have different units and the slope is 1.
    WrongOption
        A source or the target is a category, only some of them are positive and the slope is not
        learned, or a level is named twice.

    References
    ----------
    Hutchinson et al., arXiv:1711.05099 (difference architecture).
    Kennedy and O'Hagan, Biometrika 87, 1 (2000), equation 1 (the slope between levels).

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
    >>> Y[:, 1] *= 4.0
    >>> model = Difference(target=1, source=0, slope="learned", n_estimators=20, random_state=0).fit(X, Y)
    >>> round(model.slopes_["1"]["visible"], 6), model.predict([[50.0]], known=[[4.0, np.nan]]).round(1)
    (4.0, array([20.]))
    """

    _rules: ClassVar[dict[str, list[Rule]]] = {**Chain._rules, "slope": [finite(), one_of(LEARNED)]}

    def __init__(
        self,
        target: str | int = 0,
        source: str | int | Sequence[str | int] = 1,
        *,
        slope: float | str = 1.0,
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
        self.slope = slope
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
        asked = self._find_tasks(columns, "source")
        if len(set(asked)) < len(asked) or (len(asked) > 1 and self.target_ in asked):
            raise WrongOption(
                f"{who}: source names a level twice ({', '.join(asked)} below {self.target_}); "
                "name each once, the lowest first and without the target."
            )
        self.sources_ = tuple(asked)
        levels = (self.target_, *self.sources_)
        if self.slope == 1:
            check_units(self.units or {}, levels, who)
        alike = (REAL, NONNEGATIVE, POSITIVE) if self.slope == LEARNED else (REAL, NONNEGATIVE)
        check_numbers(columns, levels, who, may_mix=alike)
        self._check_chain()
        return tuple(dict.fromkeys((*self.sources_, self.target_)))

    def _steps(self, data: TrainingData) -> list[Step]:
        levels = (*self.sources_, self.target_)
        slope = None if isinstance(self.slope, str) else float(self.slope)
        corrections = [
            step
            for below, level in zip(levels[:-1], levels[1:], strict=True)
            for step in self._second(data, level, (below,), adds=True, slope=slope)
        ]
        return [*self._first(data, self.sources_[:1]), *corrections]

    @property
    def slopes_(self) -> dict[str, dict[str, float]]:
        """Level -> regime -> factor of the level below it."""
        check_is_fitted(self)
        nodes = {owner(node.task): node for node in self._network.nodes.values() if node.adds}
        return {
            level: {regime: node.slope_for(regime) for regime in node.stages} for level, node in nodes.items()
        }
