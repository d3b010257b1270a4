"""Write golden_v1.graft and what the model in it said on the day it was made.

Run once per schema, `python -m tests.store.make_golden`, and never again: files of a
released schema must load for ever.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from graftwood import CompositionFeatures, LatentVariable, MultiTaskForest, save_model

FOLDER = Path(__file__).parent
MODEL, SAID = FOLDER / "golden_v1.graft", FOLDER / "golden_v1.json"
N_ROWS, N_SHOWN = 36, 8


def golden_table() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Inputs with a category and holes, and two tasks of one of which most labels are missing."""
    rng = np.random.default_rng(11)
    X = pd.DataFrame({"mass": rng.normal(size=N_ROWS), "lattice": rng.choice(["cubic", "trigonal"], N_ROWS)})
    X.loc[::5, "mass"] = np.nan
    X.loc[::9, "lattice"] = None
    dft = X["mass"].fillna(0.5) + (X["lattice"] == "cubic")
    experiment = (1.5 * dft).where(np.arange(N_ROWS) % 3 == 0)
    return X, pd.DataFrame({"gap_exp": experiment, "gap_dft": dft})


def golden_questions() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows to predict, and what is known of some."""
    X, Y = golden_table()
    known = Y[["gap_dft"]].head(N_SHOWN).copy()
    known.iloc[::2] = np.nan
    return X.head(N_SHOWN), known


def everything(model: Any) -> dict[str, list[float]]:
    """What the model says of the questions, by name."""
    X, known = golden_questions()
    said: dict[str, list[float]] = {}
    for regime, labels in (("hidden", None), ("known", known)):
        for task, answers in model.predict_tasks(X, known=labels).items():
            said |= {f"{regime} {task} {name}": list(map(float, each)) for name, each in answers.items()}
    return said


def main() -> None:
    """Fit, save, and write down what is said."""
    base = MultiTaskForest(max_depth=4, max_features=1.0)
    model = LatentVariable(
        "gap_exp", ["gap_dft"], n_estimators=6, base=base, units={"gap_exp": "eV"}, random_state=5
    )
    model.fit(*golden_table())
    save_model(
        model,
        MODEL,
        study={"fingerprint": "0123456789abcdef"},
        metrics={"mae": 0.25, "none of this": float("nan")},
        inputs=CompositionFeatures(column="composition", magpie=False),
        created=datetime(2024, 2, 29, 12, 30, tzinfo=UTC),
    )
    SAID.write_text(json.dumps(everything(model), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
