"""Colours of inorganic compounds, with and without band gaps beside them: the paper's second study.

Colour is a class task and the band gap a real one; few compounds have both.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.definition import Results

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
NOT_OPTICAL = ("Thermal activation", "Estimated")
METRICS = ("f1_weighted", "accuracy", "log_loss")


@dataclass(frozen=True)
class ColourSettings:
    """Settings: size of the forests, folds over materials and how often they are drawn.

    Examples
    --------
    >>> ColourSettings(n_folds=2).n_estimators
    200
    """

    n_estimators: int = 200
    n_folds: int = 5
    n_repeats: int = 6
    n_jobs: int = 2
    is_planted: bool = False
    seed: int = 0


@dataclass(frozen=True)
class ColourTable:
    """Features, colour classes (None = missing), gaps in eV (NaN = missing) and the material of each row."""

    X: npt.NDArray[np.float64]
    colour: npt.NDArray[np.object_]
    gaps: dict[str, npt.NDArray[np.float64]]
    materials: npt.NDArray[Any]


def compare_colour_with_gaps(settings: ColourSettings) -> Results:
    """Colour of compounds: a mixed forest with band gaps against colour alone, folds over materials.

    Rows are compounds with a colour (shared/data/colour_inorganic, six classes) and compositions with an
    experimental gap (shared/data/bandgap_strehlow_cook without thermal activation and estimates, and those
    listed with the colours) or a Materials Project gap. Test materials lose their colour; "hidden" takes
    their gaps away too, "visible" leaves them among the labels. "shuffled" is the control: the same gaps on
    other materials, which must not help. Given are weighted F1, accuracy and log loss, and the gain over
    colour alone (positive is better) with the standard error of Nadeau and Bengio for overlapping training
    sets over all folds and repeats.
    """
    table = planted_table(settings.seed) if settings.is_planted else read_table(settings.seed)
    scores: dict[str, list[list[float]]] = {name: [] for name in candidates(table)}
    coloured = np.flatnonzero([colour is not None for colour in table.colour])
    for train, test in folds(table, coloured, settings):
        for name, (gaps, regime) in candidates(table).items():
            scores[name].append(score(table, gaps, regime, train, test, settings))
    n_test = len(coloured) / settings.n_folds
    results = summarise(scores, n_test, len(coloured) - n_test)
    results["n_coloured"] = len(coloured)
    results["n_gaps"] = {name: int(np.sum(~np.isnan(gap))) for name, gap in table.gaps.items()}
    print_results(results)
    return results


def candidates(table: ColourTable) -> dict[str, tuple[tuple[str, ...], str]]:
    """Name of each forest -> gap tasks beside colour, and what is known of the gaps of test materials."""
    found: dict[str, tuple[tuple[str, ...], str]] = {"colour alone": ((), "hidden")}
    for regime in ("hidden", "visible"):
        for name in table.gaps:
            found[f"with {name}, {regime}"] = ((name,), regime)
    return found


def read_table(seed: int) -> ColourTable:
    """Read both folders and compute Magpie features and element fractions."""
    import pandas as pd

    from graftwood import CompositionFeatures
    from graftwood.features.formula import read_formulas

    reading: dict[str, Any] = {"keep_default_na": False, "na_values": [""]}
    colours = pd.read_csv(SHARED / "colour_inorganic" / "colour_with_gaps.csv", **reading)
    optical = pd.read_csv(SHARED / "bandgap_strehlow_cook" / "strehlow_cook_1973.csv", **reading)
    optical = optical[~optical["method"].isin(NOT_OPTICAL) & optical["band_gap_eV"].notna()]
    measured = optical.groupby("reduced_formula")["band_gap_eV"].median()
    formulas = sorted(set(colours["formula"]) | set(measured.index))
    listed = colours.drop_duplicates("formula").set_index("formula").reindex(formulas)
    classes = listed["colour_class"].where(listed["kind"] == "compound")
    experiment = measured.reindex(formulas).fillna(listed["exp_any_eV"]).to_numpy(dtype=np.float64)
    calculated = listed["mp_gap_median_eV"].to_numpy(dtype=np.float64)
    return ColourTable(
        X=CompositionFeatures().fit_transform(formulas),
        colour=np.array([None if pd.isna(cell) else cell for cell in classes], dtype=object),
        gaps=with_control({"experimental gaps": experiment, "MP gaps": calculated}, seed),
        materials=np.asarray(read_formulas(formulas).materials),
    )


def planted_table(seed: int) -> ColourTable:
    """Return a small table in which the colour is a step of a gap that most rows have."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(120, 6))
    gap = X[:, 0] + X[:, 1]
    colour = np.where(gap > 0.5, "white", np.where(gap > -0.5, "red", "black")).astype(object)
    colour[60:] = None
    gaps = with_control({"planted gaps": gap}, seed)
    return ColourTable(X=X, colour=colour, gaps=gaps, materials=np.arange(120))


