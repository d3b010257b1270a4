"""Trees that would lead the kernels astray are refused, whatever the checksums say."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graftwood import load_model
from graftwood.errors import DamagedModel

from .conftest import SENTENCE, make_known, make_table, stage_of, view_array


def in_view(name, change):
    def edit(document, arrays):
        key = view_array(document, name)
        changed = change(arrays[key].copy())
        arrays[key] = changed

    return edit


def put(at, value):
    def change(array):
        array[at] = value
        return array

    return change


def first_split(change):
    def edit_words(words):
        at = int(np.flatnonzero((words >= 0) & (words & 512 == 0))[0])
        words[at] = change(int(words[at]))
        return words

    return edit_words


def first_set(value):
    def edit_words(words):
        at = int(np.flatnonzero((words >= 0) & (words & 512 != 0))[0])
        words[at + 1] = value
        return words

    return edit_words


def right_to(word: int, right: int) -> int:
    return word & (2**26 - 1) | right << 26


def in_stage(name, change):
    def edit(document, arrays):
        key = stage_of(document)[name]["array"]
        arrays[key] = change(arrays[key])

    return edit


def fewer_trees(document, arrays):
    """Take a tree from a forest whose bags come from one that has more."""
    words, starts = view_array(document, "words"), view_array(document, "starts")
    arrays[starts] = arrays[starts][:-1]
    arrays[words] = arrays[words][: arrays[starts][-1]]


def more_cuts(document, arrays):
    stage_of(document)["more_bins"]["fields"]["cuts"]["tuple"].append({"array": "a999"})
    arrays["a999"] = np.empty(0)


TREES = [
    pytest.param(more_cuts, "cuts of 2 further inputs and needs 1", id="further-inputs"),
    pytest.param(in_stage("scale", lambda scale: -scale), "is not positive", id="negative-scale"),
    pytest.param(in_stage("center", lambda center: center * np.nan), "not all finite", id="nan-center"),
    pytest.param(in_stage("center", lambda center: np.zeros(2)), "of 2 tasks, not of 1", id="centers"),
    pytest.param(in_view("leaves", lambda leaves: leaves * np.inf), "not all finite", id="endless-leaves"),
    pytest.param(in_view("leaves", lambda leaves: leaves * 1e200), r"beyond 1e\+150", id="huge-leaves"),
    pytest.param(in_stage("scale", lambda scale: scale * 1e300), r"beyond 1e\+150", id="huge-scale"),
    pytest.param(in_stage("center", lambda center: center + 1e200), r"beyond 1e\+150", id="huge-center"),
    pytest.param(in_view("leaves", lambda leaves: leaves[:, 0]), "1 dimensions", id="flat-leaves"),
    pytest.param(in_view("leaves", lambda leaves: leaves[:, :0]), "a wrong width", id="empty-leaves"),
    pytest.param(in_view("leaves", lambda leaves: leaves[:-1]), "points to what is not", id="leaf-cut-off"),
    pytest.param(in_view("sets", lambda sets: sets[:-1]), "points to what is not", id="set-cut-off"),
    pytest.param(in_view("sets", lambda sets: sets[:, :255]), "a wrong width", id="narrow-sets"),
    pytest.param(in_view("sets", lambda sets: sets.astype("i4")), "of int32", id="wide-sets"),
    pytest.param(in_view("words", lambda words: words.astype("i4")), "of int32", id="narrow-words"),
    pytest.param(in_view("words", lambda words: words[:-1]), "do not follow each other", id="word-cut-off"),
    pytest.param(in_view("words", put(-1, 0)), "points to what is not", id="no-last-leaf"),
    pytest.param(in_view("words", put(-1, 512)), "points to what is not", id="set-behind-the-end"),
    pytest.param(in_view("words", put(-1, -(2**63))), "points to what is not", id="leaf-far-off"),
    pytest.param(in_view("words", first_split(lambda word: right_to(word, 0))), "points to", id="loop"),
    pytest.param(
        in_view("words", first_split(lambda word: right_to(word, 1))), "points to", id="right-is-left"
    ),
    pytest.param(
        in_view("words", first_split(lambda word: right_to(word, 2**36))), "points to", id="outside"
    ),
    pytest.param(in_view("words", first_split(lambda word: word | 0xFFFF << 10)), "points to", id="input"),
    pytest.param(
        in_view("words", first_split(lambda word: word & ~512 | 255)), "points to", id="cut-at-missing"
    ),
    pytest.param(in_view("words", first_set(-1)), "points to what is not", id="negative-set"),
    pytest.param(in_view("words", first_set(10**9)), "points to what is not", id="set"),
    pytest.param(in_view("starts", put(0, 1)), "do not follow each other", id="late-start"),
    pytest.param(in_view("starts", put(0, -5)), "do not follow each other", id="early-start"),
    pytest.param(in_view("starts", put(2, 0)), "do not follow each other", id="falling-starts"),
    pytest.param(in_view("starts", put(-1, 10**12)), "do not follow each other", id="far-end"),
    pytest.param(in_view("starts", lambda starts: starts[:1]), "do not follow each other", id="no-tree"),
    pytest.param(fewer_trees, "forests have 5, 6 trees", id="fewer-trees"),
]


@pytest.mark.parametrize("edit, message", TREES)
def test_damaged_trees_are_refused(repack, edit, message):
    path = repack(edit)
    with pytest.raises(DamagedModel, match=SENTENCE) as caught:
        load_model(path)
    caught.match(message)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_words_changed_at_random_are_refused_or_can_be_walked(repack, data):
    """With every checksum right, so that only the check of the trees stands before the kernel."""

    def edit(document, arrays):
        for name in ("words", "starts"):
            array = arrays[view_array(document, name)]
            for _ in range(data.draw(st.integers(0, 2))):
                at = data.draw(st.integers(0, len(array) - 1))
                flipped = data.draw(
                    st.integers(-(2**63), 2**63 - 1) | st.integers(0, 62).map(lambda bit: 1 << bit)
                )
                array[at] ^= flipped

    try:
        model = load_model(repack(edit))
    except DamagedModel:
        return
    assert np.isfinite(model.predict(make_table()[0], known=make_known())).all()
