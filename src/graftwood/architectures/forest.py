"""Multi-task forest: one tree structure for all tasks, a view of it per task."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

from graftwood.architectures.base import Architecture
from graftwood.architectures.trees import Forest
from graftwood.coding.labels import LabelColumns
from graftwood.coding.parts import how_much, whether
from graftwood.errors import WrongOption
from graftwood.network.out_of_bag import Said, Trained
from graftwood.network.outlook import HIDDEN, VISIBLE
from graftwood.network.second import corrected
from graftwood.network.train import Shared, Step, mixture
from graftwood.network.training import ForestOptions, TrainingData
from graftwood.options import Rule, fraction, mapping, number, one_of, whole


class MultiTaskForest(Forest, Architecture):
    """Random forest over several tasks at once, labels missing anywhere.

    Every cut is chosen on all tasks together (the sum of their impurities, each on
    the rows that have its label), so tasks with many labels show those with few
    where to cut.  Each task then reads its own view of the trees.  Labels that are known
    at prediction move the other tasks by how their out-of-bag errors go together.

    Parameters
    ----------
    target : str or int, optional
        Task that `predict` returns; by default all tasks.
    n_estimators : int, default 100
        Number of trees.
    max_features : "auto", float, int, "sqrt" or None, default "auto"
        Inputs drawn per split: a fraction, a number, their square root, or all of them (None).
        "auto" is the square root if every task is a category, else a third; with at most 12 inputs or
        2 ** 16 cells, all of them (half for corrections whose slope is given) if that lowers out-of-bag
        errors by more than their standard error and no task's is larger.  As many are drawn as said,
        constant ones included, and further ones only while none allows a cut.
    min_samples_leaf : int, default 1
        Fewest rows in a leaf; in a task's view, rows with that task's label.
    max_depth : int, optional
    task_weight : float or dict, default 0.5
        A standardised label of a task with n labels counts n ** -task_weight in the choice of
        cuts: 0 as in Lolo, 1 balanced.  Or task -> what its labels count; 1 for tasks not named.
    bootstrap : bool, default True
        Grow each tree on a sample of the materials; else on all, and there are no out-of-bag
        predictions and no spreads.
    splitter : {"best", "random"}, default "best"
        "random" tries one random cut per drawn input; without bootstrap that makes extra-trees
        (Geurts et al., Machine Learning 63, 3 (2006)).
    correction : bool, default False
        Second forests correct the shared one: of the target, of every task without one.  They see what
        it says of all tasks and learn what it errs by out of bag, as a self-difference does.  Importances,
        leaves and bag outputs stay those of the shared forest.
    permutation_repeats : int, default 0
        How often each input is shuffled for ``permutation_importances_``; each time takes one
        prediction of the training rows per input.
    kinds : dict, optional
        Task -> "real", "positive" (learned in its logarithm), "nonnegative" (zeros are a class of
        their own) or "category"; else told from the dtype.
    units : dict, optional
        Unit of tasks, for messages and checks.
    random_state : int, RandomState or None
    n_jobs : int, optional
        Threads; -1 uses all processors.  The forest is the same for any number.
    client : str, optional
        Address of a Dask scheduler on whose workers the forests are grown, the same as here.

    Attributes
    ----------
    tasks_ : tuple of str
        Tasks that are modelled.
    target_ : str or None
    permutation_importances_ : ndarray of shape (n_inputs,) or (n_tasks, n_inputs)
        Out-of-bag error gained when an input is shuffled, in variances of the labels; only
        with ``permutation_repeats``.

    References
    ----------
    Hutchinson et al., arXiv:1711.05099 (multi-task architecture); Breiman, Machine
    Learning 45, 5 (2001); Zhang and Lu, J. Appl. Stat. 39, 151 (2012) (correction of a forest's bias by
    a second one); Spyromitros-Xioufis et al., Machine Learning 104, 55 (2016) (predictions of all tasks as
    inputs).

    Examples
    --------
    >>> import numpy as np
    >>> X = np.arange(40.0)[:, None]
    >>> Y = np.column_stack([X[:, 0] > 19, X[:, 0] > 19]) * 1.0
    >>> Y[::2, 1] = np.nan
    >>> model = MultiTaskForest(n_estimators=20, random_state=0).fit(X, Y)
    >>> model.predict([[2.0], [35.0]]).round(1)
    array([[0., 0.],
           [1., 1.]])
    """

    _rules: ClassVar[dict[str, list[Rule]]] = {
        "max_features": [one_of("auto", "sqrt", None), fraction(), whole(1)],
        "min_samples_leaf": [whole(1)],
        "max_depth": [whole(1), one_of(None)],
        "task_weight": [number(0, 1), mapping()],
        "bootstrap": [one_of(True, False)],
        "splitter": [one_of("best", "random")],
        "correction": [one_of(True, False)],
        "permutation_repeats": [whole(0)],
    }

    def __init__(
        self,
        target: str | int | None = None,
        *,
        n_estimators: int = 100,
        max_features: float | int | str | None = "auto",
        min_samples_leaf: int = 1,
        max_depth: int | None = None,
        task_weight: float | dict[Any, float] = 0.5,
        bootstrap: bool = True,
        splitter: str = "best",
        correction: bool = False,
        permutation_repeats: int = 0,
        kinds: dict[Any, str] | None = None,
        units: dict[str, str] | None = None,
        random_state: Any = None,
        n_jobs: int | None = None,
        client: str | None = None,
    ) -> None:
        self.target = target
        self.n_estimators = n_estimators
        self.max_features = max_features
        self.min_samples_leaf = min_samples_leaf
        self.max_depth = max_depth
        self.task_weight = task_weight
        self.bootstrap = bootstrap
        self.splitter = splitter
        self.correction = correction
        self.permutation_repeats = permutation_repeats
        self.kinds = kinds
        self.units = units
        self.random_state = random_state
        self.n_jobs = n_jobs
        self.client = client

    def forest_options(self, n_estimators: int) -> ForestOptions:
        """Options of this forest with another number of trees: what a ``base`` lends to an architecture."""
        task_weight = self.task_weight
        return ForestOptions(
            n_estimators, self.max_features, self.min_samples_leaf, self.max_depth,
            0.5 if isinstance(task_weight, dict) else float(task_weight),
            bool(self.bootstrap), self.splitter == "random",
        )  # fmt: skip

    def _forest_options(self) -> ForestOptions:
        return self.forest_options(int(self.n_estimators))

    def _modelled(self, columns: LabelColumns) -> tuple[str, ...]:
        who = type(self).__name__
        self.target_ = None if self.target is None else columns.find(self.target, f"{who}: target")
        if isinstance(self.task_weight, dict):
            self._said_weights = tuple(
                (part, _weight(task, weight, who))
                for task, weight in self.task_weight.items()
                for part in _learned_as(columns, columns.find(task, f"{who}: task_weight"))
            )
        return columns.names

    def _steps(self, data: TrainingData) -> list[Step]:
        options = data.options
        if isinstance(self.task_weight, dict):
            options = replace(options, task_weight=self._said_weights)
            del self._said_weights
        if self.correction:
            return self._corrected(replace(data, options=options))
        left_out = (*data.nonnegative, *data.computed)
        learned = tuple(task for task in data.tasks if task not in left_out)
        shared = Shared(learned, {task: task for task in learned}, "all tasks", options)
        return [shared, *(mixture(task, options) for task in data.nonnegative)]

    def _corrected(self, data: TrainingData) -> list[Step]:
        if not self.bootstrap:
            raise WrongOption(
                "MultiTaskForest: correction learns from out-of-bag predictions; set bootstrap=True."
            )
        asked = self._predicted()
        return corrected(data, asked, (HIDDEN, VISIBLE) if len(self.tasks_) > 1 else (HIDDEN,))

    def _calibrate(self, data: TrainingData, trained: Trained, said: dict[str, dict[str, Said]]) -> Any:
        calibrations = super()._calibrate(data, trained, said)
        if self.permutation_repeats:
            if not self.bootstrap:
                raise WrongOption(
                    "MultiTaskForest: permutation_repeats needs out-of-bag rows; set bootstrap=True."
                )
            self.permutation_importances_ = self._permute(data, int(self.permutation_repeats))
        return calibrations


def _learned_as(columns: LabelColumns, task: str) -> tuple[str, ...]:
    return (whether(task), how_much(task)) if task in columns.nonnegative else (task,)


def _weight(task: Any, weight: Any, who: str) -> float:
    if not (isinstance(weight, (int, float)) and 0 < weight < float("inf")):
        raise WrongOption(f"{who}: task_weight of task {task} must be a number above 0, got {weight!r}.")
    return float(weight)
