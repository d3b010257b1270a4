"""``graftwood demo``: the main job on the data that ships with the package."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def demo(
    out: Annotated[
        Path, typer.Option(help="Folder for the results; it is made if it does not exist.")
    ] = Path("demo"),
    trees: Annotated[int, typer.Option(min=2, help="Trees per forest in the comparison.")] = 20,
    jobs: Annotated[
        int, typer.Option(min=-1, help="Threads; -1 uses all processors. Results are the same.")
    ] = -1,
) -> None:
    """Do calculated band gaps help to predict experimental ones? See it on real data.

    Compares every architecture on 4,601 experimental and 12,000 calculated band gaps,
    chooses, fits, and predicts 200 candidates with error bars.

    Example: graftwood demo --out demo
    """
    if jobs == 0:
        raise typer.BadParameter("0 threads cannot work; give -1 or a number above 0.", param_hint="--jobs")
    # A folder that cannot be made is better known before the work than after it.
    out.mkdir(parents=True, exist_ok=True)
    from graftwood.cli.progress import progress_bar
    from graftwood.cli.results import show_answer, write_results
    from graftwood.study.run import demo_study, run_study

    typer.echo("Reading 12,000 calculated and 4,604 measured band gaps ...")
    study = demo_study(n_estimators_compared=trees, n_jobs=jobs)
    with progress_bar("Comparing architectures") as progress:
        records, model = run_study(study, progress)
    files = write_results(records, model, study.features, out)
    show_answer(records, files)
