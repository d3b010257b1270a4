"""What must hold of every study on disk: order and the spelling of formulas change nothing."""

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, given, settings

from graftwood.features.formula import material_key
from graftwood.features.notation import amounts_of
from graftwood.reading import read_study
from tests.strategies import formulas, seeds, study_files, toml_of

few = settings(max_examples=12, suppress_health_check=list(HealthCheck))


def read(folder, tasks, files):
    for task, frame in files.items():
        frame.to_csv(folder / f"{task}.csv", index=False)
    (folder / "study.toml").write_text(toml_of(tasks), encoding="utf-8")
    return read_study(folder / "study.toml").table


def cells(table):
    columns = sorted(table.labels)
    joined = table.inputs.join(table.labels[columns]).assign(material=table.materials)
    return joined.sort_values(["material", "formula", *columns]).reset_index(drop=True)


@given(study_files(), seeds)
@few
def test_order_of_tasks_rows_and_columns_changes_no_table(tmp_path_factory, drawn, seed):
    tasks, files = drawn
    rng, folder = np.random.default_rng(seed), tmp_path_factory.mktemp("study")
    before = read(folder, tasks, files)
    moved = {
        task: frame.sample(frac=1, random_state=seed)[frame.columns[::-1]] for task, frame in files.items()
    }
    after = read(folder, dict(rng.permutation(list(tasks.items())).tolist()), moved)
    pd.testing.assert_frame_equal(cells(before), cells(after))
    assert sorted(before.problems["problem"]) == sorted(after.problems["problem"])


@given(study_files())
@few
def test_no_label_is_invented_and_none_is_lost_without_a_word(tmp_path_factory, drawn):
    tasks, files = drawn
    table = read(tmp_path_factory.mktemp("study"), tasks, files)
    for task, frame in files.items():
        given_materials = {material_key(formula) for formula in frame["formula"]}
        assert set(table.materials[table.labels[task].notna()]) <= given_materials
        plain = pd.to_numeric(frame["gap (eV)"], errors="coerce").notna()
        kept = set(table.materials[table.labels[task].notna()])
        assert {material_key(formula) for formula in frame["formula"][plain]} <= kept


@given(formulas())
@settings(max_examples=200)
def test_formula_is_read_and_its_multiples_are_one_material(formula):
    amounts = amounts_of(formula)
    doubled = "".join(f"{symbol}{2 * amount:g}" for symbol, amount in reversed(list(amounts.items())))
    assert all(amount > 0 for amount in amounts.values())
    assert material_key(doubled) == material_key(formula) == material_key(f"({formula})3")
