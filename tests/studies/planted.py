"""Small tables with a known truth for the studies."""

import numpy as np
import pandas as pd

from graftwood.studies.gap_table import GapTable


def planted_gaps(n_measured: int = 60, n_more: int = 20, seed: int = 0) -> GapTable:
    """Gaps that are zero for half of the materials, and calculated ones half an eV lower."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n_measured + n_more, 3))
    gap = np.where(X[:, 0] > 0, 2 + X[:, 1] ** 2, 0.0)
    Y = pd.DataFrame({"gap_exp": gap, "gap_mp": np.maximum(gap - 0.5, 0)})
    Y.loc[n_measured:, "gap_exp"] = np.nan
    keys = np.array([f"material {row}" for row in range(len(Y))])
    return GapTable(X, Y, keys, np.array([f"system {row % 7}" for row in range(len(Y))]), n_measured)


def held_out_steps(errors: dict[str, list[float]]) -> pd.DataFrame:
    """Held-out barriers of a step each with the errors given, two surfaces to a fold."""
    parts = []
    for step, values in errors.items():
        n = len(values)
        part = pd.DataFrame(
            {"label": np.arange(n, dtype=float), "row": np.arange(n), "fold": np.arange(n) // 2}
        )
        parts.append(part.assign(step=step, prediction=part["label"] + values))
    found = pd.concat(parts, ignore_index=True)
    return found.assign(subset="surfaces", architecture="single", regime="hidden", trial=0)