def with_control(gaps: dict[str, npt.NDArray[np.float64]], seed: int) -> dict[str, npt.NDArray[np.float64]]:
    """Add the first gaps shuffled over the materials that have one."""
    name, gap = next(iter(gaps.items()))
    shuffled, has_gap = gap.copy(), np.flatnonzero(~np.isnan(gap))
    shuffled[has_gap] = gap[np.random.default_rng(seed).permutation(has_gap)]
    return {**gaps, f"shuffled {name}": shuffled}


def folds(
    table: ColourTable, coloured: npt.NDArray[np.int64], settings: ColourSettings
) -> Iterator[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]]:
    """Yield rows to train on and coloured rows to test; rows of a test material never train."""
    from sklearn.model_selection import StratifiedGroupKFold

    labels, materials = table.colour[coloured].astype(str), table.materials[coloured]
    for repeat in range(settings.n_repeats):
        splitter = StratifiedGroupKFold(settings.n_folds, shuffle=True, random_state=settings.seed + repeat)
        for _, tested in splitter.split(labels, labels, materials):
            test = coloured[tested]
            yield np.flatnonzero(~np.isin(table.materials, table.materials[test])), test


def score(
    table: ColourTable,
    gaps: tuple[str, ...],
    regime: str,
    train: npt.NDArray[np.int64],
    test: npt.NDArray[np.int64],
    settings: ColourSettings,
) -> list[float]:
    """Weighted F1, accuracy and log loss of one forest on one fold."""
    import pandas as pd
    from sklearn.metrics import accuracy_score, f1_score, log_loss

    from graftwood import MultiTaskForest

    held_out = ~np.isin(np.arange(len(table.colour)), train)
    columns: dict[str, Any] = {"colour": np.where(held_out, None, table.colour)}
    for name in gaps:
        columns[name] = np.where(held_out & (regime == "hidden"), np.nan, table.gaps[name])
    labels = pd.DataFrame(columns)
    model = MultiTaskForest(
        "colour", n_estimators=settings.n_estimators, random_state=settings.seed, n_jobs=settings.n_jobs
    )
    model.fit(table.X, labels, groups=table.materials)
    odds = np.asarray(model.predict_proba(table.X[test]))
    odds = 0.99 * odds + 0.01 / odds.shape[1]  # a forest's 0 is not meant as never
    truth, said = table.colour[test].astype(str), np.asarray(model.predict(table.X[test])).astype(str)
    return [
        float(f1_score(truth, said, average="weighted")),
        float(accuracy_score(truth, said)),
        float(log_loss(truth, odds, labels=model.classes_)),
    ]


def summarise(scores: dict[str, list[list[float]]], n_test: float, n_train: float) -> Results:
    """Means of each forest, and its gains over colour alone with their standard errors."""
    from graftwood.metrics import fold_estimate

    alone, results = np.array(scores["colour alone"]), {}
    for name, values in scores.items():
        table = np.array(values)
        results[name] = {metric: float(table[:, i].mean()) for i, metric in enumerate(METRICS)}
        for i, metric in enumerate(METRICS):
            gain = (alone - table if metric == "log_loss" else table - alone)[:, i]
            if name != "colour alone":
                mean, error = fold_estimate(gain, n_test, n_train)
                results[name][f"{metric}_gain"] = [float(mean), float(error)]
    return {"forests": results}


def print_results(results: Results) -> None:
    """Print a line per forest."""
    print(f"{results['n_coloured']} coloured rows, labels of gaps {results['n_gaps']}")
    for name, values in results["forests"].items():
        shown = [f"{metric} {values[metric]:.4f}" for metric in METRICS]
        gains = [values[f"{metric}_gain"] for metric in METRICS if f"{metric}_gain" in values]
        shown += [f"gain {gain:+.4f} +- {error:.4f}" for gain, error in gains]
        print(f"{name:<40} {'  '.join(shown)}")
