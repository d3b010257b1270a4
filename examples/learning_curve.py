"""How many measurements do calculated gaps save?  Errors against the number of measured labels.

Run it with ``python examples/learning_curve.py``; it takes a minute and leaves ``learning_curve.png``.
The calculated gap of the test materials is known, as it is for a list that somebody calculated.
"""

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

from graftwood import CompositionFeatures, Difference, SingleTask
from graftwood.datasets import load_band_gaps

N_TREES, SIZES, N_DRAWS, N_TEST = 30, (25, 50, 100, 200, 400, 800), 4, 400


def main(picture: Path = Path("learning_curve.png")) -> None:
    gaps = load_band_gaps()
    gaps = gaps.subset(gaps.labels.notna().all(axis=1).to_numpy())  # both gaps known
    X = CompositionFeatures(fractions=False).fit_transform(gaps.inputs)
    errors = {"single task": [], "difference": []}
    for size in SIZES:
        drawn = [errors_at(X, gaps.labels, gaps.materials, size, seed) for seed in range(N_DRAWS)]
        for name, each in zip(errors, np.transpose(drawn), strict=True):
            errors[name].append((each.mean(), each.std(ddof=1) / np.sqrt(N_DRAWS)))
        print(
            f"{size:5} measured gaps: " + ", ".join(f"{name} {e[-1][0]:.3f} eV" for name, e in errors.items())
        )

    figure, axes = plt.subplots(figsize=(6, 4))
    for name, points in errors.items():
        mean, error = np.transpose(points)
        axes.errorbar(SIZES, mean, yerr=error, marker="o", capsize=3, label=name)
    axes.set(xscale="log", xlabel="measured gaps", ylabel="mean absolute error on new materials, eV")
    axes.set_xticks(SIZES, [str(size) for size in SIZES])
    axes.minorticks_off()
    axes.legend(frameon=False)
    figure.savefig(picture, dpi=150, bbox_inches="tight")
    plt.close(figure)


def errors_at(X, labels, materials, size, seed):
    """Mean absolute errors of both architectures on materials whose measured gap was hidden."""
    order = np.random.default_rng(seed).permutation(len(X))
    train, test = order[N_TEST:], order[:N_TEST]  # a row is a material of its own here
    known = labels.copy()
    known.iloc[np.concatenate([test, train[size:]]), known.columns.get_loc("gap_exp")] = np.nan
    truth, told = labels["gap_exp"].iloc[test], labels[["gap_dft"]].iloc[test]
    models = SingleTask("gap_exp"), Difference("gap_exp", "gap_dft", regimes=("visible",))
    fitted = [
        m.set_params(n_estimators=N_TREES, random_state=seed, n_jobs=-1).fit(X, known, materials)
        for m in models
    ]
    return [np.abs(model.predict(X[test], known=told) - truth).mean() for model in fitted]


if __name__ == "__main__":
    main()
