"""A selector comes back whole: winners, verdicts, comparison; what contradicts itself is refused."""

import re
from copy import copy

import numpy as np
import pandas as pd
import pytest

from graftwood import LatentVariable, MultiTaskForest, SingleTask, TransferSelector, load_model, save_model
from graftwood.errors import DamagedModel, WrongOption
from graftwood.store.archive import read_arrays, read_bytes, read_document, write_archive
from graftwood.store.describe import describe
from graftwood.store.format import pack, unpack
from graftwood.study.candidates import Candidate

from .conftest import SENTENCE, make_known, make_table
from .test_save_and_load import everything_said


@pytest.fixture(scope="module")
def two_winners() -> TransferSelector:
    """Nothing known: a forest of its own; something known: a latent chain."""
    X, Y = make_table()
    model = TransferSelector(
        "gap_exp",
        candidates=[
            Candidate("single", SingleTask("gap_exp", n_estimators=6), False),
            Candidate("latent", LatentVariable("gap_exp", ["gap_dft"], n_estimators=6), True),
        ],
        n_estimators_compared=4,
        random_state=0,
    ).fit(X, Y)
    model.best_ = {"hidden": "single", "visible": "latent"}
    small = {"n_estimators": 6, "random_state": 0}
    model.models_ = {
        "hidden": SingleTask("gap_exp", **small).fit(X, Y[["gap_exp"]]),
        "visible": LatentVariable("gap_exp", ["gap_dft"], **small).fit(X, Y),
    }
    model.tasks_ = ("gap_exp",)
    return model


@pytest.fixture(scope="module")
def file(two_winners, tmp_path_factory):
    path = tmp_path_factory.mktemp("selector") / "model.graft"
    save_model(two_winners, path)
    return path


def test_winner_of_each_regime_says_the_same_to_the_last_bit(two_winners, file):
    loaded, (X, _), known = load_model(file), make_table(), make_known()
    assert {regime: type(each).__name__ for regime, each in loaded.models_.items()} == {
        "hidden": "SingleTask",
        "visible": "LatentVariable",
    }
    pairs = zip(everything_said(two_winners, X, known), everything_said(loaded, X, known), strict=True)
    assert all(np.array_equal(one, other) for one, other in pairs)


def test_verdicts_and_comparison_come_back(two_winners, file):
    loaded = load_model(file)
    assert str(loaded.verdict_) == str(two_winners.verdict_)
    assert {r: str(v) for r, v in loaded.verdicts_.items()} == {
        r: str(v) for r, v in two_winners.verdicts_.items()
    }
    for name in ("table", "held_out"):
        pd.testing.assert_frame_equal(
            getattr(loaded.comparison_, name), getattr(two_winners.comparison_, name)
        )
    assert [c.name for c in loaded.comparison_.candidates] == ["single", "latent"]
    assert repr(loaded.candidates) == repr(two_winners.candidates)


def test_one_winner_of_both_regimes_is_stored_once(fitted, tmp_path):
    model = copy(fitted["selector"])
    winner = model.models_["hidden"]
    model.best_, model.models_ = dict.fromkeys(model.best_, "one"), dict.fromkeys(model.models_, winner)
    model.tasks_ = tuple(task for task in model._columns.names if task in winner.tasks_)
    save_model(model, tmp_path / "model.graft")
    loaded = load_model(tmp_path / "model.graft")
    assert loaded.models_["hidden"] is loaded.models_["visible"]


def test_selector_of_a_category_comes_back_with_its_classes(tmp_path):
    X, Y = make_table()
    Y = Y.assign(colour=np.where(X["pressure"].to_numpy() > 0, "red", "blue")).drop(columns="gap_exp")
    Y.loc[::2, "colour"] = None
    model = TransferSelector("colour", n_estimators=6, n_estimators_compared=4, random_state=0).fit(X, Y)
    save_model(model, tmp_path / "model.graft")
    loaded = load_model(tmp_path / "model.graft")
    assert loaded.classes_.tolist() == ["blue", "red"]
    assert np.array_equal(loaded.predict_proba(X), model.predict_proba(X))
    pd.testing.assert_frame_equal(loaded.comparison_.held_out, model.comparison_.held_out)


def test_selector_that_could_not_judge_comes_back(tmp_path):
    X, Y = make_table()
    Y = Y.assign(gap_exp=Y["gap_exp"].where(np.arange(len(Y)) < 20))
    with pytest.warns(UserWarning, match="nothing could be judged"):
        model = TransferSelector("gap_exp", n_estimators=5, random_state=0).fit(X, Y)
    save_model(model, tmp_path / "model.graft")
    loaded = load_model(tmp_path / "model.graft")
    assert loaded.comparison_ is None
    assert loaded.fallback_ == model.fallback_
    assert str(loaded.verdict_) == str(model.verdict_)


