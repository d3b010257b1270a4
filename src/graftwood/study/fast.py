"""Compare architectures by their own out-of-bag predictions: one fit each instead of one per fold.

Of a row only those trees speak that never saw its material, so what is said of it is
leak-free; but the forests of other materials' sources did see the labels of its other tasks,
which is a leak of second order in the hidden regime.  What that amounts to is measured in
docs/decisions/014; the strict comparison is in ``compare.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import Any

import numpy as np
import pandas as pd

from graftwood.coding.kinds import NONNEGATIVE
from graftwood.errors import WrongOption
from graftwood.network.out_of_bag import Said, hearing
from graftwood.network.outlook import HIDDEN, VISIBLE
from graftwood.network.shared import shared_forests
from graftwood.study.candidates import Candidate
from graftwood.study.compare import Comparison
from graftwood.study.hold_out import Split, with_odds
from graftwood.study.labels import teachable
from graftwood.study.outline import outline
from graftwood.study.score import score

REGIMES = (HIDDEN, VISIBLE)


def compare_out_of_bag(split: Split, candidates: Sequence[Candidate]) -> Comparison:
    """Compare architectures out of bag in both regimes; spreads are not compared.

    Parameters
    ----------
    split : Split
        Its folds train nothing here; they keep the materials apart on which the best are found
        from those on which these are judged.
    candidates : sequence of Candidate

    Raises
    ------
    TooFewLabels, NoOutOfBagRows
        A task has too few labels, or a row was in every bag.
    WrongOption
        The target is nonnegative.

    Examples
    --------
    >>> from graftwood.study.candidates import default_candidates
    >>> from graftwood.study.compare import divide
    >>> from graftwood.study.labels import tell_labels
    >>> X = np.arange(60.0)[:, None]
    >>> Y = pd.DataFrame({"cheap": X[:, 0], "dear": np.where(np.arange(60) % 2, np.nan, X[:, 0] + 1)})
    >>> split = divide(X, tell_labels(Y, "Example"), target="dear", n_folds=3)
    >>> tried = default_candidates("dear", ["cheap"], n_estimators=30, random_state=0)
    >>> lines = compare_out_of_bag(split, tried).table.query("metric == 'mae' and regime == 'visible'")
    >>> errors = lines.set_index("architecture")["value"]
    >>> bool(errors["difference"] < errors["single"])
    True
    """
    if split.labels.kinds[split.target] == NONNEGATIVE:
        raise WrongOption(
            f"fast: the target {split.target} is nonnegative, and its two parts are not compared out of bag; "
            "compare in folds, fast=False."
        )
    classes = split.labels.classes.get(split.target, ())
    networks, parts = {}, []
    with shared_forests():
        for candidate in candidates:
            model, rows, said = _fit(split, candidate)
            networks[candidate.name] = outline(model)
            for regime in REGIMES:
                part = _part(split, model, rows, said[regime], classes)
                parts.append(part.assign(architecture=candidate.name, regime=regime))
    held_out = pd.concat(parts, ignore_index=True)
    table = score(held_out, split.target, {}, classes, split.labels.kinds[split.target])
    return Comparison(table, held_out, tuple(candidates), split.target, classes, networks)


def _fit(split: Split, candidate: Candidate) -> tuple[Any, np.ndarray, dict[str, np.ndarray]]:
    """Fit on all rows; return the model, its rows, and per regime what is said of them in its own scale."""
    labels = split.labels.frame.drop(columns=list(split.same_as))
    if not candidate.uses_sources:
        labels = labels[[split.target]]
    labels = teachable(labels, split.labels.classes)
    rows = np.flatnonzero(labels.notna().any(axis=1).to_numpy())
    model = candidate.for_regime(VISIBLE)
    model.set_params(kinds={task: split.labels.kinds[task] for task in labels.columns})
    weights = None if split.weights is None else split.weights[rows]
    with hearing() as heard:
        model.fit(
            split.X.rows(rows), labels.iloc[rows], groups=split.materials[rows], sample_weight=weights,
            label_std=split.errors(rows, labels.iloc[rows]),
        )  # fmt: skip
    data, trained = heard[-1]
    hidden = trained.hidden(data, split.target)
    said = {HIDDEN: _in_place(data, [hidden]), VISIBLE: _in_place(data, [hidden])}
    if trained.network.upstream(split.target):
        # A row of which nothing is known is predicted as in the hidden regime.
        said[VISIBLE] = _in_place(data, [hidden, trained.visible(data, split.target, hidden)])
    return model, rows, said


def _in_place(data: Any, parts: list[Said]) -> np.ndarray:
    """Put what is said of some rows where they stand in the table, the later part over the earlier."""
    center = np.full((data.n_given, *parts[0].center.shape[1:]), np.nan)
    for part in parts:
        center[data.given_rows[part.rows]] = part.center
    return center


def _part(
    split: Split, model: Any, rows: np.ndarray, center: np.ndarray, classes: Sequence[Any]
) -> pd.DataFrame:
    """Held-out rows of one architecture and regime, as a comparison has them."""
    asked = copy(model)
    asked._oob = {split.target: center}
    is_tested = ~np.isnan(center.reshape(len(center), -1)[:, 0]) & (split.folds[rows] >= 0)
    test = rows[is_tested]
    part = pd.DataFrame(
        {
            "row": test,
            "material": split.materials[test],
            "fold": split.folds[test],
            "is_known": split.known(test).notna().any(axis=1).to_numpy(),
            "label": split.labels.frame[split.target].to_numpy()[test],
            "prediction": _predicted(asked, split.target)[is_tested],
            **dict.fromkeys(("spread", "low", "high"), np.nan),
        }
    )
    if not classes:
        return part.assign(loss=(part["label"] - part["prediction"]).abs())
    return with_odds(part, asked.oob_proba(split.target)[is_tested], model.classes_, classes)


def _predicted(model: Any, target: str) -> np.ndarray:
    said = model.oob_prediction_
    return np.asarray(said[target] if isinstance(said, pd.DataFrame) else said)
