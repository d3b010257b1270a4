"""Fit what a selector chose in each regime on all rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graftwood.architectures.base import Architecture
from graftwood.network.apart import labels_apart_are_told
from graftwood.network.outlook import HIDDEN, VISIBLE
from graftwood.network.shared import shared_forests
from graftwood.study.blending import blend_of
from graftwood.study.candidates import Candidate
from graftwood.study.labels import Labels


def fit_winners(
    weights: Mapping[str, Mapping[str, float]],
    candidates: Mapping[str, Candidate],
    X: Any,
    labels: Labels,
    target: str,
    *,
    groups: Any = None,
    sample_weight: Any = None,
    label_std: Any = None,
) -> dict[str, Architecture]:
    """Fit each winner once; one that serves both regimes holds both second stages.

    Parameters
    ----------
    weights : mapping
        Regime -> candidate -> weight, of sum 1.
    candidates : mapping of str to Candidate
        By name, at full size.
    X : array or DataFrame of shape (n_rows, n_inputs)
    labels : Labels
        Of the target and its sources.
    target : str
        Winners without sources see its labels alone.
    groups, sample_weight : array of shape (n_rows,), optional
    label_std : DataFrame, optional
        Columns as those of the labels.

    Returns
    -------
    dict of regime to fitted architecture

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from graftwood import SingleTask
    >>> from graftwood.study.labels import tell_labels
    >>> labels = tell_labels(pd.DataFrame({"gap": np.arange(40.0)}), "Example")
    >>> alone = {"single": Candidate("single", SingleTask("gap", n_estimators=5), False)}
    >>> weights = dict.fromkeys(("hidden", "visible"), {"single": 1.0})
    >>> models = fit_winners(weights, alone, np.arange(40.0)[:, None], labels, "gap")
    >>> models["hidden"] is models["visible"]
    True
    """
    fitted: dict[str, Architecture] = {}
    names: dict[str, str] = {}
    with shared_forests(), labels_apart_are_told():
        for regime in (VISIBLE, HIDDEN):
            winner = blend_of(weights[regime], candidates, regime)
            names[regime] = winner.name
            if winner.name not in fitted:
                frame = labels.frame if winner.uses_sources else labels.frame[[target]]
                model = winner.for_regime(regime)
                model.set_params(kinds={task: labels.kinds[task] for task in frame.columns})
                errors = None if label_std is None else label_std[list(frame.columns)].where(frame.notna())
                fitted[winner.name] = model.fit(X, frame, groups, sample_weight, errors)
    return {regime: fitted[names[regime]] for regime in (HIDDEN, VISIBLE)}
