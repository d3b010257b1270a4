"""A study as it could be: its numbers are drawn, not measured, and cost no training."""

import re

import numpy as np
import pandas as pd
import pytest

from graftwood.data.table import Task
from graftwood.report.summary import COMPARISON_COLUMNS
from graftwood.study.records import StudyRecords, Verdict

EXPERIMENT = (
    "Experimental band gaps: Zhuo, Mansouri Tehrani, Brgoch, J. Phys. Chem. Lett. 9, 1668 (2018), "
    "https://doi.org/10.1021/acs.jpclett.8b00124; as in Matbench (MIT licence)"
)
CALCULATION = (
    "PBE band gaps, median over polymorphs: Jain et al., APL Materials 1, 011002 (2013), "
    "https://doi.org/10.1063/1.4812323; Materials Project (CC BY 4.0)"
)
TASKS = (
    Task("gap_exp", unit="eV", source=EXPERIMENT),
    Task("gap_dft", unit="eV", source=CALCULATION),
)
# architecture -> size of the noise (hidden, visible)
NOISE = {
    "single": (0.464, 0.464),
    "self_difference": (0.412, 0.412),
    "self_latent": (0.424, 0.424),
    "pooled": (0.632, 0.592),
    "pooled_source_input": (0.448, 0.436),
    "difference": (0.404, 0.340),
    "latent": (0.400, 0.344),
    "multi_task": (0.456, 0.456),
}
ELEMENT = re.compile("[A-Z][a-z]?")
CATIONS = ELEMENT.findall("LiNaKMgCaSrBaZnCdAlGaInGeSnPbCuAgTiZrHfVNbMoWFeCoNiLaCeY")
ANIONS = ELEMENT.findall("OSSeTeNPAsSbFClBrI")


def _formulas(rng, n):
    found = {}
    while len(found) < n:
        first, second = rng.choice(CATIONS, 2, replace=False)
        counts = [str(c) if c > 1 else "" for c in rng.integers(1, 6, 3)]
        anion = rng.choice(ANIONS)
        formula = f"{first}{counts[0]}{anion}{counts[1]}"
        if rng.random() < 0.6:
            formula = f"{first}{counts[0]}{second}{counts[1]}{anion}{counts[2]}"
        if rng.random() < 0.03:
            formula = f"{first}{rng.uniform(0.1, 0.9):.1f}{formula}"
        found[formula] = None
    return list(found)[:n]


def _held_out(rng, formulas):
    n = len(formulas)
    metal = rng.random(n) < 0.5
    label = np.where(metal, 0.0, rng.gamma(2.2, 1.1, n).round(2))
    fold = rng.integers(0, 5, n)
    width = np.where(metal, 0.35, 0.55 + 0.18 * label) * rng.uniform(0.6, 1.4, n)
    shared = rng.standard_normal(n)
    frames = []
    for architecture, sizes in NOISE.items():
        own = rng.standard_normal(n)
        for regime, size in zip(("hidden", "visible"), sizes, strict=True):
            noise = (0.75 * shared + 0.66 * own) * width * size / 0.5
            if size != sizes[0]:
                noise = noise + 0.02 * rng.standard_normal(n)
            spread = width * size / 0.5 * (0.7 if architecture == "pooled" else 0.97)
            frames.append(
                pd.DataFrame(
                    {
                        "formula": formulas,
                        "material": formulas,
                        "fold": fold,
                        "architecture": architecture,
                        "regime": regime,
                        "label": label,
                        "prediction": np.maximum(label + noise, 0.0),
                        "known": "gap_dft 1.2 eV" if regime == "visible" else "",
                        "spread": spread,
                    }
                )
            )
    return pd.concat(frames, ignore_index=True)


def _comparison(held_out):
    single = held_out[held_out["architecture"] == "single"]
    rows = []
    for (architecture, regime), frame in held_out.groupby(["architecture", "regime"], sort=False):
        reference = single[single["regime"] == regime]
        for subset in ("all", "non-metals", "metals"):
            chosen = {
                "all": frame["label"] > -1,
                "metals": frame["label"] == 0,
                "non-metals": frame["label"] > 0,
            }
            keep = chosen[subset].to_numpy()
            rows += [
                {"architecture": architecture, "regime": regime, "task": "gap_exp", "subset": subset, **row}
                for row in _metrics(frame[keep], reference[keep])
            ]
    return pd.DataFrame(rows)


