"""The colour study: its tables, its control and its measures."""

import numpy as np
import pandas as pd
import pytest

from graftwood.studies.colour import ALL, KNOWN, QUICK, candidates_for, score_colours, split_of
from graftwood.studies.colour_tables import CLASS_OF, COLOUR, GAP, read_colours
from graftwood.study.hold_out import hold_out


@pytest.fixture(scope="module")
def tables():
    return read_colours(n_source_only=30, n_coloured=120)


def test_every_spelling_of_a_colour_has_one_class():
    from graftwood.datasets import load_optical_gaps

    spellings = [spelling for each in CLASS_OF.values() for spelling in each]
    assert len(spellings) == len(set(spellings))
    assert set(load_optical_gaps().frame["colour"].dropna()) == set(spellings)


def test_materials_are_rows_once_and_have_a_colour_or_a_gap(tables):
    for table in tables:
        assert len(set(table.materials)) == len(table.materials)
        assert table.Y.notna().any(axis=1).all()


def test_source_rows_are_as_many_as_asked_and_have_no_colour(tables):
    for table in tables[1:]:
        assert table.Y[COLOUR].notna().sum() == 120 and len(table.Y) == 150
        assert table.Y[GAP][table.Y[COLOUR].isna()].notna().all()


def test_shuffled_gaps_are_the_same_gaps_on_other_materials(tables):
    table = tables[1]
    mixed = table.shuffled(0)
    assert sorted(mixed.Y[GAP].dropna()) == sorted(table.Y[GAP].dropna())
    assert (mixed.Y[GAP].isna() == table.Y[GAP].isna()).all()
    assert not mixed.Y[GAP].equals(table.Y[GAP])


def test_other_colours_of_tested_compounds_change_no_probability(tables):
    split = split_of(tables[1], QUICK, 0)
    wrong = tables[1].Y.copy()
    test = split.folds == 0
    # Classes that exist, so that the list of classes stays as it is.
    wrong.loc[test, COLOUR] = wrong.loc[test, COLOUR].to_numpy()[::-1]
    other = split_of(type(tables[1])(tables[1].name, tables[1].X, wrong, tables[1].materials), QUICK, 0)
    said = [
        hold_out(each, candidates_for(QUICK, 0, False), ["visible"]).query("fold == 0")
        for each in (split, other)
    ]
    columns = [column for column in said[0] if column.startswith("probability_")]
    assert columns and (said[0][columns].to_numpy() == said[1][columns].to_numpy()).all()


def test_scores_of_known_gaps_are_those_of_these_rows_alone():
    part = pd.DataFrame(
        {"label": ["red", "red", "white"], "prediction": ["red", "white", "white"], "fold": 0, "trial": 0,
         "is_known": [True, False, True], "probability_red": [1.0, 0.0, 0.0],
         "probability_white": [0.0, 1.0, 1.0]}
    ).assign(task="colours", architecture="single", regime="hidden")  # fmt: skip
    scores = score_colours(part, {"colours": ("red", "white")}).set_index(["subset", "metric"])["value"]
    assert scores[KNOWN, "accuracy"] == 1.0 and scores[ALL, "accuracy"] == pytest.approx(2 / 3)
    assert scores[ALL, "balanced_accuracy"] == pytest.approx(0.75)
    # Never quite never: 0.5 % of a class that was ruled out.
    assert scores[ALL, "log_loss"] == pytest.approx(-(2 * np.log(0.995) + np.log(0.005)) / 3)
