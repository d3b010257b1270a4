"""Barriers of NO decomposition: whether latent variables help and errors cancel in functions of steps.

Tasks are the barriers of four steps on metal surfaces (Falsig et al. 2014).  Labels of each step are
thinned out to a share that is present, in patterns that differ from step to step; surfaces, or all
surfaces of a metal, are held out together for all steps.  What becomes of the held-out predictions is
in ``no_reduction_claims.py``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from graftwood.coding.inputs import code_rows
from graftwood.data.split import chemical_system_folds, material_folds
from graftwood.studies.kept import PartOf
from graftwood.studies.names import OF_THE_PAPER, WITH_ENERGIES
from graftwood.study.candidates import Candidate, default_candidates
from graftwood.study.hold_out import Finished, Progress, Split, hold_out
from graftwood.study.labels import tell_labels

STEPS = ("NO*", "NO", "N2", "O2")
SHARED_STATE = {"NO*": "NO", "NO": "NO*"}  # one transition state: with reaction energies one tells the other
# Where the difference starts from, fixed beforehand: the step that methods of catalysis use as descriptor.
START = {"NO*": "N2", "NO": "N2", "N2": "NO*", "O2": "N2"}
ELEMENT_INPUTS = (
    "Number", "AtomicWeight", "MeltingT", "Column", "Row", "CovalentRadius", "Electronegativity",
    "NsValence", "NdValence", "NdUnfilled", "GSvolume_pa", "GSmagmom",
)  # fmt: skip
FEWEST = 4  # labels of a step that are always left, else a fold may have none to learn from
SURFACE, METAL = "surfaces", "metals"


@dataclass(frozen=True)
class NoReductionSettings:
    """Size of the study; the defaults are those of the published page.

    Attributes
    ----------
    n_estimators : int, default 50
    n_folds : dict
        Folds of each division: over surfaces, and over metals (one fold each).
    n_patterns : dict
        Patterns of missing labels, each with its own division into folds and seed.
    presence : tuple of float
        Shares of labels that are present in training.
    regimes : tuple of str
    seed : int, default 0
    n_jobs : int, default 1

    Examples
    --------
    >>> NoReductionSettings().presence
    (0.2, 0.4, 0.6, 0.8, 1.0)
    """

    n_estimators: int = 50
    n_folds: tuple[tuple[str, int], ...] = ((SURFACE, 5), (METAL, 10))
    n_patterns: tuple[tuple[str, int], ...] = ((SURFACE, 3), (METAL, 2))
    presence: tuple[float, ...] = (0.2, 0.4, 0.6, 0.8, 1.0)
    regimes: tuple[str, ...] = ("hidden", "visible")
    seed: int = 0
    n_jobs: int = 1


QUICK = NoReductionSettings(
    n_estimators=8,
    n_folds=((SURFACE, 2), (METAL, 2)),
    n_patterns=((SURFACE, 1), (METAL, 1)),
    presence=(0.6, 1.0),
)


@dataclass(frozen=True, eq=False)
class Surfaces:
    """Inputs and labels of every surface.

    Attributes
    ----------
    X : ndarray of shape (n_surfaces, n_inputs)
        Properties of the element, and a column per facet.
    barriers, energies : DataFrame of shape (n_surfaces, 4)
        eV, NaN = missing.
    surfaces, metals : ndarray of shape (n_surfaces,), str

    Examples
    --------
    >>> read_surfaces().barriers.shape
    (50, 4)
    """

    X: np.ndarray
    barriers: pd.DataFrame
    energies: pd.DataFrame
    surfaces: np.ndarray
    metals: np.ndarray


def read_surfaces() -> Surfaces:
    """Read the shipped steps and describe each surface."""
    from graftwood.datasets import load_no_steps
    from graftwood.features.elements import PROPERTIES, element_table

    table = load_no_steps().frame.pivot(index=["metal", "facet"], columns="step")
    metals, facets = (table.index.get_level_values(level).to_numpy(dtype=str) for level in ("metal", "facet"))
    names, elements = [each.name for each in PROPERTIES], element_table()
    columns = [names.index(name) for name in ELEMENT_INPUTS]
    rows = [elements.symbols.index(metal) for metal in metals]
    facet_columns = (facets[:, None] == np.unique(facets)).astype(np.float64)
    plain = {
        name: table[column][list(STEPS)].reset_index(drop=True).rename_axis(columns=None)
        for name, column in (("barriers", "activation_energy_eV"), ("energies", "reaction_energy_eV"))
    }
    return Surfaces(
        X=np.hstack([elements.values[np.ix_(rows, columns)], facet_columns]),
        surfaces=np.array([f"{metal} {facet}" for metal, facet in zip(metals, facets, strict=True)]),
        metals=metals,
        **plain,
    )


def run_folds(
    settings: NoReductionSettings, finished: Finished | None, progress: Progress | None
) -> pd.DataFrame:
    """Predict every barrier of every held-out surface.

    Returns
    -------
    DataFrame
        Columns step, subset (the division and the share present), trial, fold, row, label,
        prediction, architecture, regime.
    """
    table, parts, plan = read_surfaces(), [], list(_plan(settings))
    for done, (division, presence, trial, step) in enumerate(plan):
        subset = subset_name(division, presence)
        if progress is not None:
            progress(f"{step}, {subset}", done, len(plan))
        kept = PartOf(finished, f"{step}, {subset}").of_trial(trial)
        found = _hold_out_step(table, settings, (division, presence, trial, step), kept)
        parts.append(found.assign(step=step, subset=subset, trial=trial))
    if progress is not None:
        progress("done", len(plan), len(plan))
    columns = ["step", "subset", "trial", "fold", "row", "label", "prediction", "architecture", "regime"]
    return pd.concat(parts, ignore_index=True)[columns]


def subset_name(division: str, presence: float) -> str:
    """Name a division and a share, such as "surfaces held out, 40 % present".

    Examples
    --------
    >>> subset_name("metals", 0.4)
    'metals held out, 40 % present'
    """
    return f"{division} held out, {100 * presence:.0f} % present"


def _plan(settings: NoReductionSettings) -> Iterator[tuple[str, float, int, str]]:
    for division, n_patterns in settings.n_patterns:
        for presence in settings.presence:
            for trial in range(n_patterns):
                yield from ((division, presence, trial, step) for step in STEPS)


def _hold_out_step(
    table: Surfaces, settings: NoReductionSettings, place: tuple[str, float, int, str], kept: Any
) -> pd.DataFrame:
    division, presence, trial, step = place
    folds = fold_of_surfaces(table, division, dict(settings.n_folds)[division], settings.seed + trial)
    present = pattern(table, presence, settings.seed + trial)
    parts = []
    for fold in range(folds.max() + 1):
        for with_energies in (False, True):
            split = split_of_step(table, step, folds, present, fold, with_energies)
            if split.test(fold).size:
                candidates = candidates_for(step, settings, trial, with_energies)
                parts.append(hold_out(split, candidates, settings.regimes, finished=kept))
    return pd.concat(parts, ignore_index=True)


def fold_of_surfaces(table: Surfaces, division: str, n_folds: int, seed: int) -> np.ndarray:
    """Fold of every surface, the same for all steps."""
    every = np.ones(len(table.surfaces), dtype=bool)
    if division == SURFACE:
        return material_folds(table.surfaces, every, n_folds=n_folds, random_state=seed)
    return chemical_system_folds(table.metals, every, n_folds=n_folds, random_state=seed)


def pattern(table: Surfaces, presence: float, seed: int) -> pd.DataFrame:
    """Say of every label whether it is present; what is present at 20 % is so at 40 %."""
    kept = {}
    for number, step in enumerate(STEPS):
        labelled = np.flatnonzero(table.barriers[step].notna())
        # Raw bits are fixed for ever; a Generator's methods may change between NumPy versions.
        raw = np.random.PCG64([seed, number]).random_raw(len(labelled))
        order = labelled[np.argsort(raw, kind="stable")]
        n_kept = max(FEWEST, round(presence * len(labelled)))
        kept[step] = np.isin(np.arange(len(table.surfaces)), order[:n_kept])
    return pd.DataFrame(kept)


def split_of_step(
    table: Surfaces, step: str, folds: np.ndarray, present: pd.DataFrame, fold: int, with_energies: bool
) -> Split:
    """Rows and labels of one step and one fold: absent labels are gone, but for those to be tested."""
    frame = table.barriers.where(present)
    is_test = folds == fold
    frame.loc[is_test, step] = table.barriers.loc[is_test, step]
    frame.loc[:, step] = _with_fewest(frame[step], table.barriers[step], is_test)
    if with_energies:
        frame = pd.concat([frame, table.energies.add_prefix("energy ")], axis=1)
    labels = tell_labels(frame, "reproduce no-reduction", dict.fromkeys(frame, "real"))
    same_as = (SHARED_STATE[step],) if step in SHARED_STATE else ()
    X = code_rows(table.X, "reproduce no-reduction")
    return Split(X, labels, step, same_as, table.surfaces, np.where(is_test, fold, -1))


def _with_fewest(labels: pd.Series, every: pd.Series, is_test: np.ndarray) -> pd.Series:
    """Give back the first labels of the training surfaces until there are enough to learn from."""
    lacking = FEWEST - int(labels[~is_test].notna().sum())
    if lacking <= 0:
        return labels
    more = np.flatnonzero(~is_test & every.notna() & labels.isna())[:lacking]
    return labels.where(~np.isin(np.arange(len(labels)), more), every)


def candidates_for(
    step: str, settings: NoReductionSettings, trial: int, with_energies: bool
) -> list[Candidate]:
    """Architectures of one step; those with reaction energies have names of their own."""
    others = [each for each in STEPS if each != step]
    units = dict.fromkeys(STEPS, "eV")
    sources = [*others, *(f"energy {each}" for each in STEPS)] if with_energies else others
    found = default_candidates(
        step, sources, units=units, n_estimators=settings.n_estimators,
        random_state=settings.seed + trial, n_jobs=settings.n_jobs,
    )  # fmt: skip
    if with_energies:
        return [
            replace(each, name=f"{each.name}{WITH_ENERGIES}")
            for each in found
            if each.name in ("latent", "multi_task")
        ]
    start = f"difference:{START[step]}"
    left = [each for each in found if each.name in OF_THE_PAPER]
    return [*left, *(replace(each, name="difference") for each in found if each.name == start)]
