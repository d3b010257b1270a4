import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from graftwood.datasets.draw import draw_places


@given(st.lists(st.text(min_size=1), unique=True), st.integers(0, 2**32))
def test_place_depends_on_the_material_alone(materials, seed) -> None:
    places = draw_places(materials, seed)
    assert np.array_equal(draw_places(materials[::-1], seed), places[::-1])
    assert all(draw_places([key], seed)[0] == place for key, place in zip(materials, places, strict=True))


def test_draw_is_the_same_for_ever() -> None:
    assert draw_places(["GaN"], 0)[0] == 7396499365187217562


def test_seeds_give_unrelated_draws() -> None:
    materials = [str(number) for number in range(2000)]
    one, other = (draw_places(materials, seed).astype(float) for seed in (1, 2))
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.1
