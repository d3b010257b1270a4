import subprocess
import sys

import numpy as np

from graftwood.store.describe import describe


def test_model_card_loads_neither_kernels_nor_scikit_learn(model_file):
    code = (
        "import sys; from graftwood.store.describe import describe; card = describe(sys.argv[1]); "
        "print(card['class'], sorted({'numba', 'sklearn', 'pandas'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", code, str(model_file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout == "Difference []\n", done.stderr


def test_numpys_numbers_in_metrics_become_plain(fitted, tmp_path):
    from graftwood import save_model

    path = tmp_path / "model.graft"
    metrics = {
        "mae": np.float64(0.1),
        "n_test": np.int64(7),
        "by_fold": [np.float32(0.5), float("inf")],
        "no": None,
    }
    save_model(fitted["all-tasks"], path, metrics=metrics)
    card = describe(path)
    assert card["metrics"] == {"mae": 0.1, "n_test": 7, "by_fold": [0.5, float("inf")], "no": None}
    assert type(card["metrics"]["n_test"]) is int
    assert (card["target"], card["tasks"]) == (None, ["gap_exp", "gap_dft"])
