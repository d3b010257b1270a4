"""What holds of every shipped data set, whatever its property, and the documents that must name it."""

import re
from pathlib import Path

import pytest

import graftwood.datasets

FOLDER = Path(graftwood.datasets.__file__).parent
ROOT = Path(__file__).resolve().parents[2]
MOST_BYTES = {"dft_gaps": 1_000_000}  # shipped before the limit below
FOLDERS = sorted(path.parent.name for path in FOLDER.glob("*/PROVENANCE.md"))
JOINED = {"load_band_gaps"}  # a table of several, and no data set of its own
LOADERS = [
    getattr(graftwood.datasets, name)
    for name in graftwood.datasets.__all__
    if name.startswith("load_") and name not in JOINED
]


@pytest.mark.parametrize("load", LOADERS, ids=lambda load: load.__name__)
def test_data_set_says_where_it_is_from_and_the_unit_of_every_column(load) -> None:
    data, who = load(), load.__name__
    assert data.source and data.licence and data.citation, f"{who}: source, licence or citation is empty"
    assert set(data.units) == set(data.frame.columns), f"{who}: units must name exactly the columns"
    wrong = [name for name, unit in data.units.items() if (unit == "eV") != is_in_ev(who, name)]
    assert not wrong, f"{who}: a column's name must end in _eV exactly where its unit is eV, not so {wrong}"


def is_in_ev(loader: str, column: str) -> bool:
    """The candidates are a table for the commands, whose column has the name of a task."""
    return column.endswith("_eV") or (loader, column) == ("load_gap_candidates", "gap_dft")


@pytest.mark.parametrize(
    "folder", sorted(p.name for p in FOLDER.iterdir() if p.is_dir() and p.name[0] != "_")
)
def test_folder_has_its_provenance_and_stays_small(folder) -> None:
    path = FOLDER / folder / "PROVENANCE.md"
    assert path.exists(), f"{folder} has no PROVENANCE.md"
    text = path.read_text(encoding="utf-8")
    missing = [word for word in ("**Source", "icence", "itation", "Caveats") if word not in text]
    assert not missing, f"{folder}/PROVENANCE.md lacks {missing}"
    size, most = (
        sum(path.stat().st_size for path in (FOLDER / folder).iterdir()),
        MOST_BYTES.get(folder, 200_000),
    )
    assert size < most, f"{folder} has {size} bytes, and less than {most} ships"


@pytest.mark.parametrize("load", LOADERS, ids=lambda load: load.__name__)
def test_units_stand_in_the_provenance(load) -> None:
    called = re.compile(rf"\b{load.__name__}\b")
    texts = [(FOLDER / name / "PROVENANCE.md").read_text(encoding="utf-8") for name in FOLDERS]
    mine = [text for text in texts if called.search(text)]
    assert mine, f"no PROVENANCE.md says that {load.__name__} loads its file"
    missing = {unit for unit in load().units.values() if not any(unit in text for text in mine)}
    assert not missing, f"the PROVENANCE.md of {load.__name__} lacks the units {sorted(missing)}"


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize("document", ["README.md", "docs/index.md"])
def test_document_leads_to_its_provenance(folder, document) -> None:
    link = f"src/graftwood/datasets/{folder}/PROVENANCE.md)"
    assert link in (ROOT / document).read_text(encoding="utf-8"), f"{document} has no link to {link[:-1]}"
