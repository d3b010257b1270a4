"""Write ``magpie_reference.csv.gz``: features of 200 formulas by a real matminer run.

Needs matminer, which is not a dependency of graftwood: make a virtual environment, install
matminer there and run this file with its Python.  The file was written by the versions that its
first line names.
"""

import gzip
import random
from importlib.metadata import version
from pathlib import Path

import pandas as pd

HERE = Path(__file__).parent
DATASETS = HERE.parent.parent / "src" / "graftwood" / "datasets"
SEED = 1711


def sampled_formulas() -> list[str]:
    """70 non-stoichiometric and 50 other measured formulas, 80 calculated ones."""
    measured, calculated = (
        pd.read_csv(DATASETS / name, keep_default_na=False)["formula"].sort_values().tolist()
        for name in ("experimental_gaps/gaps.csv", "dft_gaps/gaps.csv.gz")
    )
    chance = random.Random(SEED)
    fractional = [formula for formula in measured if "." in formula]
    whole = [formula for formula in measured if "." not in formula]
    return chance.sample(fractional, 70) + chance.sample(whole, 50) + chance.sample(calculated, 80)


def main() -> None:
    """Featurise and write."""
    from matminer.featurizers.composition import ElementProperty
    from pymatgen.core import Composition

    featurizer = ElementProperty.from_preset("magpie", impute_nan=True)
    formulas = sampled_formulas()
    rows = [featurizer.featurize(Composition(formula)) for formula in formulas]
    frame = pd.DataFrame(rows, columns=featurizer.feature_labels())
    frame.insert(0, "formula", formulas)
    packages = ", ".join(f"{name} {version(name)}" for name in ("matminer", "pymatgen-core", "numpy"))
    heading = f"# ElementProperty.from_preset('magpie') of {packages}, by make_magpie_reference.py\n"
    text = heading + frame.to_csv(index=False, lineterminator="\n")
    (HERE / "magpie_reference.csv.gz").write_bytes(gzip.compress(text.encode(), 9, mtime=0))


if __name__ == "__main__":
    main()
