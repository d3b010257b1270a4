"""The few-shot study: readers, splits without leaks, claims that can fail, and a run from end to end."""

from dataclasses import replace

import numpy as np
import pytest

from graftwood.errors import MissingColumn, UnreadableFile
from graftwood.fewshot.study.claims import better, claims_of_corner, paired, winner_line
from graftwood.fewshot.study.figure import draw_corners, draw_curves
from graftwood.fewshot.study.methods import LABELS, anil_variants, baselines, subspace_methods
from graftwood.fewshot.study.real import RealSettings, splits_of
from graftwood.fewshot.study.records import COLUMNS, FewShotRecords, Measurement, interval
from graftwood.fewshot.study.run import quick_settings, run_study, tables_of
from graftwood.fewshot.study.simulated import DISTANCE, SECONDS
from graftwood.fewshot.study.tables import read_schools, read_stations
from tests.fewshot.real_files import SCHOOLS, STATIONS, school_rows, station_rows, write_tables


def silent(what, done, total):
    pass


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return write_tables(tmp_path_factory.mktemp("data"))


def small_settings():
    """Settings of a quick run, but for fewer tasks and steps."""
    quick = quick_settings()
    simulation = replace(quick.simulation, n_new_tasks=8, outer_steps=8, pursuit_iter=12)
    return replace(quick, simulation=simulation, real=replace(quick.real, outer_steps=5))


@pytest.fixture(scope="module")
def records(data):
    return run_study(small_settings(), data, silent)


def test_stations_are_read_with_circular_inputs_and_without_incomplete_rows(data):
    with_pm10, without = read_stations(data)
    n_missing = station_rows()[["CO", "wd"]].isna().any(axis=1).sum()
    assert with_pm10.X.shape == (len(station_rows()) - n_missing, 14)
    assert without.X.shape[1] == 13 and np.shares_memory(with_pm10.X, without.X)
    np.testing.assert_allclose(with_pm10.X[:, 10] ** 2 + with_pm10.X[:, 11] ** 2, 1)
    assert len(np.unique(with_pm10.task)) == 20
    assert np.isfinite(with_pm10.X).all() and np.isfinite(with_pm10.y).all()


def test_schools_are_read_without_the_constant_input(data):
    (schools,) = read_schools(data)
    assert schools.X.shape == (360, 5) and len(np.unique(schools.task)) == 12


def test_months_are_predicted_from_earlier_ones_and_no_label_is_near_a_test_hour(data):
    table, settings = read_stations(data)[0], RealSettings(n_labels=(3, 5), n_origins=3)
    splits = list(splits_of(table, settings, draw=0))
    assert len(splits) == 3
    for split in splits:
        assert split.new
        for task in split.new:
            assert table.period[split.train].max() < table.period[task.test].min()
            assert len(np.unique(table.task[np.concatenate([task.pool, task.test])])) == 1
            assert table.hour[task.test].min() - table.hour[task.pool].max() >= 48


def test_training_tasks_have_few_rows_and_a_new_task_none(data):
    for table in (read_stations(data)[0], read_schools(data)[0]):
        for split in splits_of(table, RealSettings(n_labels=(3, 5), n_train_rows=8), draw=1):
            assert np.unique(table.task[split.train], return_counts=True)[1].max() == 8
            assert len(np.unique(split.train)) == len(split.train)
            new = {table.task[task.test[0]] for task in split.new}
            assert not new & set(table.task[split.train])
            assert not any(set(task.pool) & set(task.test) for task in split.new)


def test_every_school_is_new_once(data):
    table = read_schools(data)[0]
    new = [task.cluster for split in splits_of(table, RealSettings(), 0) for task in split.new]
    assert sorted(new) == sorted(str(school) for school in range(1, 13))


def measured(method, values, metric=DISTANCE):
    return Measurement(method, "corner", "5 labels", metric, tuple(values), 10)


def test_a_claim_holds_only_with_its_whole_interval():
    ours = measured("pursuit", [1.0, 1.1, 0.9])
    assert better(ours, measured("anil", [2.0, 2.1, 1.95]), "nearer").holds
    assert not better(ours, measured("anil", [1.0, 1.1, 0.9]), "nearer").holds
    assert not better(ours, measured("anil", [1.5, 1.0, 1.2]), "nearer").holds
    assert not better(measured("anil", [2.0, 2.1, 1.95]), ours, "nearer").holds


def test_differences_are_paired():
    mean, low, high = paired(measured("a", [1.0, 5.0, 9.0]), measured("b", [2.0, 6.0, 10.0]))
    assert (mean, low, high) == (-1.0, -1.0, -1.0)


