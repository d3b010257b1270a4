"""Partitions hold every row once, in order, with the cells that reading the whole file gives."""

import gzip

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graftwood.errors import EmptyTable, UnreadableFile
from graftwood.reading.partitions import find_partitions, read_partition, table_files
from graftwood.reading.parts import read_parts

CELLS = st.text(alphabet='ab",;\n é\r', max_size=6)


def whole(path):
    return pd.concat(read_parts(path, 1000), ignore_index=True)


def in_partitions(path, n_rows, part_rows=2):
    parts = find_partitions(path, n_rows)
    assert [part.number for part in parts] == list(range(len(parts)))
    frames = [frame for part in parts for frame in read_partition(part, part_rows)]
    return pd.concat(frames, ignore_index=True)


@given(
    st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=12),
    st.integers(1, 5),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["utf-8", "utf-8-sig"]),
)
@settings(max_examples=60, deadline=None)
def test_rows_of_text_are_cut_between_and_never_within(tmp_path_factory, cells, n_rows, end, encoding):
    path = tmp_path_factory.mktemp("t") / "t.csv"
    frame = pd.DataFrame(cells, columns=["x", "wé"])
    frame.to_csv(path, index=False, lineterminator=end, encoding=encoding)
    if len(frame):
        pd.testing.assert_frame_equal(in_partitions(path, n_rows), whole(path))


def test_a_quotation_mark_within_a_cell_opens_nothing(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text('pipe,n\n5" steel,1\n3" steel,2\nplain,3\n')
    assert in_partitions(path, 1)["n"].tolist() == ["1", "2", "3"]
    assert len(find_partitions(path, 1)) == 3


def test_row_groups_of_parquet_stay_whole(tmp_path):
    path = tmp_path / "t.parquet"
    frame = pd.DataFrame({"x": range(25), "y": ["a"] * 25})
    frame.to_parquet(path, row_group_size=4)
    parts = find_partitions(path, 7)
    assert [(part.start, part.stop) for part in parts] == [(0, 2), (2, 4), (4, 6), (6, 7)]
    pd.testing.assert_frame_equal(in_partitions(path, 7), whole(path))


def test_packed_text_and_workbooks_are_one_partition(tmp_path):
    text, book = tmp_path / "a.csv.gz", tmp_path / "b.xlsx"
    text.write_bytes(gzip.compress(b"x\n1\n2\n3\n"))
    pd.DataFrame({"x": ["4", "5"]}).to_excel(book, index=False)
    assert len(find_partitions(text, 1)) == len(find_partitions(book, 1)) == 1
    assert in_partitions(tmp_path, 1)["x"].astype(str).tolist() == ["1", "2", "3", "4", "5"]


def test_files_of_a_folder_follow_each_other_by_name(tmp_path):
    for name in ("b.csv", "a.csv", "notes.txt", ".part-9.csv"):
        (tmp_path / name).write_text(f"x\n{name}\n")
    assert [path.name for path in table_files(tmp_path)] == ["a.csv", "b.csv"]
    assert in_partitions(tmp_path, 10)["x"].tolist() == ["a.csv", "b.csv"]


def test_a_folder_without_tables_is_refused(tmp_path):
    with pytest.raises(EmptyTable, match="the folder has no table in it"):
        find_partitions(tmp_path, 10)


@pytest.mark.parametrize("content", ["x,y\n", "x,y\n\n\n"])
def test_a_table_without_rows_is_refused(tmp_path, content):
    path = tmp_path / "t.csv"
    path.write_text(content)
    with pytest.raises(EmptyTable, match="no rows below its header"):
        find_partitions(path, 10)


def test_a_row_with_too_many_cells_is_told_by_its_line(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("x,y\n1,2\n3,4\n5,6,7\n")
    with pytest.raises(UnreadableFile, match="line 4 has 3 cells"):
        find_partitions(path, 1)


def test_a_file_that_became_shorter_is_noticed(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("x\n1\n2\n3\n")
    last = find_partitions(path, 1)[-1]
    path.write_text("x\n1\n")
    with pytest.raises(UnreadableFile, match="has become shorter"):
        list(read_partition(last, 1))
