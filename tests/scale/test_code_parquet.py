"""Tables read in batches give the codes of the whole table, or nearly, and models that answer alike."""

import numpy as np
import pandas as pd
import pytest

from graftwood import Difference, SingleTask, code_parquet
from graftwood.coding import batches
from graftwood.coding.inputs import code_rows
from graftwood.errors import EmptyTable, MissingColumn, NotFinite, UnreadableFile, WrongOption


@pytest.fixture
def table(tmp_path):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"b": rng.normal(size=700), "a": rng.integers(0, 9, 700).astype(float)})
    frame.loc[::11, "b"] = np.nan
    frame["phase"] = rng.choice(["cubic", "hexagonal"], 700)
    frame.loc[690, "phase"] = "monoclinic"  # once, near the end
    frame["gap"] = frame["a"] + frame["b"].fillna(0) + (frame["phase"] == "cubic")
    path = tmp_path / "calculated.parquet"
    frame.to_parquet(path, row_group_size=100)
    return path, frame


INPUTS = ["b", "a", "phase"]


def test_a_table_within_the_sketch_has_the_codes_of_the_whole(table, monkeypatch):
    path, frame = table
    monkeypatch.setattr(batches, "BATCH", 150)
    coded, whole = code_parquet(path, INPUTS), code_rows(frame[INPUTS], "Example")
    assert np.array_equal(coded.codes, whole.codes)
    assert coded.coder.names == whole.coder.names and coded.codes.nbytes == 3 * 700


def test_models_of_codes_are_models_of_the_table(table):
    path, frame = table
    Y = frame[["gap"]].assign(gap_exp=frame["gap"].where(np.arange(700) % 4 == 0) + 1)
    options = {"n_estimators": 8, "random_state": 0}
    coded = Difference("gap_exp", "gap", **options).fit(code_parquet(path, INPUTS), Y)
    whole = Difference("gap_exp", "gap", **options).fit(frame[INPUTS], Y)
    assert np.array_equal(coded.predict(frame[INPUTS]), whole.predict(frame[INPUTS]))


def test_a_sketch_knows_every_category_and_little_is_lost(table):
    path, frame = table
    coded = code_parquet(path, INPUTS, n_sketched=120, random_state=1)
    assert coded.coder.categories[coded.coder.names.index("phase")] == ("cubic", "hexagonal", "monoclinic")
    order = np.argsort(frame["b"].to_numpy())[: frame["b"].notna().sum()]
    codes = coded.codes[coded.coder.names.index("b")][order]
    assert (np.diff(codes.astype(int)) >= 0).all() and len(np.unique(codes)) > 80
    assert (coded.codes[coded.coder.names.index("b")][::11] == 255).all()


def test_a_table_of_which_only_codes_are_kept_serves_forests_alone(table):
    from sklearn.linear_model import LinearRegression

    path, frame = table
    with pytest.raises(WrongOption, match="only codes are kept, which forests alone can use"):
        SingleTask(base=LinearRegression()).fit(code_parquet(path, INPUTS), frame["gap"])


def test_what_is_no_table_is_refused(table, tmp_path):
    path, frame = table
    with pytest.raises(MissingColumn, match=r"there is no column 'c'; the columns are b, a, phase, gap"):
        code_parquet(path, ["a", "c"])
    with pytest.raises(UnreadableFile, match="missing or no Parquet file"):
        code_parquet(tmp_path / "nothing.parquet", ["a"])
    (tmp_path / "text.parquet").write_text("a,b\n1,2\n")
    with pytest.raises(UnreadableFile, match="missing or no Parquet file"):
        code_parquet(tmp_path / "text.parquet", ["a"])
    frame[:0].to_parquet(tmp_path / "empty.parquet")
    with pytest.raises(EmptyTable, match="the table has no rows"):
        code_parquet(tmp_path / "empty.parquet", ["a"])
    frame.assign(a=np.inf).to_parquet(tmp_path / "infinite.parquet")
    with pytest.raises(NotFinite, match="input 'a' of row 0 is infinity"):
        code_parquet(tmp_path / "infinite.parquet", ["a"])


def test_a_table_that_changes_between_the_two_readings_is_noticed():
    frame, calls = pd.DataFrame({"a": [1.0, 2.0, 3.0]}), []

    def read():
        calls.append(1)
        return [frame] if len(calls) == 1 else [frame[:2]]

    with pytest.raises(UnreadableFile, match="the table changed while it was read"):
        batches.code_batches(read, 3, "table")
