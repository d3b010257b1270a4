"""Small fitted models of every architecture, and files that are damaged on purpose."""

import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from graftwood import (
    Blend,
    Difference,
    LatentVariable,
    MultiTaskForest,
    Pooled,
    SingleTask,
    TaskGraph,
    TransferSelector,
    save_model,
)
from graftwood.store.archive import read_arrays, read_bytes, read_document, write_archive

WHEN = datetime(2024, 2, 29, 12, 30, tzinfo=UTC)
N_ROWS = 60
SENTENCE = r"^Cannot read the model file \S+: [^\n]+\.$"


def make_table() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Inputs with a category and holes, and two tasks of which the target is labelled for every third row."""
    rng = np.random.default_rng(7)
    X = pd.DataFrame(
        {
            "pressure": rng.normal(size=N_ROWS),
            "lattice": rng.choice(["cubic", "hexagonal", "µ-phase"], N_ROWS),
            "mass": rng.normal(size=N_ROWS),
        }
    )
    X.loc[::7, "mass"] = np.nan
    X.loc[::11, "lattice"] = None
    dft = X["pressure"] + (X["lattice"] == "cubic")
    experiment = dft * 1.5 + rng.normal(size=N_ROWS) / 10
    experiment[np.arange(N_ROWS) % 3 > 0] = np.nan
    return X, pd.DataFrame({"gap_exp": experiment, "gap_dft": dft})


def make_known() -> pd.DataFrame:
    """The source's label of every other row."""
    known = make_table()[1][["gap_dft"]]
    known.iloc[::2] = np.nan
    return known


def make_models() -> dict[str, Any]:
    """An unfitted model per case."""
    shared: dict[str, Any] = {
        "n_estimators": 6,
        "random_state": 3,
        "units": {"gap_exp": "eV", "gap_dft": "eV"},
    }
    return {
        "all-tasks": MultiTaskForest(**shared),
        "multi-task": MultiTaskForest("gap_exp", max_features=0.5, **shared),
        "single": SingleTask("gap_exp", base=MultiTaskForest(max_depth=3, random_state=1), **shared),
        "single-all-tasks": SingleTask(**shared),
        "pooled": Pooled("gap_exp", **shared),
        "pooled-with-source": Pooled("gap_exp", source_as_input=True, **shared),
        "difference": Difference("gap_exp", "gap_dft", **shared),
        "scaled-difference": Difference("gap_exp", "gap_dft", slope="learned", **shared),
        "self-difference": Difference("gap_exp", "gap_exp", **shared),
        "latent": LatentVariable("gap_exp", ["gap_dft", "gap_exp"], **shared),
        "graph": TaskGraph(
            [LatentVariable("gap_exp", "gap_dft"), MultiTaskForest()], target="gap_exp", **shared
        ),
        "blend": Blend(
            [LatentVariable("gap_exp", "gap_dft"), MultiTaskForest("gap_exp")], weights=(1.0, 3.0), **shared
        ),
        "selector": TransferSelector("gap_exp", n_estimators_compared=4, **shared),
        "latent-hidden": LatentVariable("gap_exp", ("gap_dft",), regimes=("hidden",), **shared),
    }


@pytest.fixture(scope="session")
def fitted() -> dict[str, Any]:
    X, Y = make_table()
    return {name: model.fit(X, Y) for name, model in make_models().items()}


@pytest.fixture(scope="session")
def model_file(fitted: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole model file, not to be changed."""
    path = tmp_path_factory.mktemp("model") / "difference.graft"
    save_model(fitted["difference"], path, metrics={"mae": 0.25}, study={"fingerprint": "ab12"}, created=WHEN)
    return path


@pytest.fixture
def repack(model_file: Path, tmp_path: Path) -> Callable[..., Path]:
    """Write the model file again with its document and arrays changed, checksums and all."""

    def repack_with(edit: Callable[[dict, dict], None]) -> Path:
        data = read_bytes(model_file)
        document, arrays = read_document(data), read_arrays(data)
        edit(document, arrays)
        path = tmp_path / "damaged.graft"
        path.write_bytes(write_archive(document, arrays))
        return path

    return repack_with


def zip_of(path: Path, members: list[tuple[str, bytes]], compression: int = zipfile.ZIP_STORED) -> None:
    """Write a zip archive of members in this order."""
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in members:
            archive.writestr(name, content)


def stage_of(document: dict, regime: str = "hidden") -> dict:
    """Fields of a second stage."""
    return document["state"]["_network"]["fields"]["stages"]["dict"][f"Difference {regime}"]["fields"]


def view_array(document: dict, name: str) -> str:
    """Name of an array of the second stage's trees."""
    return stage_of(document)["views"]["tuple"][0]["fields"][name]["array"]
