"""Any scikit-learn model in a forest's place: what it needs to stand in a network.

A forest tells leak-free what it says of its own training rows, out of bag.  Any other model is
fitted once on all rows and once without each of some folds of materials, and of a training row
the model speaks that never saw its material.  It has no bags, so its error bar is that of its
held-out residuals, the same for every row, and grows with the doubt of its sources in a
difference only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, clone, is_classifier, is_regressor
from sklearn.utils.validation import has_fit_parameter

from graftwood.errors import BaseFailed, WrongOption
from graftwood.network.stage import train_stage
from graftwood.network.training import TrainingData

N_FOLDS = 5  # of materials; fewer where there are fewer materials


@dataclass(frozen=True)
class BaseStage:
    """A fitted scikit-learn model inside an architecture.

    Attributes
    ----------
    model : regressor or classifier
        Fitted on all rows of the stage.
    n_sources : int
        Of which source a row is, told in so many columns behind the inputs; 0 if it is not told.
    n_classes : tuple of int
        Of its one task, 0 for one that is no category.

    Examples
    --------
    >>> from sklearn.linear_model import LinearRegression
    >>> model = LinearRegression().fit([[0.0], [1.0]], [1.0, 3.0])
    >>> BaseStage(model, 0, (0,)).bags(np.array([[2.0]]), None)
    array([[5.]])
    """

    model: BaseEstimator
    n_sources: int
    n_classes: tuple[int, ...]

    def classes_of(self, task: int) -> int:
        """Number of classes of the stage's task, 0 for one that is no category."""
        return self.n_classes[task]

    def bags(self, values: np.ndarray, more: np.ndarray | None) -> np.ndarray:
        """Say what the model says, as one bag.

        Parameters
        ----------
        values : ndarray of shape (n_rows, n_columns)
            Inputs as numbers.
        more : ndarray of shape (1, n_rows, n_more), optional
            Further inputs.

        Returns
        -------
        ndarray of shape (1, n_rows), or (1, n_rows, n_classes) of a category
        """
        return self.say(self.model, values, more)[None]

    def say(self, model: Any, values: np.ndarray, more: np.ndarray | None) -> np.ndarray:
        """Say what a model of this stage says, fitted on all rows or on some."""
        table = _table(values, None if more is None else more[0], self.n_sources)
        if not self.n_classes[0]:
            return np.asarray(model.predict(table), dtype=np.float64).reshape(len(table))
        odds, classes = np.zeros((len(table), self.n_classes[0])), np.asarray(model.classes_).astype(int)
        # Of a model that saw one class only, some libraries give two columns.
        odds[:, classes] = model.predict_proba(table) if len(classes) > 1 else 1.0
        return odds


@dataclass(frozen=True)
class CrossFit:
    """Models of one stage, each fitted without a fold of materials; they live as long as a fit lasts.

    Attributes
    ----------
    stage : BaseStage
    models : list
        One per fold.
    fold : ndarray of shape (n_materials,), int
        Fold of each material, -1 for one that the stage never saw.

    Examples
    --------
    >>> from sklearn.dummy import DummyRegressor
    >>> low, high = (DummyRegressor().fit([[0.0]], [y]) for y in (1.0, 2.0))
    >>> made = CrossFit(BaseStage(high, 0, (0,)), [low, high], np.array([0, 1, -1]))
    >>> made.bags(np.zeros((3, 1)), None, np.array([0, 1, 2]))
    array([[1., 2., 2.]])
    """

    stage: BaseStage
    models: list[Any] = field(repr=False)
    fold: np.ndarray

    def bags(self, values: np.ndarray, more: np.ndarray | None, material: np.ndarray) -> np.ndarray:
        """Say of training rows what the model says that never saw their material, as one bag."""
        n_classes = self.stage.n_classes[0]
        said = np.empty((len(values), n_classes) if n_classes else len(values))
        fold = self.fold[material]
        for number in np.unique(fold):
            at = np.flatnonzero(fold == number)
            model = self.stage.model if number < 0 else self.models[number]
            said[at] = self.stage.say(model, values[at], None if more is None else more[:, at])
        return said[None]


def train_any(data: TrainingData, *content: Any, **more: Any) -> tuple[Any, Any]:
    """Grow a stage's forest, or fit the model in its place; parameters as `train_stage` has them.

    Returns
    -------
    stage : Stage or BaseStage
    made : ndarray of shape (n_materials,), bool, or CrossFit
        Which materials the forest saw, or how the model was cross-fitted.

    Raises
    ------
    WrongOption
        There are weights of labels, and a model that is no forest.
    """
    if not data.options.models:
        return train_stage(data, *content, **more)
    for about_splits in ("has_given_slope", "may_always_look"):
        more.pop(about_splits, None)
    if more.pop("weights", None) is not None:
        raise WrongOption(f"{data.who}: label_std weighs labels in forests only; leave it out or base=None.")
    return train_base(data, *content, **more)


