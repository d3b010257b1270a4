"""A pooled forest has seen the other label of a material: its error bar is that of such materials."""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from graftwood import Pooled, load_model, save_model
from graftwood.errors import DamagedModel
from graftwood.store.archive import read_arrays, read_bytes, read_document, write_archive

N_TRAINED, N_TESTED = 400, 400


def two_scales(seed=0, kind="real", own=1.0):
    """Inputs and labels of two tasks that disagree by an amount of their own in each material."""
    rng = np.random.default_rng(seed)
    n = N_TRAINED + N_TESTED
    X = rng.normal(size=(n, 4))
    dft = 4 + X[:, 0] + own * rng.normal(size=n)
    exp = dft + 1.0 + 0.7 * rng.normal(size=n)
    if kind == "nonnegative":
        dft, exp = np.maximum(dft - 4, 0), np.maximum(exp - 4, 0)
    Y = pd.DataFrame({"dft": dft, "exp": exp})
    given = Y.copy()
    given.loc[N_TRAINED:, "exp"] = np.nan
    return X, given, Y


@cache
def fitted(kind="real", own=1.0, seed=0, **options):
    X, given, Y = two_scales(seed, kind, own)
    model = Pooled("exp", n_estimators=60, random_state=seed, kinds=dict.fromkeys(Y, kind), **options)
    return model.fit(X, given), X, given, Y


@pytest.mark.parametrize(("own", "options"), [(1.5, {}), (1.0, {"source_as_input": True})])
def test_error_bars_of_half_known_materials_cover_what_they_promise(own, options):
    rows, shares = slice(N_TRAINED, None), {"hidden": [], "visible": []}
    for seed in range(4):  # a table of 400 tells a coverage to 0.03, as does one that calibrates
        model, X, given, Y = fitted(own=own, seed=seed, **options)
        error = np.abs(model.predict(X[rows]) - Y["exp"][rows])
        for regime, known in {"hidden": None, "visible": given[rows]}.items():
            _, spread = model.predict(X[rows], known=known, return_std=True)
            shares[regime].append(np.mean(error <= spread))
    assert np.mean(shares["visible"]) == pytest.approx(0.68, abs=0.04)
    if not options:
        # A bar that was learned of new materials is too long for those that the forest has half seen.
        assert np.mean(shares["hidden"]) > np.mean(shares["visible"]) + 0.05


def test_a_known_label_that_was_not_trained_on_changes_nothing():
    model, _, _, _ = fitted()
    new = np.random.default_rng(9).normal(size=(20, 4))
    known = pd.DataFrame({"dft": np.full(20, 4.0), "exp": np.nan})
    for said, told in zip(
        model.predict(new, return_std=True), model.predict(new, known=known, return_std=True), strict=True
    ):
        assert np.array_equal(said, told)


def test_known_labels_change_the_error_bar_alone():
    model, X, given, _ = fitted()
    rows = slice(N_TRAINED, None)
    mean, spread = model.predict(X[rows], return_std=True)
    told, other = model.predict(X[rows], known=given[rows], return_std=True)
    assert np.array_equal(mean, told) and not np.isclose(spread, other).any()


def test_zeros_have_a_regime_of_their_own_too(tmp_path):
    model, X, given, Y = fitted("nonnegative")
    rows = slice(N_TRAINED, None)
    low, high = model.predict_interval(X[rows], 0.9, known=given[rows])
    above = Y["exp"][rows].to_numpy() > 0  # a zero is inside any interval that begins there
    inside = (low <= Y["exp"][rows]) & (Y["exp"][rows] <= high)
    assert 0.84 < inside[above].mean() < 0.96
    assert set(model._calibrations["exp"]) == {"hidden", "visible"}
    save_model(model, tmp_path / "pooled.graft")
    again = load_model(tmp_path / "pooled.graft")
    assert np.array_equal(again.predict_interval(X[rows], 0.9, known=given[rows])[0], low)


def test_order_of_rows_changes_nothing():
    X, given, _ = two_scales()
    names = np.array([f"m{number}" for number in range(len(X))])
    order = np.random.default_rng(1).permutation(len(X))
    spreads = []
    for at in (np.arange(len(X)), order):
        model = Pooled("exp", n_estimators=20, random_state=0).fit(X[at], given.iloc[at], groups=names[at])
        spreads.append(model.predict(X[-50:], known=given[-50:], return_std=True)[1])
    assert np.array_equal(*spreads)


def test_only_pairs_of_labels_tell_of_half_known_rows():
    X, given, _ = two_scales()
    given.loc[:N_TRAINED, "dft"] = np.nan  # no row has both
    model = Pooled("exp", n_estimators=20, random_state=0).fit(X, given)
    known = given[N_TRAINED:]
    assert np.array_equal(
        model.predict(X[N_TRAINED:], return_std=True)[1],
        model.predict(X[N_TRAINED:], known=known, return_std=True)[1],
    )


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda seen, arrays: seen["tasks"].update(tuple=["dft", "exp"]), "has seen labels of dft, exp"),
        (lambda seen, arrays: seen["tasks"].update(tuple=["x"]), "has seen labels of x"),
        (
            lambda seen, arrays: arrays.update({seen["keys"]["array"]: np.zeros(2, np.uint64)}),
            "do not increase",
        ),
        (
            lambda seen, arrays: arrays.update({seen["keys"]["array"]: np.zeros(0, np.uint64)}),
            "do not increase",
        ),
        (
            lambda seen, arrays: arrays.update({seen["keys"]["array"]: np.arange(2.0)}),
            "dimensions of float64",
        ),
    ],
)
def test_damaged_rows_that_were_seen_are_refused(tmp_path, edit, message):
    path = tmp_path / "pooled.graft"
    save_model(fitted()[0], path)
    document, arrays = read_document(read_bytes(path)), read_arrays(read_bytes(path))
    edit(document["state"]["_network"]["fields"]["seen"]["dict"]["exp"]["fields"], arrays)
    path.write_bytes(write_archive(document, arrays))
    with pytest.raises(DamagedModel, match=message):
        load_model(path)
