"""What held-out materials tell of a category: which class is taken for which, and how sure it was.

Computed from the held-out rows themselves; drawing is left to ``class_plots.py``.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from graftwood.report.comparison import find_row
from graftwood.report.numbers import plain
from graftwood.report.words import architecture_words, regime_words
from graftwood.study.records import StudyRecords

Summary = dict[str, Any]

PREFIX = "probability_"
N_MISSES = 7
N_BINS = 10
LEAST = 5  # materials in a bin; of fewer a share says little


def class_names(records: StudyRecords) -> list[str]:
    """Return the target's classes as texts; none where it is no category.

    Parameters
    ----------
    records : StudyRecords
    """
    columns = [str(column) for column in records.held_out.columns]
    return [column.removeprefix(PREFIX) for column in columns if column.startswith(PREFIX)]


def confusion_summary(records: StudyRecords, comparison: Summary) -> list[Summary]:
    """Return, per regime, which class the best architecture took for which.

    Parameters
    ----------
    records : StudyRecords
        The finished study of a category.
    comparison : dict
        The summary's comparison, whose accuracy and F1 are repeated here.

    Returns
    -------
    list of dict
        regime, architecture, classes, counts (rows: label, columns: prediction), of each class
        n, found (recall) and right (precision), n, accuracy, f1, misses (surest first).
    """
    parts = []
    for regime in comparison["regimes"]:
        architecture = records.best.get(regime["key"], "")
        rows = _rows(records, architecture, regime["key"])
        if not len(rows):
            continue
        row = find_row(comparison, architecture, regime["key"]) or {}
        parts.append(
            {
                "regime": regime["key"],
                "regime_name": regime["name"],
                "architecture": architecture,
                "architecture_label": architecture_words(architecture).label,
                "n": len(rows),
                "accuracy": row.get("accuracy", {}).get("value"),
                "f1": row.get("f1_weighted", {}).get("value"),
                **_confusion(rows, class_names(records)),
                "misses": _misses(rows),
            }
        )
    return parts


def reliability_summary(records: StudyRecords, comparison: Summary) -> list[Summary]:
    """Return, per regime, how often the predicted class was right among those equally sure.

    Parameters
    ----------
    records : StudyRecords
    comparison : dict
        For the order of architectures.

    Returns
    -------
    list of dict
        regime, curves (architecture, sure, right, n_in_bin, is_best, mean_sure, accuracy), and of the
        best architecture a judgement: mean probability of the predicted class against the share
        of right ones, "too sure" or "too unsure" beyond two standard errors.
    """
    parts = []
    for regime in comparison["regimes"]:
        curves = [_curve(records, a["key"], regime["key"]) for a in comparison["architectures"]]
        curves = [curve for curve in curves if curve["n"]]
        best = next((curve for curve in curves if curve["is_best"]), None)
        if curves:
            part = {"regime": regime["key"], "regime_name": regime["name"], "curves": curves}
            parts.append({**part, "best": None if best is None else _judge(best, regime["key"])})
    return parts


def _rows(records: StudyRecords, architecture: str, regime: str) -> pd.DataFrame:
    """Held-out rows with labels and predictions as texts, and the probability of the predicted class."""
    held_out = records.held_out
    chosen = held_out[(held_out["architecture"] == architecture) & (held_out["regime"] == regime)]
    chosen = chosen[chosen["label"].notna() & chosen["prediction"].notna()]
    names = class_names(records)
    odds = chosen[[f"{PREFIX}{name}" for name in names]].to_numpy(dtype=float)
    return pd.DataFrame(
        {
            "formula": chosen["formula"].astype(str).to_numpy(),
            "label": [str(label) for label in chosen["label"]],
            "prediction": [str(said) for said in chosen["prediction"]],
            "sure": odds.max(axis=1) if len(chosen) else [],
        }
    )


def _confusion(rows: pd.DataFrame, classes: list[str]) -> Summary:
    table = pd.crosstab(rows["label"], rows["prediction"])
    counts = table.reindex(index=classes, columns=classes, fill_value=0).to_numpy()
    of_label, of_prediction, right = counts.sum(axis=1), counts.sum(axis=0), np.diag(counts)
    return {
        "classes": classes,
        "counts": counts.tolist(),
        "of_class": [
            {
                "name": name,
                "n": int(of_label[i]),
                "found": float(right[i] / of_label[i]) if of_label[i] else None,
                "right": float(right[i] / of_prediction[i]) if of_prediction[i] else None,
            }
            for i, name in enumerate(classes)
        ],
    }


def _misses(rows: pd.DataFrame) -> list[Summary]:
    wrong = rows[rows["label"] != rows["prediction"]]
    worst = wrong.iloc[np.argsort(-wrong["sure"].to_numpy(dtype=float), kind="stable")[:N_MISSES]]
    return [
        {
            "formula": row["formula"],
            "label": row["label"],
            "prediction": row["prediction"],
            "sure": plain(row["sure"]),
        }
        for _, row in worst.iterrows()
    ]


def _curve(records: StudyRecords, architecture: str, regime: str) -> Summary:
    rows = _rows(records, architecture, regime)
    sure = rows["sure"].to_numpy(dtype=float)
    right = (rows["label"] == rows["prediction"]).to_numpy(dtype=float)
    bins = np.minimum((sure * N_BINS).astype(int), N_BINS - 1)
    sizes = np.bincount(bins, minlength=N_BINS)
    full = sizes >= LEAST
    with np.errstate(invalid="ignore"):
        means = [np.bincount(bins, weights=w, minlength=N_BINS)[full] / sizes[full] for w in (sure, right)]
    return {
        "architecture": architecture,
        "label": architecture_words(architecture).label,
        "is_control": architecture_words(architecture).is_control,
        "is_best": records.best.get(regime) == architecture,
        "n": len(rows),
        "sure": [round(float(value), 4) for value in means[0]],
        "right": [round(float(value), 4) for value in means[1]],
        "n_in_bin": sizes[full].tolist(),
        "mean_sure": float(sure.mean()) if len(rows) else None,
        "accuracy": float(right.mean()) if len(rows) else None,
    }


def _judge(curve: Summary, regime: str) -> Summary:
    share, sure, n = curve["accuracy"], curve["mean_sure"], curve["n"]
    # Of a class that is right always or never the binomial error would be 0: half a material at least.
    error = max(math.sqrt(share * (1 - share) / n), 0.5 / n)
    judgement = (
        "as promised" if abs(sure - share) <= 2 * error else "too sure" if sure > share else "too unsure"
    )
    return {
        **{key: curve[key] for key in ("architecture", "label", "n", "mean_sure", "accuracy")},
        "condition": regime_words(regime)[2],
        "standard_error": error,
        "judgement": judgement,
    }