def _metrics(frame, reference):
    error = (frame["prediction"] - frame["label"]).to_numpy()
    gain = np.abs((reference["prediction"] - reference["label"]).to_numpy()) - np.abs(error)
    n, deviation = len(error), frame["label"].std()
    z = np.abs(error) / frame["spread"].to_numpy()
    root = np.sqrt(np.mean(error**2))
    spoiled = deviation == 0
    values = {
        "mae": (np.abs(error).mean(), np.abs(error).std() / np.sqrt(n)),
        "rmse": (root, np.std(error**2) / np.sqrt(n) / (2 * root)),
        "ndme": (np.nan, np.nan) if spoiled else (root / deviation, 0.6 * root / np.sqrt(n)),
        "r2": (np.nan, np.nan) if spoiled else (1 - (root / deviation) ** 2, 0.01),
        "coverage_68": (np.mean(np.where(error == 0, 0.68, z <= 0.9945)), np.sqrt(0.68 * 0.32 / n)),
        "coverage_90": (np.mean(z <= 1.645), np.sqrt(0.9 * 0.1 / n)),
        "crps": (0.72 * np.abs(error).mean(), 0.004),
    }
    for metric, (value, standard_error) in values.items():
        is_mae = metric == "mae"
        yield {
            "metric": metric,
            "value": value,
            "standard_error": standard_error,
            "n_test": n,
            "gain_over_single": gain.mean() if is_mae else np.nan,
            "gain_standard_error": gain.std() / np.sqrt(n) if is_mae else np.nan,
        }


def _verdict(held_out, regime, best_with, best_without="self_difference"):
    frame = held_out[held_out["regime"] == regime].set_index("architecture")
    error = {
        key: (frame.loc[key, "prediction"] - frame.loc[key, "label"]).abs()
        for key in (best_with, best_without)
    }
    paired = error[best_without].to_numpy() - error[best_with].to_numpy()
    mean, wrong = paired.mean(), paired.std() / np.sqrt(len(paired))
    low, high = mean - 1.96 * wrong, mean + 1.96 * wrong
    kind = "helps" if low > 0.01 else "harms" if high < -0.01 else "no difference"
    return Verdict(regime, kind, best_with, best_without, mean, wrong, low, high, 0.95, len(paired), "eV")


def _predictions(rng, formulas):
    n = len(formulas)
    known = np.where(rng.random(n) < 0.7, rng.gamma(2.0, 0.9, n).round(3), np.nan)
    value = np.maximum(np.nan_to_num(known, nan=1.4) * 1.2 + rng.normal(0.2, 0.3, n), 0)
    spread = np.where(np.isnan(known), 0.75, 0.42) * rng.uniform(0.6, 1.5, n)
    frame = pd.DataFrame(
        {
            "formula": formulas,
            "gap_dft_known": known,
            "gap_exp": value,
            "gap_exp_spread": spread,
            "gap_exp_low": value - 1.645 * spread,
            "gap_exp_high": value + 1.645 * spread,
            "problem": "",
        }
    )
    frame.loc[5, ["gap_dft_known", "gap_exp", "gap_exp_spread", "gap_exp_low", "gap_exp_high"]] = np.nan
    frame.loc[5, ["formula", "problem"]] = [
        "Xx2O3",
        "Unknown element Xx in the formula Xx2O3; correct its symbol.",
    ]
    return frame


def make_records(n_materials=4603, n_candidates=200):
    rng = np.random.default_rng(7)
    held_out = _held_out(rng, _formulas(rng, n_materials))
    return StudyRecords(
        title="Do calculated band gaps help to predict experimental ones?",
        target="gap_exp",
        tasks=TASKS,
        comparison=_comparison(held_out),
        held_out=held_out,
        overlap=pd.DataFrame(
            [[4603, 2480], [2480, 12000]], index=["gap_exp", "gap_dft"], columns=["gap_exp", "gap_dft"]
        ),
        predictions=_predictions(rng, _formulas(rng, n_candidates)),
        verdicts=(
            _verdict(held_out, "hidden", "latent"),
            _verdict(held_out, "visible", "difference"),
        ),
        best={"hidden": "self_difference", "visible": "difference"},
        settings={
            "folds": "5, split by material",
            "trees in the comparison": "50",
            "trees in the final model": "100",
            "inputs": "132 Magpie features and element fractions",
            "chosen by": "mean absolute error, one-standard-error rule",
        },
        environment={
            "graftwood": "0.1.0",
            "python": "3.11.7",
            "numpy": "2.4.6",
            "scikit-learn": "1.7.2",
            "machine": "2 cores",
            "seed": "0",
            "date": "2026-11-23",
            "seconds": "94",
        },
    )


