import numpy as np

from graftwood.features.elements import PROPERTIES, element_table


def test_columns_of_the_file_are_the_documented_properties() -> None:
    from importlib.resources import files

    header = (files("graftwood.features") / "elements.csv").read_text(encoding="utf-8").splitlines()[0]
    assert header.split(",")[1:] == [prop.name for prop in PROPERTIES]


def test_every_property_has_a_source_and_a_meaning() -> None:
    assert all(prop.source and prop.meaning for prop in PROPERTIES)


def test_elements_stand_in_the_order_of_their_atomic_numbers_without_gaps() -> None:
    table = element_table()
    assert np.array_equal(table.values[:, 0], np.arange(1, 104))
    assert len(set(table.symbols)) == 103
    assert np.isfinite(table.values).all()


def test_table_cannot_be_changed_by_accident() -> None:
    assert not element_table().values.flags.writeable
    assert element_table() is element_table()
