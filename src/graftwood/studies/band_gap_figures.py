"""Figures of the band-gap study."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from graftwood.studies.band_gap import ALL, MATBENCH, NON_METALS, OPTICAL, SYSTEMS
from graftwood.studies.band_gap_tables import RACE
from graftwood.studies.figure import Panel, Points, draw_curves, draw_dots

KNOWN_WORDS = {"hidden": "nothing known of the material", "visible": "its calculated gaps known"}
MEANING = (KNOWN_WORDS["hidden"], KNOWN_WORDS["visible"])
BARS = "mean absolute error (eV); bars: one standard error"


def draw_architectures(comparison: pd.DataFrame, path: Path) -> None:
    """Draw the error of every architecture in each part, in both regimes."""
    places = ((MATBENCH, ALL), (MATBENCH, NON_METALS), (SYSTEMS, ALL), (OPTICAL, ALL))
    panels = [_panel(comparison, part, subset) for part, subset in places]
    panels = [panel for panel in panels if panel.points]
    draw_dots(panels, path, BARS, meaning=MEANING)


def draw_race(comparison: pd.DataFrame, path: Path) -> None:
    """Draw the error of every candidate and of the pools, on all materials and on non-metals."""
    draw_dots([_panel(comparison, RACE, subset) for subset in (ALL, NON_METALS)], path, BARS, meaning=MEANING)


def _panel(comparison: pd.DataFrame, task: str, subset: str) -> Panel:
    here: Any = comparison[
        (comparison["task"] == task) & (comparison["subset"] == subset) & (comparison["metric"] == "mae")
    ]
    points = [
        Points(
            str(line.architecture), (float(line.value),), (), (float(line.standard_error),),
            is_filled=line.regime == "hidden",
        )
        for line in here.itertuples()
    ]  # fmt: skip
    return Panel(f"{task}, {subset}", points)


def draw_learning_curve(comparison: pd.DataFrame, regimes: Sequence[str], path: Path) -> None:
    """Draw the error against the number of the target's labels."""
    here = comparison[(comparison["task"] == f"{MATBENCH}, learning curve") & (comparison["metric"] == "mae")]
    here = here.assign(n=here["subset"].str.split().str[0].astype(int)).sort_values("n")
    panels = []
    for regime in regimes:
        points = []
        for name in dict.fromkeys(here["architecture"]):
            mine = here[(here["architecture"] == name) & (here["regime"] == regime)]
            if len(mine) > 1:
                lists = (mine[column].tolist() for column in ("n", "value", "standard_error"))
                points.append(Points(str(name), *lists))
        panels.append(Panel(KNOWN_WORDS[regime], points))
    draw_curves(panels, path, "measured gaps in training", "mean absolute error (eV)", is_log=True)
