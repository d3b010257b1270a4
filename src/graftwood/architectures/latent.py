"""Explicit latent variable: the target is learned from the inputs and a predicted property."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graftwood.architectures.chain import Chain
from graftwood.coding.labels import LabelColumns
from graftwood.network.outlook import HIDDEN, VISIBLE
from graftwood.network.train import Step
from graftwood.network.training import TrainingData


class LatentVariable(Chain):
    """Give other tasks to the target's forest as inputs: y_t(x) = g(x, z).

    Target and latents may be of any kind and unit: of a category the forest sees a
    probability per class (one of two classes), of a positive task the logarithm.  Latents
    are predicted, out of bag where the material was in their training, or known.  With
    ``max_features="auto"`` every split of a large table looks at what is known, beside the inputs
    drawn, and of a class where that is right more often out of bag.

    Parameters
    ----------
    target : str or int
        Task to predict.
    latents : str, int or list of them
        Tasks to use as inputs.  The target itself gives the self-latent, the control
        that uses no source at all.
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
        Unit of tasks, for messages and checks.
    random_state : int, RandomState or None
    n_jobs : int, optional
    client : str, optional
        Address of a Dask scheduler on whose workers the forests are grown, the same as here.

    References
    ----------
    Hutchinson et al., arXiv:1711.05099 (explicit latent variable architecture).

    Examples
    --------
    >>> import numpy as np
    >>> X = np.arange(60.0)[:, None]
    >>> density = X[:, 0] % 7
    >>> hardness = np.where(np.arange(60) % 3, np.nan, density > 3)
    >>> Y = np.column_stack([density, hardness])
    >>> model = LatentVariable(target=1, latents=[0], n_estimators=20, random_state=0).fit(X, Y)
    >>> model.predict([[100.0], [100.0]], known=[[1.0, np.nan], [6.0, np.nan]]).round()
    array([0., 1.])
    """

    def __init__(
        self,
        target: str | int = 0,
        latents: str | int | Sequence[str | int] = (1,),
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
        self.latents = latents
        self.regimes = regimes
        self.n_estimators = n_estimators
        self.base = base
        self.kinds = kinds
        self.units = units
        self.random_state = random_state
        self.n_jobs = n_jobs
        self.client = client

    def _modelled(self, columns: LabelColumns) -> tuple[str, ...]:
        # In the order of names, so that the order in which they are given changes nothing.
        named = set(self._find_tasks(columns, "latents"))
        self.sources_ = tuple(task for task in columns.canonical if task in named)
        self._check_chain()
        return tuple(dict.fromkeys((*self.sources_, self.target_)))

    def _steps(self, data: TrainingData) -> list[Step]:
        return [
            *self._first(data, self.sources_),
            *self._second(data, self.target_, self.sources_, adds=False),
        ]
