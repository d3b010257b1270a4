"""What to measure next?  A search for materials with a gap of 1.2 to 1.6 eV, ten measurements at a time.

Run it with ``python examples/what_next.py``; it takes half a minute and leaves ``what_next.png``.
The measurements are looked up; calculated gaps are known from the start.  Random picks are the rival.
"""

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from scipy.stats import norm

from graftwood import CompositionFeatures, Difference
from graftwood.datasets import load_band_gaps

LOW, HIGH = 1.2, 1.6
N_TREES, N_MATERIALS, N_FIRST, N_STEPS, BATCH, SEED = 50, 1_000, 20, 8, 10, 0


def main(picture: Path = Path("what_next.png")) -> None:
    gaps = load_band_gaps()
    both = np.flatnonzero(gaps.labels.notna().all(axis=1))
    order = np.random.default_rng(SEED).permutation(both)[:N_MATERIALS]
    gaps = gaps.subset(np.isin(np.arange(gaps.n_rows), order))
    X = CompositionFeatures(fractions=False).fit_transform(gaps.inputs)
    truth = gaps.labels["gap_exp"].to_numpy()
    is_hit = (truth >= LOW) & (truth <= HIGH)

    measured = np.random.default_rng(SEED).permutation(len(X))[:N_FIRST]
    found = [is_hit[measured].sum()]
    for step in range(N_STEPS):
        labels = gaps.labels.copy()
        labels.loc[~np.isin(np.arange(len(X)), measured), "gap_exp"] = np.nan
        model = Difference("gap_exp", "gap_dft", n_estimators=N_TREES, random_state=step, n_jobs=-1)
        model.fit(X, labels, groups=gaps.materials)
        mean, spread = model.predict(X, known=gaps.labels[["gap_dft"]], return_std=True)
        chance = norm.cdf(HIGH, mean, spread) - norm.cdf(LOW, mean, spread)
        chance[measured] = -1  # never twice
        measured = np.concatenate([measured, np.argsort(-chance, kind="stable")[:BATCH]])
        found.append(is_hit[measured].sum())
        print(f"{len(measured):4} measured, {found[-1]} in the window")

    counts = N_FIRST + BATCH * np.arange(N_STEPS + 1)
    figure, axes = plt.subplots(figsize=(6, 4))
    axes.plot(counts, found, marker="o", label="most probable first")
    axes.plot(counts, is_hit.mean() * counts, linestyle="--", label="at random, expected")
    axes.set(xlabel="materials measured", ylabel=f"found with a gap of {LOW} to {HIGH} eV")
    axes.legend(frameon=False)
    figure.savefig(picture, dpi=150, bbox_inches="tight")
    plt.close(figure)


if __name__ == "__main__":
    main()