def train_base(
    data: TrainingData,
    role: str,
    rows: np.ndarray,
    labels: np.ndarray,
    more: np.ndarray | None = None,
    more_is_category: bool = False,
    tasks: tuple[str, ...] = (),
) -> tuple[BaseStage, CrossFit]:
    """Fit the model of one stage, and once more without each fold; parameters as `train_stage` has them.

    Raises
    ------
    BaseFailed
        The model could not be fitted.
    WrongOption
        It cannot weigh rows and there are weights, or there is none for the task's kind.
    """
    n_classes = data.classes_of(tasks[0]) if tasks else 0
    n_sources = int(more.max()) + 1 if more is not None and more_is_category else 0
    base = chosen(data.options.models, n_classes, role, data.who)
    # A model may depend on the order of its rows; that of a file must not matter.
    order = np.lexsort((labels[:, 0], *_values(data)[rows].T, data.material[rows]))
    rows, target = rows[order], labels[order, 0]
    table = _table(_values(data)[rows], None if more is None else more[order], n_sources)
    material, weights = data.material[rows], None if data.weights is None else data.weights[rows]
    fold = folds(data, material)

    def fitted(keep: np.ndarray) -> Any:
        return _fit(base, table[keep], target[keep], None if weights is None else weights[keep], role, data)

    every = np.ones(len(rows), dtype=bool)
    stage = BaseStage(fitted(every), n_sources, (n_classes,))
    models = [fitted(fold[material] != number) for number in range(fold.max() + 1)]
    return stage, CrossFit(stage, models, fold)


def folds(data: TrainingData, material: np.ndarray) -> np.ndarray:
    """Fold of each material that a stage sees, -1 of the others; dealt out from one order in all stages."""
    order = np.random.default_rng([data.seed, 3]).permutation(data.bags.shape[1])
    seen = np.zeros(data.bags.shape[1], dtype=bool)
    seen[material] = True
    n_folds = min(N_FOLDS, int(seen.sum()))
    result = np.empty(data.bags.shape[1], dtype=np.int64)
    # Dealt out to the materials of the stage in one order, so that no fold is empty however few there are.
    rank = np.cumsum(seen[order]) - 1
    result[order] = np.where(seen[order], rank % n_folds, -1)
    return result


def chosen(models: tuple[Any, ...], n_classes: int, role: str, who: str) -> Any:
    """Return the first model of the kind that a task needs.

    Raises
    ------
    WrongOption
    """
    for model in models:
        if is_classifier(model) == bool(n_classes):
            return model
    wanted, other = ("classifier", "regressor") if n_classes else ("regressor", "classifier")
    raise WrongOption(
        f"{who}: {role} needs a {wanted}, and base is the {other} {type(models[0]).__name__}; "
        "give both, base=(regressor, classifier)."
    )


def models_of(base: Any, who: str) -> tuple[Any, ...]:
    """Read an architecture's base: one scikit-learn model, or a regressor and a classifier.

    Raises
    ------
    WrongOption
    """
    models = tuple(base) if isinstance(base, (tuple, list)) else (base,)
    kinds = [(is_regressor(model), is_classifier(model)) for model in models if hasattr(model, "fit")]
    if len(kinds) < len(models) or not all(any(kind) for kind in kinds) or len(set(kinds)) < len(kinds):
        raise WrongOption(
            f"{who}: base must be None, a MultiTaskForest, a scikit-learn regressor or classifier, or one of "
            f"each, got {base!r}."
        )
    for model in models:
        if is_classifier(model) and not hasattr(model, "predict_proba"):
            raise WrongOption(
                f"{who}: base {type(model).__name__} gives no probabilities; take a classifier with "
                "predict_proba, such as CalibratedClassifierCV around it."
            )
    return models


def _values(data: TrainingData) -> np.ndarray:
    if data.values is None:
        raise WrongOption(f"{data.who}: a base that is no forest needs the inputs themselves, not codes.")
    return data.values


def _table(values: np.ndarray, more: np.ndarray | None, n_sources: int) -> np.ndarray:
    """Inputs and further inputs side by side; a source's number as one column per source."""
    if more is None:
        return values
    return np.hstack([values, np.eye(n_sources)[more[:, 0].astype(int)] if n_sources else more])


def _fit(
    base: Any,
    table: np.ndarray,
    target: np.ndarray,
    weights: np.ndarray | None,
    role: str,
    data: TrainingData,
) -> Any:
    model, name = clone(base), type(base).__name__
    if "random_state" in model.get_params(deep=False) and model.random_state is None:
        model.set_params(random_state=data.seed % 2**32)
    options = {}
    if weights is not None:
        if not has_fit_parameter(model, "sample_weight"):
            raise WrongOption(
                f"{data.who}: base {name} cannot weigh rows; leave out sample_weight or take another base."
            )
        options["sample_weight"] = weights
    try:
        return model.fit(table, target, **options)
    except (ValueError, TypeError, ArithmeticError, np.linalg.LinAlgError) as error:
        raise BaseFailed(
            f"{data.who}: base {name} cannot be fitted to {role} ({len(table)} rows): {_reason(error)}; "
            f"{_remedy(table)}."
        ) from error


def _reason(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0].rstrip(".:") if lines else type(error).__name__


def _remedy(table: np.ndarray) -> str:
    n_missing = int(np.isnan(table).sum())
    if not n_missing:
        return "look at its options"
    return f"{n_missing} inputs are missing, so take a base that allows it, or impute them in a pipeline"
