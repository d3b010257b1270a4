"""lolopy's forest with its spreads: `python lolopy_worker.py DATA.npz SPEC`; arrays beside it, times out.

It imports nothing of this project, as it runs in lolopy's own environment.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
from lolopy.learners import RandomForestRegressor


def main() -> None:
    """Fit, predict with spreads a few times, write what was said and print the seconds."""
    path, spec = Path(sys.argv[1]), json.loads(sys.argv[2])
    with np.load(path) as data:
        X, y, X_test = data["X"], data["y"], data["X_test"]
    forest = RandomForestRegressor(spec["n_trees"], subset_strategy=1 / 3, uncertainty_calibration=True)
    forest.fit(X, y, random_seed=spec["seed"])
    seconds = []
    for _ in range(spec["n_rounds"]):
        start = time.perf_counter()
        mean, spread = forest.predict(X_test, return_std=True)
        seconds.append(time.perf_counter() - start)
    np.savez(path.with_suffix(".out.npz"), mean=mean, spread=spread)
    print(json.dumps(seconds))


if __name__ == "__main__":
    main()
