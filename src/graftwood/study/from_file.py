"""A study file as a study: which columns are inputs, which tasks there are, what is asked."""

from __future__ import annotations

from typing import Any

import pandas as pd

from graftwood.features.table import TableFeatures
from graftwood.reading import StudyData
from graftwood.study.graph_of import graph_of
from graftwood.study.run import Study


def study_from(data: StudyData, **options: Any) -> Study:
    """Make the study that a file describes.

    Parameters
    ----------
    data : StudyData
    **options
        Of `Study`: ``n_folds``, ``n_estimators_compared``, ``random_state``, ``n_jobs`` ...

    Examples
    --------
    ``study_from(read_study("study.toml"), n_estimators=200)``
    """
    target = data.said.study.target
    n_sources = len(data.said.tasks) - 1
    question = (
        f"Do the other sources help to predict {target}?" if n_sources else f"How well is {target} predicted?"
    )
    return Study(
        title=data.said.study.title or question,
        table=data.table,
        target=target,
        candidates=pd.DataFrame({name: pd.Series(dtype=object) for name in data.inputs}),
        features=features_of(data),
        graph=graph_of(data.said.graph, target, data.path) if data.said.graph else None,
        **options,
    )


def features_of(data: StudyData) -> TableFeatures:
    """How the study's input columns become a model's inputs."""
    named: dict[str, list[str]] = {"composition": [], "number": [], "category": []}
    for name, told in data.inputs.items():
        named[told.kind].append(name)
    units = {name: told.unit for name, told in data.inputs.items() if told.unit}
    return TableFeatures(
        formulas=named["composition"], numbers=named["number"], categories=named["category"],
        units=units, on_problem="nan",
    )  # fmt: skip