@pytest.fixture(scope="session")
def records():
    return make_records()


@pytest.fixture(scope="session")
def small_records():
    return make_records(n_materials=120, n_candidates=12)


CLASSES = ("blue", "red", "white")


def _class_held_out(rng, formulas, label):
    """Three architectures whose probabilities are a little too sure."""
    n = len(label)
    for architecture, skill in (("single", 1.0), ("self_latent", 1.1), ("latent", 1.6)):
        score = skill * (label[:, None] == np.array(CLASSES)) + rng.normal(size=(n, 3)) / 2
        odds = np.exp(3 * score) / np.exp(3 * score).sum(axis=1, keepdims=True)
        frame = pd.DataFrame({"formula": formulas, "material": formulas, "fold": np.arange(n) % 5})
        frame = frame.assign(
            architecture=architecture,
            label=label.astype(object),
            prediction=_most_likely(odds),
            spread=np.nan,
        )
        for name, column in zip(CLASSES, odds.T, strict=True):
            frame[f"probability_{name}"] = column
        for regime in ("hidden", "visible"):
            yield frame.assign(regime=regime)


def _most_likely(odds):
    return np.array(CLASSES)[odds.argmax(axis=1)].astype(object)


def _class_comparison(held_out):
    for (architecture, regime), part in held_out.groupby(["architecture", "regime"], sort=False):
        accuracy = float((part["prediction"] == part["label"]).mean())
        gain = (np.nan, np.nan) if architecture == "single" else (0.05, 0.01)
        for metric, value in (("accuracy", accuracy), ("f1_weighted", accuracy - 0.01), ("log_loss", 1.1)):
            yield (architecture, regime, "colour", "all", metric, value, 0.02, len(part), *gain)


def _class_predictions(rng, formulas):
    odds = rng.dirichlet(np.ones(3), len(formulas))
    known = np.where(np.arange(len(formulas)) % 2, np.nan, 1.5)
    frame = pd.DataFrame({"formula": formulas, "gap_known": known, "colour": _most_likely(odds)})
    names = [f"colour_probability_{name}" for name in CLASSES]
    frame[names] = odds
    frame["problem"] = ""
    frame.loc[3, "colour"] = None
    frame.loc[3, names] = np.nan
    frame.loc[3, "problem"] = "Unknown element Xx in the formula Xx2O3; correct its symbol."
    return frame


def make_class_records(n_materials=300):
    """A study of a category with three classes."""
    rng = np.random.default_rng(5)
    formulas = _formulas(rng, n_materials)
    label = rng.choice(CLASSES, n_materials, p=[0.2, 0.3, 0.5])
    held_out = pd.concat(_class_held_out(rng, formulas, label), ignore_index=True)
    names = ["colour", "gap"]
    verdict = Verdict(
        "hidden", "undecided", "latent", "single", 0.01, 0.02, -0.03, 0.05, 0.95, 300, "in Brier score"
    )
    return StudyRecords(
        title="Do band gaps tell the colour?",
        target="colour",
        tasks=(Task("colour", kind="category"), Task("gap", unit="eV")),
        comparison=pd.DataFrame(_class_comparison(held_out), columns=COMPARISON_COLUMNS),
        held_out=held_out,
        overlap=pd.DataFrame([[300, 200], [200, 900]], index=names, columns=names),
        predictions=_class_predictions(rng, formulas[:12]),
        verdicts=(verdict,),
        best={"hidden": "single", "visible": "latent"},
        settings={},
        environment={},
    )


@pytest.fixture(scope="session")
def class_records():
    return make_class_records()
