"""Everything that the commands import, loaded and compiled once, for runs that are forked from it."""

import importlib

import numpy as np

from graftwood import MultiTaskForest
from graftwood.cli.main import app

__all__ = ["app"]

for name in (
    "graftwood.cli.comparing", "graftwood.cli.comparison_files", "graftwood.cli.results", "graftwood.report",
    "graftwood.study.from_file", "graftwood.study.steps", "graftwood.store.save", "graftwood.store.load",
    "graftwood.reading", "graftwood.screening.predictor", "graftwood.screening.writers",
):  # fmt: skip
    importlib.import_module(name)
MultiTaskForest(n_estimators=2, random_state=0).fit(np.arange(20.0)[:, None], np.arange(20.0))
