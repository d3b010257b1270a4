"""``graftwood predict``: a table of any length, a part at a time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from graftwood.errors import WrongOption

if TYPE_CHECKING:
    from graftwood.study.predict_file import Predictor

ModelPath = Annotated[Path, typer.Argument(metavar="MODEL", help="A model file, such as model.graft.")]


def predict(
    model: ModelPath,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Candidates: csv, csv.gz, tsv, parquet or xlsx.")
    ],
    out: Annotated[Path, typer.Option(help="The predictions: csv or parquet.")] = Path("predictions.csv"),
) -> None:
    """Predict every row of a table: mean, spread and 90 % interval per task.

    A column named as a task holds known labels, which are used.  A row that cannot be predicted stays, and
    its column 'problem' says why.

    Example: graftwood predict model.graft candidates.csv --out predictions.csv
    """
    if out.resolve() == file.resolve():
        raise typer.BadParameter("the predictions would replace the candidates.", param_hint="--out")
    if not out.name.lower().endswith((".csv", ".parquet")):
        raise typer.BadParameter("predictions end in .csv or .parquet.", param_hint="--out")
    from graftwood.cli.prediction_files import write_parts
    from graftwood.cli.progress import count_bar

    predictor = open_predictor(model)
    n_rows = n_problems = 0
    with count_bar("Predicting") as progress:
        for part in write_parts(predictor.predictions(file), out):
            n_rows += len(part)
            n_problems += int((part["problem"] != "").sum())
            progress(n_rows)
    typer.echo(f"{n_rows:,} rows, {n_problems:,} with a problem. Written: {out}")


def open_predictor(path: Path) -> Predictor:
    """Load a model with what it needs to read a table.

    Raises
    ------
    UnreadableFile, DamagedModel
        As `graftwood.load_model`.
    WrongOption
        The model was saved without its inputs.
    """
    from graftwood.store.describe import describe
    from graftwood.store.load import load_inputs, load_model
    from graftwood.study.predict_file import Predictor

    model, features, card = load_model(path), load_inputs(path), describe(path)
    if features is None:
        raise WrongOption(
            f"{path}: the model was saved without its inputs, so that a table cannot be read for it; save it "
            "with save_model(..., inputs=features)."
        )
    units = {**card["units"], **((card["study"] or {}).get("units") or {})}
    return Predictor(model, features.set_params(on_problem="nan"), units)
