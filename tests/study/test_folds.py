"""More folds than there is to divide are refused by what the user called, with both names of the option."""

import pandas as pd
import pytest

from graftwood.data import Table, Task
from graftwood.errors import TooFewLabels
from graftwood.study.folds import split_rows

INPUTS = pd.DataFrame({"formula": ["GaN", "Ga2N", "ZnO"], "lab": ["A", "B", "B"]})
TABLE = Table(INPUTS, pd.DataFrame({"gap": [3.2, 1.0, 3.3]}), INPUTS["formula"], (Task("gap"),))
NEED = "carry a label of gap but 5 folds need at least as many; lower n_folds (on the command line --folds)"


@pytest.mark.parametrize(
    "split, told",
    [("material", "3 materials"), ("system", "2 chemical systems"), ("lab", "2 groups of equal lab")],
)
def test_too_many_folds_are_refused_in_the_name_of_the_caller(split, told):
    for who in ("compare", "fit"):
        with pytest.raises(TooFewLabels) as refused:
            split_rows(TABLE, "gap", split, 5, 0, who)
        assert str(refused.value) == f"{who}: {told} {NEED} or add labels."


def test_a_single_group_needs_labels_and_no_fewer_folds():
    with pytest.raises(TooFewLabels, match=r"1 groups of equal lab .* as many; add labels\.$"):
        one = Table(INPUTS.assign(lab="A"), TABLE.labels, TABLE.materials, TABLE.tasks)
        split_rows(one, "gap", "lab", 5, 0)
