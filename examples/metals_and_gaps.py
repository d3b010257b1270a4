"""Half of the measured gaps are exactly zero: how probable is a metal, and how large is the gap if not.

Run it with ``python examples/metals_and_gaps.py``; it leaves ``metals_and_gaps.png`` after some seconds.
Kind nonnegative learns whether a gap is zero, and how large it is where it is not.
"""

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

from graftwood import CompositionFeatures, SingleTask
from graftwood.datasets import load_experimental_gaps
from graftwood.metrics.reliability import reliability_curve

N_ROWS, N_TREES, SEED = 3_000, 100, 0


def main(picture: Path = Path("metals_and_gaps.png")) -> None:
    frame = load_experimental_gaps().frame.sample(N_ROWS, random_state=SEED)
    X = CompositionFeatures(fractions=False).fit_transform(frame["formula"])
    gap = frame["gap_eV"].to_numpy()
    test = np.arange(N_ROWS) % 3 == 0
    model = SingleTask(kinds={0: "nonnegative"}, n_estimators=N_TREES, random_state=SEED, n_jobs=-1)
    told = model.fit(X[~test], gap[~test]).predict_tasks(X[test])["0"]
    is_metal, p_zero = gap[test] == 0, told["p_zero"]
    said = p_zero >= 0.5
    print(f"said to be metals: {np.mean(said):.0%}; of these {np.mean(is_metal[said]):.0%} are")
    error = np.abs(told["mean"] - gap[test])[~is_metal].mean()
    print(f"mean absolute error of the gaps of non-metals: {error:.2f} eV")

    curve = reliability_curve(is_metal, np.column_stack([1 - p_zero, p_zero]), [False, True], of=True)
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 4))
    left.plot([0, 1], [0, 1], color="grey", linewidth=1)
    left.plot(curve.promised, curve.found, marker="o")
    left.set(xlabel="predicted probability of a metal", ylabel="share of metals")
    right.scatter(gap[test], told["mean"], c=p_zero, s=8, cmap="viridis_r", vmin=0, vmax=1)
    right.axline((0, 0), slope=1, color="grey", linewidth=1)
    right.set(xlabel="measured gap, eV", ylabel="predicted gap, eV")
    figure.colorbar(right.collections[0], label="predicted probability of a metal")
    figure.savefig(picture, dpi=150, bbox_inches="tight")
    plt.close(figure)


if __name__ == "__main__":
    main()
