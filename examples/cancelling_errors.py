"""Which of two reaction steps is faster?  Errors that both barriers share cancel in their difference.

Run it with ``python examples/cancelling_errors.py``; it leaves ``cancelling_errors.png`` after some seconds.
Barriers of two steps of NO decomposition, every surface held out once; a step may be missing on a surface.
"""

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from graftwood import CompositionFeatures, MultiTaskForest
from graftwood.datasets import load_no_steps

N_TREES, N_FOLDS, SEED = 100, 5, 0
STEPS = "NO*", "NO"


def main(picture: Path = Path("cancelling_errors.png")) -> None:
    table = load_no_steps().frame.pivot(
        index=["metal", "facet"], columns="step", values="activation_energy_eV"
    )
    metal, facet = (table.index.get_level_values(name) for name in ("metal", "facet"))
    features = CompositionFeatures(fractions=False)
    X = pd.DataFrame(features.fit_transform(list(metal)), columns=features.get_feature_names_out())
    X["facet"] = pd.Categorical(facet)
    Y = table.reset_index(drop=True)

    fold = np.random.default_rng(SEED).permutation(len(X)) % N_FOLDS
    mean, together, apart = np.empty((3, len(X)))
    for k in range(N_FOLDS):
        test = fold == k
        model = MultiTaskForest(n_estimators=N_TREES, random_state=SEED, n_jobs=-1).fit(X[~test], Y[~test])
        mean[test], together[test] = model.predict_function(lambda y: y[STEPS[0]] - y[STEPS[1]], X[test])
        told = model.predict_tasks(X[test], tasks=STEPS)
        apart[test] = np.hypot(told[STEPS[0]]["spread"], told[STEPS[1]]["spread"])

    truth = (Y[STEPS[0]] - Y[STEPS[1]]).to_numpy()
    both = ~np.isnan(truth)
    figure, axes = plt.subplots(figsize=(5.5, 5))
    for name, spread, look in (
        ("as if independent", apart, {"fmt": "none", "elinewidth": 3, "alpha": 0.25}),
        ("together", together, {"fmt": "o", "markersize": 4}),
    ):
        inside = np.mean(np.abs(truth - mean)[both] < spread[both])
        print(f"{name}: bar of {np.mean(spread[both]):.2f} eV holds {inside:.0%} of {both.sum()} surfaces")
        axes.errorbar(truth[both], mean[both], yerr=spread[both], label=name, **look)
    axes.axline((1, 1), slope=1, color="grey", linewidth=1)
    axes.set(
        xlabel="calculated difference of the barriers, eV", ylabel="predicted difference, eV, and one spread"
    )
    axes.legend(frameon=False)
    figure.savefig(picture, dpi=150, bbox_inches="tight")
    plt.close(figure)


if __name__ == "__main__":
    main()
