"""Bad tables and files: each kind is refused in one sentence that names place, value and remedy."""

import numpy as np
import pandas as pd
import pytest

from graftwood import Difference, LatentVariable, Pooled
from graftwood.data import Source, Table, Task, join_sources
from graftwood.errors import (
    EmptyTable,
    GraftwoodError,
    MissingColumn,
    NotFinite,
    ShapeMismatch,
    TooFewLabels,
    UnitMismatch,
    UnknownTask,
    UnreadableFormula,
    WrongOption,
)
from graftwood.features import CompositionFeatures
from graftwood.study.candidates import Candidate
from graftwood.study.compare import compare
from graftwood.study.run import run_study
from tests.study.planted import SOURCE, TARGET, labels_of, small_study, small_table

NAN = float("nan")
FORMULAS = ["GaN", "ZnO", "ZnS", "CdTe"]


def source(name="exp", formulas=FORMULAS, gaps=(3.2, 3.3, 3.6, 1.5), column="gap", unit="eV", **options):
    frame = pd.DataFrame({"formula": formulas, "gap": gaps})
    return Source(Task(name, unit=unit), frame, column, file=f"{name}.csv", **options)


def joined(*sources):
    return lambda: join_sources(sources)


def compared(Y=None, X=None, **changes):
    good_X, good_Y, materials = labels_of()
    options = {"target": TARGET, "groups": materials, "n_estimators": 5, "n_folds": 2} | changes
    return lambda: compare(good_X if X is None else X, good_Y if Y is None else Y, **options)


def studied(inputs=None, labels=None, tasks=None, **changes):
    """Return how a study on a small table with a part exchanged is run; the table is made there as well."""

    def run():
        good = small_table()
        table = Table(
            good.inputs if inputs is None else inputs(good.inputs),
            good.labels if labels is None else labels(good.labels),
            good.materials,
            good.tasks if tasks is None else tasks,
        )
        return run_study(small_study(table=table, **changes))

    return run


def with_label(value, task=TARGET, row=5):
    Y = labels_of()[1].astype(object if isinstance(value, str) else float)
    Y.loc[row, task] = value
    return Y


def only_labelled(materials):
    return lambda labels: labels.assign(**{TARGET: labels[TARGET].where(np.arange(48) < materials)})


def labelled_materials(count):
    """Labels of which the target's are kept for this many materials."""
    _, Y, materials = labels_of()
    kept = pd.unique(materials[Y[TARGET].notna()])[:count]
    return Y.assign(**{TARGET: Y[TARGET].where(np.isin(materials, kept))})


def with_difference(**options):
    estimator = Difference(TARGET, SOURCE, units={TARGET: "eV", SOURCE: "J"}, n_estimators=5, **options)
    return [Candidate("difference", estimator, True)]


def pooled_units():
    estimator = Pooled(TARGET, units={TARGET: "eV", SOURCE: "J"}, n_estimators=5)
    return [Candidate("pooled", estimator, True)]


def unknown_latent():
    return [Candidate("latent", LatentVariable(TARGET, ["gap_hse"], n_estimators=5), True)]


def infinite_input():
    X = labels_of()[0]
    X.loc[11, "a"] = -np.inf
    return X


