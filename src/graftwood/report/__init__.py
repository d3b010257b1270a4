"""A finished study as a page to look at, and as a picture.

``write_report`` puts the page on disk; ``summarise`` and ``render_page`` are its two
halves, and ``draw_comparison_figure`` makes the picture.  README.md in this folder
tells how the parts hang together.
"""

from graftwood.report.figure import draw_comparison_figure
from graftwood.report.html import render_page
from graftwood.report.summary import summarise
from graftwood.report.write import write_report

__all__ = ["draw_comparison_figure", "render_page", "summarise", "write_report"]
