"""Small tables with a planted truth, for the tests of studies, of the command line and of bad input."""

from dataclasses import replace

import numpy as np
import pandas as pd

from graftwood.data import Table, Task
from graftwood.features import CompositionFeatures
from graftwood.study.run import Study

N_ROWS = 60
TARGET, SOURCE, REPEAT = "gap_exp", "gap_dft", "gap_other_lab"
CATIONS = ["Li", "Na", "K", "Rb", "Be", "Mg", "Ca", "Sr", "Ba", "Zn", "Cd", "Hg"]
ANIONS = ["O", "S", "Se", "Te"]


def labels_of(n_rows: int = N_ROWS, seed: int = 0) -> tuple[pd.DataFrame, pd.DataFrame, np.ndarray]:
    """Inputs, labels of target and source, and materials of one to three rows each.

    The source follows the inputs with a bend of its own per material; the target is the
    source plus one, and labelled in two thirds of the rows.
    """
    rng = np.random.default_rng(seed)
    materials = np.array([f"m{number:03d}" for number in np.sort(rng.integers(0, n_rows // 2, n_rows))])
    X = pd.DataFrame(rng.normal(size=(n_rows, 3)), columns=["a", "b", "c"])
    own = dict(zip(np.unique(materials), rng.normal(size=len(np.unique(materials))), strict=True))
    source = X["a"] + np.array([own[material] for material in materials])
    target = (source + 1.0 + rng.normal(size=n_rows) / 20).mask(np.arange(n_rows) % 3 == 2)
    return X, pd.DataFrame({TARGET: target, SOURCE: source}), materials


def small_table(seed: int = 0) -> Table:
    """48 real formulas: a calculated label for all, a measured one (one higher) for two thirds."""
    rng = np.random.default_rng(seed)
    formulas = [cation + anion for cation in CATIONS for anion in ANIONS]
    dft = 2.0 + rng.normal(size=len(formulas))
    measured = np.where(np.arange(len(formulas)) % 3 == 2, np.nan, dft + 1.0 + rng.normal(size=48) / 50)
    return Table(
        inputs=pd.DataFrame({"formula": formulas}),
        labels=pd.DataFrame({SOURCE: dft, TARGET: measured}),
        materials=np.array(formulas),
        tasks=(Task(SOURCE, unit="eV"), Task(TARGET, unit="eV")),
    )


def candidates() -> pd.DataFrame:
    """Four rows to predict: two with a known source label, one that cannot be read."""
    return pd.DataFrame(
        {"formula": ["GaN", "ZnO", "Xx2O3", "AlAs"], SOURCE: [1.7, np.nan, 1.0, 1.5]}, index=[7, 3, 3, 1]
    )


def small_study(**changes) -> Study:
    """A study that takes about a second."""
    study = Study(
        title="Does the calculated gap help?",
        table=small_table(),
        target=TARGET,
        candidates=candidates(),
        features=CompositionFeatures(magpie=False, on_problem="nan"),
        n_folds=2,
        n_estimators_compared=6,
        n_estimators=8,
        n_jobs=1,
    )
    return replace(study, **changes)
