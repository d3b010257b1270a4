"""The check of packed trees against a walk of its own, step by step."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graftwood.store.check_trees import can_be_walked

N_INPUTS, N_SETS, N_LEAVES = 3, 2, 4


def leaf(number):
    return -1 - number


def split(right, feature=0, cut=5):
    return right << 26 | feature << 10 | cut


def category(right, feature=0):
    return right << 26 | feature << 10 | 512


def walk_reaches_only_what_exists(words, starts):
    """Follow every branch of every tree, one word at a time."""
    for first, end in zip(starts[:-1], starts[1:], strict=True):
        tree = [int(word) for word in words[first:end]]
        waiting = [0]
        while waiting:
            at = waiting.pop()
            if at >= len(tree):
                return False
            word = tree[at]
            if word < 0:
                if -1 - word >= N_LEAVES:
                    return False
                continue
            left = at + 1
            if word & 512:
                left = at + 2
                if at + 1 >= len(tree) or not 0 <= tree[at + 1] < N_SETS:
                    return False
            if (word >> 10) & 0xFFFF >= N_INPUTS or word >> 26 <= at:
                return False
            waiting += [left, word >> 26]
    return True


def accepts(words, starts):
    words, starts = np.array(words, dtype=np.int64), np.array(starts, dtype=np.int64)
    return can_be_walked(words, starts, N_INPUTS, N_SETS, N_LEAVES)


@pytest.mark.parametrize(
    "words, starts",
    [
        pytest.param([leaf(0)], [0, 1], id="stump"),
        pytest.param([leaf(0), leaf(3)], [0, 1, 2], id="two-stumps"),
        pytest.param([split(2), leaf(0), leaf(1)], [0, 3], id="split"),
        pytest.param([category(3), 1, leaf(0), leaf(1)], [0, 4], id="category"),
        pytest.param(
            [category(7), 1, category(6), 0, leaf(0), leaf(1), leaf(1), leaf(1)], [0, 8], id="two-in-a-row"
        ),
        pytest.param(
            [split(2), leaf(0), leaf(1), category(3), 0, leaf(2), leaf(3)],
            [0, 3, 7],
            id="places-count-from-the-tree",
        ),
        pytest.param([category(3, 2), 0, leaf(0), split(5, 2), leaf(1), leaf(2)], [0, 6], id="last-input"),
    ],
)
def test_sound_trees_are_accepted(words, starts):
    assert accepts(words, starts)


@pytest.mark.parametrize(
    "words, starts",
    [
        pytest.param([split(1)], [0, 1], id="no-children"),
        pytest.param([split(2), leaf(0), leaf(4)], [0, 3], id="leaf"),
        pytest.param([split(3), leaf(0), leaf(1)], [0, 3], id="right-behind-the-end"),
        pytest.param([split(2), leaf(0), split(2)], [0, 3], id="right-is-itself"),
        pytest.param([split(2, 3), leaf(0), leaf(1)], [0, 3], id="input"),
        pytest.param([category(3), 2, leaf(0), leaf(1)], [0, 4], id="set"),
        pytest.param([category(3), leaf(0), leaf(0), leaf(1)], [0, 4], id="leaf-in-place-of-a-set"),
        pytest.param([category(1), 0, leaf(0), leaf(1)], [0, 4], id="right-is-the-set"),
        pytest.param([split(2), category(4), 0, leaf(0), leaf(1)], [0, 5], id="right-is-anothers-set"),
        pytest.param([category(2)], [0, 1], id="no-set"),
        pytest.param([category(2), leaf(0)], [0, 1, 2], id="set-in-the-next-tree"),
        pytest.param([split(2), leaf(0), leaf(1)], [0, 1, 3], id="children-in-the-next-tree"),
    ],
)
def test_unsound_trees_are_refused(words, starts):
    assert not accepts(words, starts)


WORDS = st.one_of(
    st.integers(0, 4).map(leaf),
    st.builds(split, st.integers(0, 12), st.integers(0, 3)),
    st.builds(category, st.integers(0, 12), st.integers(0, 3)),
    st.integers(0, 2),
    st.integers(-(2**63), 2**63 - 1),
)


@given(st.lists(st.lists(WORDS, min_size=1, max_size=12), min_size=1, max_size=3))
def test_what_is_accepted_can_be_walked(trees):
    words = [word for tree in trees for word in tree]
    starts = np.cumsum([0] + [len(tree) for tree in trees])
    if accepts(words, starts):
        assert walk_reaches_only_what_exists(np.array(words, dtype=np.int64), starts)


@st.composite
def sound_trees(draw, depth=0):
    """Words of one tree, places counted from its start."""

    def grow(at, depth):
        kind = draw(st.sampled_from(["leaf", "split", "category"] if depth < 4 else ["leaf"]))
        if kind == "leaf":
            return [leaf(draw(st.integers(0, N_LEAVES - 1)))]
        head = 1 if kind == "split" else 2
        left = grow(at + head, depth + 1)
        right_at = at + head + len(left)
        right = grow(right_at, depth + 1)
        feature = draw(st.integers(0, N_INPUTS - 1))
        first = split(right_at, feature) if kind == "split" else category(right_at, feature)
        return [first, *([draw(st.integers(0, N_SETS - 1))] if head == 2 else []), *left, *right]

    return grow(0, 0)


@given(st.lists(sound_trees(), min_size=1, max_size=4))
def test_every_sound_forest_is_accepted(trees):
    words = [word for tree in trees for word in tree]
    starts = np.cumsum([0] + [len(tree) for tree in trees])
    assert accepts(words, starts)
    assert walk_reaches_only_what_exists(np.array(words, dtype=np.int64), starts)


def test_set_number_that_looks_like_a_split_is_told_from_one():
    n_sets = 600
    words = np.array([category(3), 512 + 5, leaf(0), leaf(1)], dtype=np.int64)
    assert can_be_walked(words, np.array([0, 4]), N_INPUTS, n_sets, N_LEAVES)
    assert not can_be_walked(words, np.array([0, 4]), N_INPUTS, 517, N_LEAVES)
    nested = [category(6), 512 + 5, category(5), 513, leaf(0), leaf(1), leaf(2)]
    assert can_be_walked(np.array(nested), np.array([0, 7]), N_INPUTS, n_sets, N_LEAVES)


def test_large_forests_are_checked_in_stretches_of_whole_trees(monkeypatch):
    from graftwood.engine.forest import View
    from graftwood.errors import DamagedModel
    from graftwood.store import check_trees as check

    seen = []
    real = check.can_be_walked
    monkeypatch.setattr(check, "CHUNK", 7)
    monkeypatch.setattr(
        check, "can_be_walked", lambda words, *rest: seen.append(len(words)) or real(words, *rest)
    )
    tree = [split(2), leaf(0), leaf(1)]
    big = [split(6), split(5), split(4), leaf(0), leaf(1), leaf(2), split(8), leaf(0), leaf(1)]
    words = np.array(tree * 3 + big + tree * 2, dtype=np.int64)
    starts = np.array([0, 3, 6, 9, 18, 21, 24], dtype=np.int64)
    view = View(words, starts, np.zeros((0, 256), np.uint8), np.zeros((N_LEAVES, 1)), np.zeros(3))
    check.check_view(view, N_INPUTS, "it")
    assert seen == [6, 3, 9, 6]
    words[-1] = leaf(9)
    with pytest.raises(DamagedModel, match="a node of it points"):
        check.check_view(view, N_INPUTS, "it")
