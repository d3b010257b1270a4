"""Claims of the band-gap study: whether the difference is most accurate, and what the pool gains."""

from __future__ import annotations

import pandas as pd

from graftwood.studies.band_gap import ALL, MATBENCH, NON_METALS, OPTICAL, SYSTEMS, PartSettings
from graftwood.studies.claims import claims_of
from graftwood.studies.names import BLEND, BLEND_ALL
from graftwood.studies.records import Claim

FORESTS = ("single", "self_difference", "self_latent", "difference", "latent", "multi_task")


def judge_parts(scores: pd.DataFrame, settings: PartSettings) -> list[Claim]:
    """Judge in each part and regime whether the difference beats the single task, controls and others."""
    claims = []
    for part, subset in ((MATBENCH, ALL), (MATBENCH, NON_METALS), (SYSTEMS, ALL), (OPTICAL, ALL)):
        here = scores[(scores["task"] == part) & (scores["subset"] == subset)]
        for regime in settings.regimes:
            named = part if subset == ALL else f"{part}, {subset}"
            where = f"{named}, calculated gaps {regime}"
            claims += claims_of(here, "difference", "mae", where, regime, settings.n_folds, "eV")
    return claims


def judge_race(scores: pd.DataFrame, n_folds: int) -> list[Claim]:
    """Judge the difference with zeros as a class, and the pool against its best member."""
    claims = []
    here = scores[scores["subset"] == ALL]
    for regime in here["regime"].unique():
        where = f"Matbench folds, zeros as a class, calculated gaps {regime}"
        claims += claims_of(here, "difference", "mae", where, regime, n_folds, "eV", FORESTS)
    names = [name for name in here["architecture"].unique() if name not in (BLEND, BLEND_ALL)]
    for regime in here["regime"].unique():
        where = f"Race, calculated gaps {regime}"
        claims += claims_of(here, BLEND, "mae", where, regime, n_folds, "eV", names)
    return claims