BAD = {
    # A file lacks something.
    "join-missing-label-column": (
        joined(source(column="gap_eV")),
        MissingColumn,
        ["exp.csv", "'gap_eV'", "columns are formula, gap"],
    ),
    "join-missing-input-column": (
        joined(source(input_columns=("formula", "T"))),
        MissingColumn,
        ["exp.csv", "'T'", "columns are"],
    ),
    "study-missing-formula-column": (
        studied(inputs=lambda inputs: inputs.rename(columns={"formula": "composition"})),
        MissingColumn,
        ["'formula'", "composition", "name the column"],
    ),
    "join-no-source": (joined(), EmptyTable, ["no source", "give at least one"]),
    "join-empty-frame": (joined(source(formulas=[], gaps=[])), EmptyTable, ["exp.csv has no rows", "give"]),
    "compare-empty-frame": (
        compared(labels_of()[1][:0], labels_of()[0][:0], groups=np.array([], dtype=str)),
        GraftwoodError,
        ["labels of task gap_exp"],
    ),
    "study-empty-table": (
        lambda: run_study(small_study(table=small_table().subset(np.zeros(48, dtype=bool)))),
        EmptyTable,
        ["the table has no rows", "give at least one source"],
    ),
    # A task is not there, or twice.
    "compare-unknown-target": (
        compared(target="gap"),
        UnknownTask,
        ["'gap'", "the tasks are gap_exp, gap_dft"],
    ),
    "compare-unknown-latent": (compared(candidates=unknown_latent()), UnknownTask, ["'gap_hse'", "gap_dft"]),
    "compare-unknown-repeat": (compared(same_as=("gap_2",)), UnknownTask, ["'gap_2'", "the tasks are"]),
    "study-unknown-target": (studied(target="gap"), UnknownTask, ["'gap'", "gap_dft, gap_exp"]),
    "join-duplicate-task": (
        joined(source(), source()),
        WrongOption,
        ["'exp'", "give each task its own name"],
    ),
    "study-duplicate-task": (
        studied(
            labels=lambda labels: labels.set_axis([TARGET] * 2, axis=1), tasks=(Task(TARGET), Task(TARGET))
        ),
        WrongOption,
        ["'gap_exp'", "give each task its own name"],
    ),
    "compare-duplicate-task": (
        compared(labels_of()[1].set_axis([TARGET] * 2, axis=1)),
        MissingColumn,
        ["give each task its own"],
    ),
    # Labels that are missing.
    "join-all-labels-missing": (
        joined(source(gaps=[NAN] * 4)),
        TooFewLabels,
        ["exp.csv", "'gap'", "add labels or leave the task out"],
    ),
    "compare-all-labels-missing": (
        compared(labels_of()[1].assign(**{SOURCE: NAN})),
        TooFewLabels,
        ["gap_dft", "drop the task or give labels"],
    ),
    "study-all-labels-missing": (
        studied(labels=only_labelled(0)),
        TooFewLabels,
        ["gap_exp", "drop the task"],
    ),
    "compare-one-labelled-material": (
        compared(labelled_materials(1)),
        TooFewLabels,
        ["1 materials carry a label", "2 folds need at least as many; add labels."],
    ),
    "study-one-labelled-material": (
        studied(labels=only_labelled(1)),
        TooFewLabels,
        ["1 materials carry a label", "2 folds", "add labels"],
    ),
    "compare-one-material-to-learn-from": (
        compared(labelled_materials(2)),
        TooFewLabels,
        ["gap_exp has labels for 1 material", "add labels"],
    ),
    # Labels and inputs that are no numbers.
    "join-infinite-label": (
        joined(source(gaps=[1.0, np.inf, 1.0, 1.0])),
        NotFinite,
        ["exp", "row 1", "exp.csv", "inf", "empty cell"],
    ),
    "join-text-label": (
        joined(source(gaps=[1.0, 2.0, "n/a", 1.0])),
        NotFinite,
        ["row 2", "exp.csv", "'n/a'", "empty cell"],
    ),
    "compare-infinite-label": (
        compared(with_label(np.inf)),
        NotFinite,
        ["gap_exp", "row 5", "infinity", "leave it missing"],
    ),
    "compare-infinite-source-label": (
        compared(with_label(-np.inf, SOURCE)),
        NotFinite,
        ["gap_dft", "row 5", "infinity", "leave it missing"],
    ),
    "compare-text-label": (compared(with_label("high")), NotFinite, ["gap_exp", "row 5", "'high'", "(NaN)"]),
    "study-infinite-label": (
        studied(labels=lambda labels: labels.replace({SOURCE: {labels[SOURCE][2]: np.inf}})),
        NotFinite,
        ["gap_dft", "row 2", "infinite", "leave it missing"],
    ),
    "study-text-label": (
        studied(labels=lambda labels: labels.astype(str)),
        NotFinite,
        ["gap_dft", "convert them"],
    ),
    "compare-infinite-input": (
        compared(X=infinite_input()),
        NotFinite,
        ["input 'a'", "row 11", "leave it missing"],
    ),
    # Formulas that cannot be read.
    "join-no-readable-formula": (
        joined(source(formulas=["Xx2O3"] * 4)),
        TooFewLabels,
        ["exp.csv", "4 have a formula that cannot be read"],
    ),
    "study-formula-typo": (
        studied(inputs=lambda inputs: inputs.replace("ZnO", "Xx2O3")),
        UnreadableFormula,
        ["'Xx2O3'", "Row 36", "'Xx', which is not a chemical element", "correct"],
    ),
    "features-formula-typo": (
        lambda: CompositionFeatures().fit_transform(["GaN", "Xx2O3"]),
        UnreadableFormula,
        ["'Xx2O3'", "Row 1", "correct"],
    ),
    # Things that do not fit.
    "compare-difference-of-two-units": (
        compared(candidates=with_difference()),
        UnitMismatch,
        ["gap_exp", "'eV'", "gap_dft", "'J'", "convert"],
    ),
    "compare-pool-of-two-units": (
        compared(candidates=pooled_units()),
        UnitMismatch,
        ["gap_exp", "'eV'", "gap_dft", "'J'", "convert"],
    ),
    "compare-short-groups": (
        compared(groups=["GaN"] * 7),
        ShapeMismatch,
        ["groups", "(7,)", "60 rows", "give one key per row"],
    ),
    "compare-missing-material": (
        compared(groups=[None, *labels_of()[2][1:]]),
        WrongOption,
        ["row 0", "missing", "give every row a key"],
    ),
    "compare-short-inputs": (
        compared(X=np.zeros((59, 2))),
        ShapeMismatch,
        ["59 rows", "60", "give one row each"],
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_table_is_refused_in_one_sentence(case):
    run, error, parts = BAD[case]
    with pytest.raises(error) as caught:
        run()
    message = str(caught.value)
    assert isinstance(caught.value, ValueError)
    assert "\n" not in message and message.endswith(".")
    assert [part for part in parts if part not in message] == [], message


def test_formula_typo_in_a_source_is_recorded_with_its_place():
    table = join_sources([source(formulas=["GaN", "Xx2O3", "ZnS", "CdTe"])])
    assert table.n_rows == 3
    (problem,) = table.problems.to_dict("records")
    assert (problem["source"], problem["row"], problem["input"]) == ("exp.csv", 1, "Xx2O3")
    assert "'Xx', which is not a chemical element: correct it." in problem["problem"]


def test_missing_labels_and_inputs_are_no_error():
    X = labels_of()[0].mask(np.random.default_rng(0).random((60, 3)) < 0.3)
    found = compared(X=X, regimes=("hidden",))()
    assert np.isfinite(found.held_out[["prediction", "spread"]]).all(axis=None)
