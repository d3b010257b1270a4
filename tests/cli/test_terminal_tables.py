"""What a terminal shows of results: every number whole, and of which regime a fitted model is the winner."""

from types import SimpleNamespace

import pandas as pd
import pytest

from graftwood.cli.fit import _what_is_fitted
from graftwood.cli.results import show_curve

SIZES = (9, 18, 36, 72, 143, 286)


@pytest.mark.parametrize("width", [80, 120])
def test_a_learning_curve_shows_every_error_and_name_whole(width, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", str(width))
    curve = pd.DataFrame(
        {"metric": "mae", "regime": "hidden", "architecture": name, "n_labels": n, "value": n / 8,
         "standard_error": n / 800}
        for name in ("single", "scaled_difference:gap_pbe_of_a_long_name") for n in SIZES
    )  # fmt: skip
    show_curve(curve, "gap")
    shown = capsys.readouterr().out
    assert max(map(len, shown.splitlines())) <= width and "…" not in shown
    for n in SIZES:
        assert shown.count(f"{n / 8:.3f}") == shown.count(f"±{n / 800:.3f}") == 2
    assert (f"{9 / 8:.3f}±{9 / 800:.3f}" in shown) == (width == 120)


@pytest.mark.parametrize(
    "best, said",
    [
        ({"visible": "difference"}, "Difference"),
        ({"visible": "difference", "hidden": "difference"}, "Difference"),
        (
            {"visible": "difference", "hidden": "single"},
            "Difference, chosen where other labels are known (where nothing is known, Single task was; "
            "--architecture selector fits one for each)",
        ),
    ],
)
def test_a_fitted_model_is_said_to_be_the_winner_of_a_regime_where_the_other_has_another(best, said):
    assert _what_is_fitted(SimpleNamespace(settings={"final model": "difference"}, best=best)) == said
