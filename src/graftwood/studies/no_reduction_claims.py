"""What the held-out barriers say: errors of steps and of functions of steps, and the claims."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from graftwood.studies.claims import claims_of, judge
from graftwood.studies.fold_scores import KEYS, comparison_table, mae, paired_values, rmse, score_folds
from graftwood.studies.names import in_a_sentence
from graftwood.studies.no_reduction import SHARED_STATE, STEPS, NoReductionSettings, subset_name
from graftwood.studies.records import Claim

ALL, PAIRS, LARGEST = "all steps", "differences of steps", "largest barrier"
EXPECTED = "rmse_if_independent"
IN_CYCLE = ("NO*", "N2", "O2")  # NO shares its transition state with NO*
N_PERMUTATIONS = 100


def score_steps(held_out: pd.DataFrame, seed: int = 0) -> pd.DataFrame:
    """Score every step, all steps together, differences of two steps and the largest barrier.

    Parameters
    ----------
    held_out : DataFrame
        As `graftwood.studies.no_reduction.run_folds` returns it.
    seed : int, default 0
        Of the permutations that the expected error of the largest barrier is taken from.

    Returns
    -------
    DataFrame
        As `graftwood.studies.fold_scores.score_folds`; the metric ``rmse_if_independent`` is what a
        function's error would be if the steps' errors had nothing in common.
    """
    measures = {"rmse": rmse, "mae": mae}
    steps = score_folds(held_out.assign(task="barrier " + held_out["step"]), measures)
    together = score_folds(held_out.assign(task=ALL), measures)
    wide = held_out.pivot_table(
        index=[*KEYS[1:], "row"], columns="step", values=["label", "prediction"], sort=False
    )
    wide = wide.reindex(columns=pd.MultiIndex.from_product([["label", "prediction"], STEPS]))
    return pd.concat([steps, together, _differences(wide), _largest(wide, seed)], ignore_index=True)


def _differences(wide: pd.DataFrame) -> pd.DataFrame:
    errors = wide["prediction"] - wide["label"]
    lines = []
    place: Any
    for place, part in errors.groupby(level=KEYS[1:], sort=False):
        of_difference, alone, n = [], [], 0
        for one, other in combinations(STEPS, 2):
            if SHARED_STATE.get(one) == other:
                continue  # their difference is known from reaction energies
            both = part[[one, other]].dropna()
            of_difference.append(((both[one] - both[other]) ** 2).to_numpy())
            alone.append((both[one] ** 2 + both[other] ** 2).to_numpy())
            n += len(both)
        if n:
            found = {"rmse": of_difference, EXPECTED: alone}
            lines += [
                _line(PAIRS, place, metric, float(np.sqrt(np.concatenate(squares).mean())), n)
                for metric, squares in found.items()
            ]
    return pd.DataFrame(lines)


def _largest(wide: pd.DataFrame, seed: int) -> pd.DataFrame:
    """The largest barrier of the cycle, where all three are labelled."""
    columns = list(IN_CYCLE)
    whole = wide[wide["label"][columns].notna().to_numpy().all(axis=1)]
    lines = []
    place: Any
    for place, trial in whole.groupby(level=KEYS[1:-1], sort=False):
        labels = trial["label"][columns].to_numpy()
        errors = trial["prediction"][columns].to_numpy() - labels
        actual = _squares(labels, errors)
        expected = np.mean([_squares(labels, mixed) for mixed in _mixed(errors, seed)], axis=0)
        folds = trial.index.get_level_values("fold").to_numpy()
        for fold in np.unique(folds):
            here = folds == fold
            for metric, squares in (("rmse", actual), (EXPECTED, expected)):
                value = float(np.sqrt(squares[here].mean()))
                lines.append(_line(LARGEST, (*place, fold), metric, value, int(here.sum())))
    return pd.DataFrame(lines)


def _squares(labels: np.ndarray, errors: np.ndarray) -> np.ndarray:
    return ((labels + errors).max(axis=1) - labels.max(axis=1)) ** 2


def _mixed(errors: np.ndarray, seed: int) -> list[np.ndarray]:
    """Errors dealt to other surfaces, step by step on its own, which cuts what they have in common."""
    stream = np.random.default_rng(seed)
    return [stream.permuted(errors, axis=0) for _ in range(N_PERMUTATIONS)]


def _line(task: str, place: tuple[Any, ...], metric: str, value: float, n: int) -> dict[str, Any]:
    return {"task": task, **dict(zip(KEYS[1:], place, strict=True)), "metric": metric, "value": value, "n": n}


def folds_of(settings: NoReductionSettings) -> dict[str, int]:
    """Folds of one trial of each subset."""
    return {
        subset_name(division, presence): n_folds
        for division, n_folds in settings.n_folds
        for presence in settings.presence
    }


def compare_steps(scores: pd.DataFrame, settings: NoReductionSettings) -> pd.DataFrame:
    """Return ``comparison.csv``."""
    return comparison_table(scores, folds_of(settings))


def judge_steps(scores: pd.DataFrame, settings: NoReductionSettings) -> list[Claim]:
    """Judge whether latent variables are most accurate, and whether errors cancel."""
    claims = []
    for division, n_folds in settings.n_folds:
        for presence in (settings.presence[0], settings.presence[-1]):
            subset = subset_name(division, presence)
            here = scores[scores["subset"] == subset]
            steps = here[here["task"] == ALL]
            rivals = [name for name in steps["architecture"].unique() if "energies" not in name]
            for regime in settings.regimes:
                where = f"{_capital(subset)}, other steps {regime}"
                claims += claims_of(steps, "latent", "rmse", where, regime, n_folds, "eV", rivals)
            claims += _cancellation(here[here["regime"] == "hidden"], _capital(subset), n_folds)
    return claims + _energies(scores[scores["task"] == ALL], settings)


def _cancellation(scores: pd.DataFrame, where: str, n_folds: int) -> list[Claim]:
    claims = []
    for task in (PAIRS, LARGEST):
        here = scores[scores["task"] == task]
        for name in ("latent", "single"):
            text = f"{where}: errors of the {in_a_sentence(name)} cancel in {task}"
            pair = _over_expected(here[here["architecture"] == name])
            claims.append(judge(text, pair, "rmse over that of independent errors", n_folds, more=False))
        pair = paired_values(here, "rmse", {"architecture": "latent"}, {"architecture": "single"})
        text = f"{where}, other steps hidden: latent variable beats the single task in {task}"
        claims.append(judge(text, pair, "rmse", n_folds, "eV"))
    return claims


def _over_expected(mine: pd.DataFrame) -> np.ndarray:
    """Pair the error over the expected one with 1: folds differ in their errors by several times."""
    by_metric = mine.pivot(index=["trial", "fold"], columns="metric", values="value")
    ratio = (by_metric["rmse"] / by_metric[EXPECTED]).dropna().to_numpy(dtype=np.float64)
    return np.column_stack([ratio, np.ones(len(ratio))])


def _energies(scores: pd.DataFrame, settings: NoReductionSettings) -> list[Claim]:
    """Judge reaction energies as further latents."""
    claims = []
    for division, n_folds in settings.n_folds:
        subset = subset_name(division, settings.presence[-1])
        for regime in settings.regimes:
            here = scores[(scores["subset"] == subset) & (scores["regime"] == regime)]
            one, other = {"architecture": "latent_with_energies"}, {"architecture": "latent"}
            text = f"{_capital(subset)}, other labels {regime}: reaction energies improve the latent variable"
            pair = paired_values(here, "rmse", one, other)
            claims.append(judge(text, pair, "rmse", n_folds, "eV"))
    return claims


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
