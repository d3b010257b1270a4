"""What a selector knows before it fits: tried or not tried, chosen how, and why not where it could not be.

The choice follows ``study/verdict.py``; here is what happens where labels are too few to judge.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from graftwood.errors import NoOutOfBagRows, TooFewLabels
from graftwood.network.outlook import HIDDEN, VISIBLE
from graftwood.study.blending import blend_name, choose_blend
from graftwood.study.candidates import Candidate
from graftwood.study.compare import Comparison, compare_split
from graftwood.study.hold_out import Split
from graftwood.study.labels import Labels
from graftwood.study.records import Verdict
from graftwood.study.verdict import choose, judge_cross_fitted, losses

LEAST_PER_FOLD = 4  # labelled materials; with fewer a fold's mean error is mostly chance


@dataclass(eq=False)
class Judgement:
    """What is chosen in each regime, and on what grounds.

    Attributes
    ----------
    weights : dict of regime to dict
        Candidate -> weight in what is chosen, of sum 1; most often one has it all.
    verdicts : dict of regime to Verdict
    fallback : dict of regime to str
        Why nothing could be judged there.
    comparison : Comparison or None
        None where no candidate could be tested.

    Examples
    --------
    >>> Judgement(weights={"hidden": {"single": 1.0}}).best
    {'hidden': 'single'}
    """

    weights: dict[str, dict[str, float]] = field(default_factory=dict)
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    fallback: dict[str, str] = field(default_factory=dict)
    comparison: Comparison | None = None

    @property
    def best(self) -> dict[str, str]:
        """Regime -> name of what is chosen."""
        return {regime: blend_name(weights) for regime, weights in self.weights.items()}


def useful_sources(
    labels: Labels, materials: np.ndarray, sources: Sequence[str], least: int
) -> tuple[list[str], dict[str, str]]:
    """Sort out the sources that folds would leave too few labels, each with its reason.

    Parameters
    ----------
    labels : Labels
    materials : ndarray of shape (n_rows,)
    sources : sequence of str
    least : int
        Labelled materials that a source needs, of two classes at least for a category.

    Returns
    -------
    useful : list of str
    left_out : dict of source to reason
    """
    useful, left_out = [], {}
    for source in sources:
        n_materials = count_materials(labels, materials, source)
        counts = labels.frame[source].value_counts()
        if n_materials < least:
            left_out[source] = f"{n_materials} labelled materials, {least} are needed"
        elif source in labels.classes and (counts >= least // 2).sum() < 2:
            left_out[source] = f"fewer than two classes with {least // 2} labels"
        else:
            useful.append(source)
    return useful, left_out


def count_materials(labels: Labels, materials: np.ndarray, task: str) -> int:
    """Count the materials with a label of a task."""
    return len(np.unique(materials[labels.frame[task].notna().to_numpy()]))


def judge_all(
    split: Split | None,
    candidates: Sequence[Candidate],
    n_materials: int,
    n_folds: int,
    unit: str,
    compare: Callable[[Split, Sequence[Candidate]], Comparison] = compare_split,
    *,
    blends: bool = False,
) -> Judgement:
    """Compare the candidates and choose in both regimes.

    Parameters
    ----------
    split : Split or None
        None where there are fewer materials than folds.
    candidates : sequence of Candidate
        With small forests where they are fitted fold by fold.
    n_materials : int
        Materials with a label of the target.
    n_folds : int
    unit : str
        Of the target; not used for a category.
    compare : callable, default `compare_split`
        How candidates are compared.
    blends : bool, default False
        Whether a blend may be chosen.
    """
    plainest = {candidates[0].name: 1.0}
    found = Judgement()
    if split is None or n_materials < LEAST_PER_FOLD * n_folds:
        reason = (
            f"{n_materials} materials have a label of the target and {LEAST_PER_FOLD * n_folds} are needed "
            f"for {n_folds} folds"
        )
        return _fall_back(found, (HIDDEN, VISIBLE), plainest, reason, n_materials)
    try:
        found.comparison = compare(split, candidates)
    except (TooFewLabels, NoOutOfBagRows) as error:
        return _fall_back(
            found, (HIDDEN, VISIBLE), plainest, f"a fold cannot be tested ({error})", n_materials
        )
    unit = "in Brier score" if found.comparison.classes else unit
    _choose(found, HIDDEN, unit, blends=blends)
    _choose_visible(found, unit, n_folds, blends)
    return found


def _choose_visible(found: Judgement, unit: str, n_folds: int, blends: bool) -> None:
    """Choose on the rows of which something is known; the others are the hidden regime's."""
    if not any(candidate.uses_sources for candidate in _tried(found)):
        found.weights[VISIBLE] = found.weights[HIDDEN]
        return
    _, folds = losses(_comparison(found), VISIBLE, only_known=True)
    sizes = np.bincount(folds, minlength=n_folds) if len(folds) else np.zeros(n_folds)
    if len(sizes) < n_folds or sizes.min() < LEAST_PER_FOLD:
        reason = (
            f"{len(folds)} materials with a label of the target have another label too, and every one of "
            f"{n_folds} folds needs {LEAST_PER_FOLD}"
        )
        _fall_back(found, (VISIBLE,), found.weights[HIDDEN], reason, len(folds))
        return
    _choose(found, VISIBLE, unit, only_known=True, blends=blends)


def _choose(found: Judgement, regime: str, unit: str, *, only_known: bool = False, blends: bool) -> None:
    """Judge the sources, and choose; nothing with sources where they harm."""
    comparison = _comparison(found)
    verdict = judge_cross_fitted(comparison, regime, unit, only_known)
    if verdict is not None:
        found.verdicts[regime] = verdict
    harms = verdict is not None and verdict.kind == "harms"
    allowed = {candidate.name for candidate in _tried(found) if not (harms and candidate.uses_sources)}
    can_be_blended = {c.name for c in _tried(found) if getattr(c.estimator, "can_be_nested", False)}
    if blends and allowed & can_be_blended:
        found.weights[regime] = choose_blend(comparison, regime, only_known, allowed & can_be_blended)
        return
    chosen = choose(comparison, regime, only_known)
    if chosen not in allowed and verdict is not None:
        chosen = verdict.best_without
    found.weights[regime] = {chosen: 1.0}


def _fall_back(
    found: Judgement, regimes: Sequence[str], weights: dict[str, float], reason: str, n_materials: int
) -> Judgement:
    nan, name = float("nan"), blend_name(weights)
    for regime in regimes:
        found.weights[regime] = weights
        found.fallback[regime] = reason
        found.verdicts[regime] = Verdict(
            regime, "undecided", "", name, nan, nan, nan, nan, 0.95, n_materials, ""
        )
    return found


def _comparison(found: Judgement) -> Any:
    return found.comparison


def _tried(found: Judgement) -> tuple[Candidate, ...]:
    return tuple(_comparison(found).candidates)
