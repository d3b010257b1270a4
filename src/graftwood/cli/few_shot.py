"""Results of the few-shot study: files that appear all or none, and what is printed of them."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from graftwood.cli.study_text import print_study

if TYPE_CHECKING:
    from graftwood.fewshot.study.records import FewShotRecords

COMPARISON, CORNERS, CURVES = "comparison.csv", "corners", "curves"


def write_few_shot(records: FewShotRecords, out: Path) -> list[Path]:
    """Write comparison.csv and the figures as SVG and PNG, all or none; return their paths."""
    from graftwood.fewshot.study.figure import draw_corners, draw_curves
    from graftwood.store.atomic import atomic_path

    draw = {CORNERS: draw_corners}
    if any(each.metric == "mse" for each in records.measurements):
        draw[CURVES] = draw_curves
    with ExitStack() as waiting:
        paths = [out / COMPARISON]
        comparison = waiting.enter_context(atomic_path(paths[0]))
        records.comparison().to_csv(comparison, index=False, float_format="%.10g", lineterminator="\n")
        for name, drawn in draw.items():
            for suffix in (".svg", ".png"):
                paths.append(out / f"{name}{suffix}")
                drawn(records, waiting.enter_context(atomic_path(paths[-1])))
    return paths


def show_few_shot(records: FewShotRecords, files: list[Path]) -> None:
    """Print the tables, who wins where, the claims and where the files are."""
    from graftwood.fewshot.study.run import tables_of

    print_study(tables_of(records), records.claims, records.notes, files)