def test_interval_is_students():
    from scipy.stats import t

    values = [0.1, 0.4, 0.2, 0.9]
    low, high = t.interval(0.95, 3, loc=np.mean(values), scale=np.std(values, ddof=1) / 2)
    assert interval(values) == pytest.approx((np.mean(values), low, high))


def test_a_rival_that_wins_makes_the_claims_fail():
    found = FewShotRecords()
    for metric in (DISTANCE, SECONDS):
        for method in ("pursuit", "pursuit_30", "anil", "anil_best", "alternating", "nuclear", "oracle"):
            level = {"nuclear": 0.1, "oracle": 0.0}.get(method, 0.5)
            found.measurements.append(measured(method, [level, level + 0.01, level + 0.02], metric))
    claims = claims_of_corner(found, "corner", "5 labels")
    assert not any(claim.holds for claim in claims)
    assert "best rival is Nuclear norm" in claims[2].text
    assert winner_line(found, "corner", "5 labels", DISTANCE)[2].startswith("Nuclear norm")


def test_every_method_has_a_name():
    assert {method.key for method in (*subspace_methods(), *baselines())} <= set(LABELS)
    assert len({method.key for method in anil_variants((1, 5))}) == 6


def test_a_run_measures_every_method_everywhere(records):
    methods = {each.method for each in records.measurements}
    assert set(LABELS) <= methods
    assert {each.place for each in records.measurements} == {
        "scarce", "noisy", "easy", "stations", "stations, no PM10", "schools"
    }  # fmt: skip
    assert all(np.isfinite(each.values).all() for each in records.measurements)


def test_comparison_has_the_products_columns_and_paired_gains(records):
    frame = records.comparison()
    assert tuple(frame.columns) == COLUMNS
    line = frame.query("architecture == 'to_pooled' and task == 'schools' and regime == '6 labels'").iloc[0]
    single = frame.query("architecture == 'single' and task == 'schools' and regime == '6 labels'").iloc[0]
    assert line["gain_over_single"] == pytest.approx(single["value"] - line["value"])
    assert single["gain_over_single"] == 0
    assert frame.query("metric == 'cpu_seconds'")["gain_over_single"].isna().all()


def test_pooling_helps_on_planted_schools(records):
    by_method = {each.method: each.mean for each in records.at("schools", "3 labels", "mse")}
    assert by_method["to_pooled"] < 0.5 * by_method["single"]


def test_tables_show_names_and_no_variant(records):
    tables = tables_of(records)
    assert [table.title.split(":")[0] for table in tables[3:-1]] == [
        "stations", "stations, no PM10", "schools"
    ]  # fmt: skip
    assert tables[-1].title == "Who wins where"
    assert all(len(row) == len(table.columns) for table in tables for row in table.rows)
    assert not any("inner steps," in row[0] for table in tables for row in table.rows)


def test_same_study_same_numbers(records, data):
    again = run_study(small_settings(), None, silent)
    first = [each for each in records.measurements if each.metric not in ("mse", SECONDS)]
    assert [each for each in again.measurements if each.metric != SECONDS] == first
    assert any("left out" in note for note in again.notes)


@pytest.mark.parametrize("suffix", [".svg", ".png"])
def test_figures_are_drawn_and_the_same_twice(records, tmp_path, suffix):
    for draw in (draw_corners, draw_curves):
        paths = [tmp_path / f"{at}{suffix}" for at in range(2)]
        for path in paths:
            draw(records, path)
        assert paths[0].read_bytes() == paths[1].read_bytes() and paths[0].stat().st_size > 5_000


@pytest.mark.parametrize("lost", [STATIONS, SCHOOLS])
def test_a_lost_file_is_named_before_anything_is_computed(lost, tmp_path):
    write_tables(tmp_path)
    (tmp_path / lost).unlink()
    with pytest.raises(UnreadableFile, match=rf"{lost.name} does not exist; name with --data the folder"):
        run_study(quick_settings(), tmp_path, lambda *told: pytest.fail("it has begun"))


def test_a_damaged_file_is_named(tmp_path):
    write_tables(tmp_path)
    (tmp_path / SCHOOLS).write_bytes(b"no gzip")
    with pytest.raises(UnreadableFile, match="school.csv.gz cannot be read"):
        read_schools(tmp_path)


@pytest.mark.parametrize("read, path, rows, column", [
    (read_stations, STATIONS, station_rows, "WSPM"), (read_schools, SCHOOLS, school_rows, "school"),
])  # fmt: skip
def test_a_lost_column_is_named(read, path, rows, column, tmp_path):
    write_tables(tmp_path)
    rows().drop(columns=column).to_csv(tmp_path / path, index=False)
    with pytest.raises(MissingColumn, match=f"has no column '{column}'"):
        read(tmp_path)
