"""What a user of other libraries would run instead, each with the settings that suit it.

The forests have as many trees as ours.  They run twice, with a third of the inputs per split (those for
classes with the square root, scikit-learn's own) and with all, scikit-learn's own for numbers, and what is
compared with them meets the better of the two, chosen with hindsight; chains of wide tables run with a third
alone, as all inputs take minutes per fold there.
A chain is given out-of-fold predictions over whole materials (``cv``): without, it learns from the true
labels of its sources and is misled by predicted ones.  It takes rows with labels of all its tasks, so its
sources are the one that most rows have, half of them at least, and of the others those that leave four
fifths of the rows complete: with fewer rows and more sources it was far worse than a forest on CatApp and
on the band gaps.
CatBoost's loss adds squared errors over tasks, so labels are standardised.  Its depth and the share of inputs
per split (``suited``) are about the best of four or five settings tried on seven of these data sets with few
and with all labels.  On the wide ones depth 6, more inputs and more borders were tried and were no better;
its default of all inputs and 254 borders needs minutes per fold there.
"""

from collections.abc import Mapping
from functools import partial
from importlib.util import find_spec
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.architectures.cases import Case, Model, Numbers, Said, Skipped
from benchmarks.architectures.settings import ArchitectureSettings
from benchmarks.problems.folds import Fold

FOREST = "sklearn forest"
FOREST_WITH_LABELS = "sklearn forest, labels as inputs"
CHAIN = "sklearn chain"
CATBOOST = "CatBoost, missing values"
ALL_INPUTS = ", all inputs"
A_THIRD = 1 / 3
FEWEST_ROWS = 10
LEAST_COMPLETE = {"first source": 0.5, "further": 0.8}
FEW_LABELS = 100
MANY_INPUTS = 50
MOST_ORDERS = 20


def list_peers(case: Case, settings: ArchitectureSettings) -> list[Model]:
    """List the peers that a case has."""
    found = [Model(CATBOOST, "peer", partial(_catboost, settings=settings))]
    for ending, share in {"": A_THIRD, ALL_INPUTS: 1.0}.items():
        options = {"settings": settings, "share": share}
        found += [
            Model(FOREST + ending, "peer", partial(_forest, **options), "target"),
            Model(CHAIN + ending, "peer", partial(_chain, **options), "sources"),
        ]
        if case.regime == "visible":
            found.append(Model(FOREST_WITH_LABELS + ending, "peer", partial(_forest_with_labels, **options)))
    return found


def strongest(peer: str, errors: Mapping[str, float]) -> str:
    """Name the better of a peer's two settings.

    Examples
    --------
    >>> strongest("forest", {"forest": 2.0, "forest, all inputs": 1.0}), strongest("boosting", {})
    ('forest, all inputs', 'boosting')
    """
    both = [name for name in (peer, peer + ALL_INPUTS) if name in errors]
    return min(both, key=lambda name: errors[name], default=peer)


def _forest(case: Case, fold: Fold, *, settings: ArchitectureSettings, share: float) -> Said:
    """Learn the told labels from the inputs alone."""
    return _fit_forest(case, fold, case.problem.X, settings, share)


def _forest_with_labels(case: Case, fold: Fold, *, settings: ArchitectureSettings, share: float) -> Said:
    """Learn from the sources' labels as further inputs; scikit-learn's forests take the missing ones."""
    labels = case.table[case.inputs].to_numpy(dtype=np.float64)
    return _fit_forest(case, fold, np.column_stack([case.problem.X, labels]), settings, share)


def _fit_forest(case: Case, fold: Fold, X: Numbers, settings: ArchitectureSettings, share: float) -> Said:
    truth = case.problem.Y[case.problem.target].iloc[fold.told].to_numpy()
    model = _new_forest(settings, fold, share, is_class=case.is_class)
    if not case.is_class:
        return Said(model.fit(X[fold.told], truth.astype(np.float64)).predict(X[fold.test]))
    model.fit(X[fold.told], truth.astype(str))
    return Said(pd.DataFrame(model.predict_proba(X[fold.test]), columns=model.classes_))


def _new_forest(settings: ArchitectureSettings, fold: Fold, share: float, *, is_class: bool = False) -> Any:
    from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

    kind = RandomForestClassifier if is_class else RandomForestRegressor
    return kind(
        settings.n_estimators,
        max_features="sqrt" if is_class and share == A_THIRD else share,
        random_state=settings.seed + fold.repeat,
        n_jobs=settings.n_jobs,
    )


