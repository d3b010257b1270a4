"""The class of rows whose labels lie off those of the same material is found and told in a drafted study."""

import numpy as np
import pandas as pd

from graftwood.reading.draft import draft_study
from graftwood.reading.odd_class import LEAST, oddest_class


def measured(n=30, offset=-0.9, seed=0):
    rng = np.random.default_rng(seed)
    formulas = [f"Ga{i}As" for i in range(1, n + 1)]
    gap = rng.uniform(1, 4, n)
    methods = {"Absorption": 0.0, "Reflection": 0.02, "Thermal activation": offset}
    return pd.concat(
        pd.DataFrame({"formula": formulas, "band_gap (eV)": (gap + off).round(3), "method": name})
        for name, off in methods.items()
    ).reset_index(drop=True)


def test_the_class_that_lies_off_is_found():
    found = oddest_class(measured(), "formula", "band_gap (eV)", ["method"])
    assert found.value == "Thermal activation" and found.n_materials == 30
    assert abs(found.offset + 0.91) < 0.02


def test_nothing_is_found_where_classes_agree_or_share_few_materials():
    assert oddest_class(measured(offset=0.01), "formula", "band_gap (eV)", ["method"]) is None
    few = measured(n=LEAST - 1)
    assert oddest_class(few, "formula", "band_gap (eV)", ["method"]) is None


def test_a_drafted_study_points_at_it(tmp_path):
    measured().to_csv(tmp_path / "gaps.csv", index=False)
    text = draft_study([tmp_path / "gaps.csv"], tmp_path)
    said = "# Thermal activation lies 0.91 eV below other rows of the same material (mean of 30): leave"
    assert said in text
    assert '# where = "method != \\"Thermal activation\\""' in text