def test_description_says_what_was_chosen(two_winners, file):
    card = describe(file)
    assert card["class"] == "TransferSelector"
    assert card["selection"]["best"] == {"hidden": "single", "visible": "latent"}
    assert card["selection"]["verdicts"]["hidden"] == str(two_winners.verdict_)
    assert card["options"]["candidates"][1]["options"]["estimator"]["class"] == "LatentVariable"


def edit(path, tmp_path, change):
    document, arrays = read_document(read_bytes(path)), read_arrays(read_bytes(path))
    change(document)
    damaged = tmp_path / "damaged.graft"
    damaged.write_bytes(write_archive(document, arrays))
    return damaged


def winners(document):
    return document["state"]["models_"]["winners"]


def drop_winner(document):
    del winners(document)["latent"]


def rename_best(document):
    document["state"]["best_"]["dict"]["hidden"] = "pooled"


def nest_selector(document):
    winners(document)["single"]["class"] = "TransferSelector"


def other_target(document):
    winners(document)["single"]["state"]["target_"] = "gap_dft"


def no_winners(document):
    del document["state"]["models_"]


def wrong_selection(document):
    document["selection"]["best"] = ["single"]


def stray_tasks(document):
    document["state"]["tasks_"]["tuple"].append("gap_dft")


def lost_column(document):
    found = document["state"]["comparison_"]["fields"]
    found["table"]["frame"].pop("architecture")


def short_column(document):
    found = document["state"]["comparison_"]["fields"]
    found["held_out"]["frame"]["architecture"]["cells"].pop()


def wrong_verdict(document):
    document["state"]["verdict_"] = None


@pytest.mark.parametrize(
    "change, says",
    [
        (drop_winner, "its winners are single and not single, latent"),
        (rename_best, "its winners are"),
        (nest_selector, "its winner single is no architecture"),
        (other_target, "its target gap_dft is not among"),
        (no_winners, "its winners are missing"),
        (wrong_selection, "impossible of what was chosen"),
        (stray_tasks, "are not those of its winners"),
        (lost_column, "its comparison lacks columns|belongs to nothing"),
        (short_column, "column 'architecture' of one of its tables"),
        (wrong_verdict, "its verdict is not that of the hidden regime"),
    ],
    ids=lambda case: getattr(case, "__name__", ""),
)
def test_file_that_contradicts_itself_is_refused(file, tmp_path, change, says):
    with pytest.raises(DamagedModel, match=says) as caught:
        load_model(edit(file, tmp_path, change))
    assert re.match(SENTENCE, str(caught.value))


def test_frame_comes_back_cell_by_cell():
    frame = pd.DataFrame(
        {
            "number": [1.5, np.nan, -0.0],
            "count": np.array([1, 2, 3], dtype=np.int32),
            "flag": [True, False, True],
            "class": np.array([1, True, np.nan], dtype=object),
            "text": ["a", None, "b"],
        }
    )
    arrays = {}
    again = unpack(pack(frame, "it", arrays), arrays)
    pd.testing.assert_frame_equal(again, frame)
    assert [type(cell) for cell in again["class"][:2]] == [int, bool]
    assert not arrays


@pytest.mark.parametrize(
    "frame, says",
    [
        (pd.DataFrame({"a": [1]}, index=["x"]), "rows are not counted from 0"),
        (pd.DataFrame({0: [1]}), "columns are not distinct texts"),
        (pd.DataFrame({"a": [{1}]}), r"it\.a has a set in row 0"),
    ],
    ids=["index", "columns", "cell"],
)
def test_frame_that_a_file_cannot_hold_is_refused(frame, says):
    with pytest.raises(WrongOption, match=says):
        pack(frame, "it", {})


def test_multi_task_forest_as_a_candidate_option_is_described(tmp_path):
    X, Y = make_table()
    base = MultiTaskForest(max_depth=2)
    tried = [Candidate("single", SingleTask("gap_exp", base=base, n_estimators=5), False)]
    model = TransferSelector("gap_exp", candidates=tried, n_estimators_compared=4, random_state=1).fit(X, Y)
    save_model(model, tmp_path / "model.graft")
    options = describe(tmp_path / "model.graft")["options"]["candidates"][0]["options"]
    assert options["estimator"]["options"]["base"]["options"]["max_depth"] == 2


def test_file_from_before_there_were_blends_loads(two_winners, tmp_path):
    old = copy(two_winners)
    del old.weights_
    save_model(old, tmp_path / "old.graft")
    loaded = load_model(tmp_path / "old.graft")
    assert loaded.best_ == two_winners.best_ and not hasattr(loaded, "weights_")


def test_weights_that_are_no_numbers_are_refused(two_winners, tmp_path):
    wrong = copy(two_winners)
    wrong.weights_ = {"hidden": {"single": "all"}}
    with pytest.raises(DamagedModel, match="its weights_ is a dict, which it cannot be"):
        save_model(wrong, tmp_path / "wrong.graft")