def _chain(case: Case, fold: Fold, *, settings: ArchitectureSettings, share: float) -> Said:
    """Predict the sources in their order, then the target from the inputs and those predictions."""
    from sklearn.model_selection import GroupKFold
    from sklearn.multioutput import RegressorChain

    if case.is_class:
        raise Skipped("a chain of regressors predicts no classes")
    if share != A_THIRD and case.problem.X.shape[1] > MANY_INPUTS:
        raise Skipped(f"all of more than {MANY_INPUTS} inputs per split take a chain minutes per fold")
    tasks = [*sources_of_chain(case, fold), case.problem.target]
    rows = fold.told[case.table.iloc[fold.told][tasks].notna().all(axis=1).to_numpy()]
    groups = case.problem.groups[rows].astype(str)
    if len(tasks) == 1 or len(rows) < FEWEST_ROWS or len(set(groups)) < settings.n_inner_folds:
        raise Skipped(f"fewer than {FEWEST_ROWS} rows have labels of the target and of a source")
    X, labels = case.problem.X[rows], case.table[tasks].iloc[rows].to_numpy(dtype=np.float64)
    splitter = GroupKFold(settings.n_inner_folds, shuffle=True, random_state=settings.seed)
    inner = list(splitter.split(X, labels, groups))
    model = RegressorChain(_new_forest(settings, fold, share), order=list(range(len(tasks))), cv=inner)
    return Said(model.fit(X, labels).predict(case.problem.X[fold.test])[:, -1])


def sources_of_chain(case: Case, fold: Fold) -> list[str]:
    """Sources that most of the told rows have labels of, as many as leave enough rows complete."""
    has_label = case.table.iloc[fold.told][case.inputs].notna()
    kept: list[str] = []
    for source in has_label.sum().sort_values(ascending=False, kind="stable").index:
        least = LEAST_COMPLETE["further" if kept else "first source"]
        if has_label[[*kept, source]].all(axis=1).mean() >= least:
            kept.append(source)
    return [source for source in case.inputs if source in kept]


def _catboost(case: Case, fold: Fold, *, settings: ArchitectureSettings) -> Said:
    """Learn all tasks together, labels missing anywhere."""
    if set(case.problem.kinds.values()) & {"category"}:
        raise Skipped("CatBoost learns no classes beside numbers")
    if find_spec("catboost") is None:
        raise Skipped("catboost is not installed")
    rows, labels = case.training(fold, uses_sources=True)
    scaled, middle, width = standardised(labels.to_numpy(dtype=np.float64))
    seed = settings.seed + fold.repeat
    options = {
        "iterations": settings.n_iterations,
        "learning_rate": 0.05,
        "thread_count": settings.n_jobs,
        "random_seed": seed,
        **suited(n_inputs=case.problem.X.shape[1], n_labels=len(fold.told)),
    }
    model = fit_catboost(case.problem.X[rows], scaled, options, seed)
    said = model.predict(case.problem.X[fold.test]).reshape(len(fold.test), -1)[:, 0]
    return Said(said * width[0] + middle[0])


def fit_catboost(X: Numbers, labels: Numbers, options: dict[str, Any], seed: int) -> Any:
    """Fit CatBoost on the rows in another order, should it refuse them in this one.

    CatBoost 1.2.10 takes some tables with missing labels for ones with equal labels; which, depends on
    the order of the rows alone.
    """
    from catboost import CatBoostError, CatBoostRegressor

    stream = np.random.default_rng(seed)
    for _ in range(MOST_ORDERS):
        order = stream.permutation(len(X))
        model = CatBoostRegressor(
            loss_function="MultiRMSEWithMissingValues", verbose=False, allow_writing_files=False, **options
        )
        try:
            return model.fit(X[order], labels[order])
        except CatBoostError as error:
            if "targets are equal" not in str(error):
                raise
    raise Skipped(f"CatBoost takes the labels for equal ones in {MOST_ORDERS} orders of the rows")


def suited(n_inputs: int, n_labels: int) -> dict[str, float]:
    """Return CatBoost's options for so many inputs and target labels."""
    if n_inputs > MANY_INPUTS:
        return {"depth": 4, "rsm": 0.1, "border_count": 32}
    return {"depth": 4, "rsm": 1.0} if n_labels <= FEW_LABELS else {"depth": 6, "rsm": 0.3}


def standardised(labels: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Return labels of mean 0 and variance 1 per task, the means and the deviations; NaN stays."""
    middle, width = np.nanmean(labels, axis=0), np.nanstd(labels, axis=0)
    width = np.where(width > 0, width, 1.0)
    return (labels - middle) / width, middle, width
