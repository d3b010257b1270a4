import struct
from dataclasses import replace

import pytest

from graftwood.report import draw_comparison_figure


def test_png_is_wide_enough_for_800_pixels_on_a_fine_screen(small_records, tmp_path):
    path = tmp_path / "comparison.png"
    draw_comparison_figure(small_records, path)
    content = path.read_bytes()
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">I", content[16:20]) == (1600,)


def test_same_records_give_the_same_svg(small_records, tmp_path):
    paths = [tmp_path / name for name in ("one.svg", "two.svg")]
    for path in paths:
        draw_comparison_figure(small_records, path)
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("left_out", ["single", "multi_task"])
def test_any_architecture_may_be_missing(small_records, tmp_path, left_out):
    comparison = small_records.comparison.query("architecture != @left_out")
    draw_comparison_figure(replace(small_records, comparison=comparison), tmp_path / "comparison.png")
    assert (tmp_path / "comparison.png").stat().st_size > 10_000


def test_drawing_leaves_no_figure_open(small_records, tmp_path):
    from matplotlib import pyplot

    draw_comparison_figure(small_records, tmp_path / "comparison.png")
    assert pyplot.get_fignums() == []
