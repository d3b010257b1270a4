"""Do calculated band gaps help to predict measured ones?  A small version of ``graftwood demo``.

Run it with ``python examples/band_gaps.py``; it takes some ten seconds.  2,000 rows and 20
trees are enough to see how it goes, not to trust the numbers.
"""

import numpy as np
import pandas as pd

from graftwood import CompositionFeatures, Difference, compare
from graftwood.datasets import load_band_gaps
from graftwood.study.verdict import choose, judge

N_ROWS, N_TREES, SEED = 2_000, 20, 0


def main() -> None:
    # Rows are formulas; labels are gap_dft and gap_exp in eV, NaN where a source lacks the material.
    gaps = load_band_gaps()
    drawn = np.random.default_rng(SEED).permutation(gaps.n_rows) < N_ROWS
    gaps = gaps.subset(drawn)
    print("Labels, and materials that carry both:", gaps.overlap(), sep="\n")

    features = CompositionFeatures(fractions=False)  # Magpie's 132 statistics, to be quick
    X = features.fit_transform(gaps.inputs)
    found = compare(
        X,
        gaps.labels,
        target="gap_exp",
        groups=gaps.materials,
        n_estimators=N_TREES,
        n_folds=4,
        random_state=SEED,
        n_jobs=-1,
    )
    errors = found.table.query("metric == 'mae' and subset == 'all'")
    print("\nMean absolute error on held-out materials, eV:")
    print(errors.pivot(index="architecture", columns="regime", values="value").round(3))
    for regime in ("visible", "hidden"):
        print(f"\nChosen when {regime}: {choose(found, regime)}.", judge(found, regime, unit="eV"))

    model = Difference("gap_exp", "gap_dft", n_estimators=N_TREES, random_state=SEED, n_jobs=-1)
    model.fit(X, gaps.labels, groups=gaps.materials)
    candidates = pd.DataFrame({"formula": ["GaAs", "GaN", "CdS"], "gap_dft": [0.19, np.nan, np.nan]})
    mean, spread = model.predict(
        features.transform(candidates), known=candidates[["gap_dft"]], return_std=True
    )
    print("\nPredictions by the difference architecture, eV; GaAs's calculated gap is known:")
    print(candidates.assign(gap_exp=mean.round(2), spread=spread.round(2)).to_string(index=False))


if __name__ == "__main__":
    main()
