"""Files whose bytes and checksums are right and whose content is wrong: nothing of it reaches a kernel."""

import numpy as np
import pytest

from graftwood import load_model
from graftwood.answers.asking import MOST_THREADS
from graftwood.errors import DamagedModel

from .conftest import SENTENCE, make_table


def set_key(*keys, value):
    def edit(document, arrays):
        place = document
        for key in keys[:-1]:
            place = place[key]
        place[keys[-1]] = value

    return edit


def drop_key(*keys):
    def edit(document, arrays):
        place = document
        for key in keys[:-1]:
            place = place[key]
        del place[keys[-1]]

    return edit


def in_state(*keys, value):
    return set_key("state", *keys, value=value)


def in_coder(*keys, value):
    return in_state("_coder", "fields", *keys, value=value)


NODES = ("state", "_network", "fields", "nodes", "dict")
STAGE = ("state", "_network", "fields", "stages", "dict", "Difference hidden", "fields")


def in_node(*keys, value):
    return set_key(*NODES, "gap_exp", "fields", *keys, value=value)


def in_scores(**fields):
    def edit(document, arrays):
        task = document["state"]["_calibrations"]["dict"]["gap_exp"]["dict"]["hidden"]["fields"]
        for name, value in fields.items():
            if isinstance(value, np.ndarray):
                arrays[task[name]["array"]] = value
            else:
                task[name] = value

    return edit


def in_cuts(change):
    def edit(document, arrays):
        for cuts in document["state"]["_coder"]["fields"]["bins"]["fields"]["cuts"]["tuple"]:
            arrays[cuts["array"]] = change(arrays[cuts["array"]])

    return edit


def stray_array(document, arrays):
    arrays["a999"] = np.empty(0)


TUPLE_OF_ONE = {"tuple": ["gap_exp"]}
CONTENTS = [
    pytest.param(set_key("schema", value=3), r"a later graftwood made it, with schema 3.*update", id="newer"),
    pytest.param(set_key("schema", value=0), "its schema version is 0", id="schema-0"),
    pytest.param(set_key("schema", value=True), "its schema version is True", id="schema-true"),
    pytest.param(drop_key("schema"), "its schema version is None", id="no-schema"),
    pytest.param(set_key("class", value="Popen"), "its class 'Popen' is none", id="unknown-class"),
    pytest.param(set_key("class", value=["Difference"]), "lacks 'class' or says", id="class-in-a-list"),
    pytest.param(set_key("class", value="SingleTask"), "has an option 'regimes' that this", id="other-class"),
    pytest.param(
        set_key("class", value="LatentVariable"), "an option '(slope|source)' that this", id="class-alike"
    ),
    pytest.param(drop_key("tasks"), "lacks 'tasks'", id="no-tasks"),
    pytest.param(set_key("n_trees", value="six"), "lacks 'n_trees' or says", id="trees-as-text"),
    pytest.param(set_key("options", "depth", value=1), "has an option 'depth'", id="unknown-option"),
    pytest.param(
        set_key("options", "n_estimators", value=-1), "n_estimators must be an integer", id="option"
    ),
    pytest.param(set_key("options", "units", value={"a": 1}), "an object with 'a'", id="tree"),
    pytest.param(drop_key("state", "_coder"), "its _coder is missing", id="no-coder"),
    pytest.param(drop_key("state", "_network"), "its _network is missing", id="no-network"),
    pytest.param(set_key("schema", value=1), "its _source_stages is missing", id="older"),
    pytest.param(drop_key(*NODES, "gap_dft"), "nodes of gap_exp and predicts", id="no-parent"),
    pytest.param(drop_key(*NODES, "gap_exp"), "nodes of gap_dft and predicts", id="no-node"),
    pytest.param(in_node("view", value=1), "reads view 1 of a stage that has no such", id="view"),
    pytest.param(in_node("view", value=-1), "reads view -1 of a stage that has no such", id="view-back"),
    pytest.param(in_node("task", value="x"), "answers for x, which is not among", id="node-of-x"),
    pytest.param(in_node("task", value="gap_dft"), "node gap_exp answers for gap_dft", id="node-of-other"),
    pytest.param(in_node("parents", value=TUPLE_OF_ONE), "parents gap_exp, not all before", id="loop"),
    pytest.param(in_node("parents", value={"tuple": []}), "adds to what is no number", id="adds-nothing"),
    pytest.param(
        in_node("slopes", value={"dict": {"x": 1.0}}), "slopes of its node gap_exp", id="slope-of-x"
    ),
    pytest.param(
        in_node("slopes", value={"dict": {"hidden": {"float": "nan"}}}), "slopes of its node", id="no-slope"
    ),
    pytest.param(in_node("stages", value={"dict": {}}), "for the regimes", id="no-regime"),
    pytest.param(
        in_node("stages", "dict", value={"x": "Difference hidden"}), "for the regimes x", id="other-regime"
    ),
    pytest.param(
        in_node("stages", "dict", value={"hidden": "x"}), "has stages x, not all there", id="other-stage"
    ),
    pytest.param(
        in_node("stages", "dict", value={"hidden": "Difference hidden"}), "where .* belong", id="unused"
    ),
    pytest.param(
        in_node("constants", value={"tuple": [{"float": "nan"}]}), "not all finite numbers", id="constant"
    ),
    pytest.param(
        set_key(*STAGE, "n_classes", value={"tuple": [2]}), "no such view", id="classes-of-a-number"
    ),
    pytest.param(in_state("predict", value=1), "it claims that fit left 'predict'", id="method"),
    pytest.param(in_state("fit_", value=1), None, id="further-fitted-name"),
    pytest.param(in_state("__class__", value=1), "fit left '__class__'", id="class-of-the-object"),
    pytest.param(in_state("_steps", value=1), "fit left '_steps'", id="private-method"),
    pytest.param(in_state("random_state", value=1), "fit left 'random_state'", id="option-as-state"),
    pytest.param(
        in_state("tasks_", value=["gap_dft", "gap_exp"]), "its tasks_ is a list", id="list-of-tasks"
    ),
    pytest.param(in_state("tasks_", value={"tuple": []}), "are not among the columns", id="no-task"),
    pytest.param(
        in_state("tasks_", value={"tuple": ["gap_exp", "x"]}), "not among the columns", id="strange-task"
    ),
    pytest.param(
        in_state("tasks_", value=TUPLE_OF_ONE),
        "its spreads are of gap_dft, gap_exp and not",
        id="too-few-tasks",
    ),
    pytest.param(in_state("target_", value="x"), "its target x is not among", id="target"),
    pytest.param(in_state("target_", value=None), "its tasks are .* and its sources", id="no-target"),
    pytest.param(in_state("sources_", value={"tuple": ["x"]}), "its sources x are not all", id="source"),
    pytest.param(in_state("sources_", value={"tuple": []}), "its tasks are", id="no-source"),
    pytest.param(in_state("sources_", value=TUPLE_OF_ONE), "its tasks are", id="other-source"),
    pytest.param(
        in_state("stages_", value={"tuple": ["hidden", "x"]}), "its stages_ are hidden, x", id="regime"
    ),
    pytest.param(in_state("stages_", value={"tuple": ["hidden"]}), "its stages_ are hidden,", id="regimes"),
    pytest.param(drop_key("state", "stages_"), "its stages_ are ,", id="no-stages"),
    pytest.param(in_state("n_features_in_", value=4), "describes 3 inputs and claims 4", id="n-inputs"),
    pytest.param(in_state("feature_names_in_", value={"texts": ["a"] * 3}), "feature_names_in_", id="names"),
    pytest.param(in_coder("n_inputs", value=2), "cuts of 3 inputs and needs 2", id="fewer-inputs"),
    pytest.param(
        in_coder("n_inputs", value=3.0), "n_inputs of its InputCoder is a float", id="n-inputs-float"
    ),
    pytest.param(in_coder("names", value={"tuple": ["mass"]}), "1 names for 3 inputs", id="fewer-names"),
    pytest.param(in_coder("names", value={"tuple": ["a", "a", "b"]}), "2 names for 3", id="names-twice"),
    pytest.param(
        in_coder("categories", value={"tuple": [None, {"tuple": ["a", "a"]}, None]}),
        "twice",
        id="category-twice",
    ),
    pytest.param(
        in_coder("categories", value={"tuple": [None, {"tuple": list(map(str, range(256)))}, None]}),
        "an input has 256 categories",
        id="categories",
    ),
    pytest.param(in_cuts(lambda cuts: cuts[::-1].copy()), "do not increase", id="falling-cuts"),
    pytest.param(in_cuts(lambda cuts: np.arange(255.0)), "more than 254", id="many-cuts"),
    pytest.param(in_cuts(lambda cuts: cuts * np.nan), "not all finite", id="nan-cuts"),
    pytest.param(in_cuts(lambda cuts: cuts.astype("f4")), "of float32 where", id="float32-cuts"),
    pytest.param(in_scores(scores=np.empty(0)), "cannot give a spread", id="no-scores"),
    pytest.param(in_scores(scores=np.array([2.0, 1.0])), "cannot give a spread", id="falling-scores"),
    pytest.param(in_scores(scores=np.array([-1.0, 1.0])), "cannot give a spread", id="negative-scores"),
    pytest.param(in_scores(scores=np.array([1.0, np.inf])), "not all finite", id="endless-scores"),
    pytest.param(in_scores(floor={"float": "nan"}), "cannot give a spread", id="nan-floor"),
    pytest.param(in_scores(floor=0.0), "cannot give a spread", id="no-floor"),
    pytest.param(in_scores(floor=1), "floor of its Calibration is a int", id="floor-as-int"),
    pytest.param(in_state("_calibrations", "dict", "x", value={"dict": {}}), "spreads are of", id="spread"),
    pytest.param(
        in_state("_calibrations", "dict", "gap_exp", value={"dict": {"visible": {"dict": {}}}}),
        "its _calibrations is a dict, which it cannot be",
        id="regime-of",
    ),
    pytest.param(stray_array, "its array 'a999' belongs to nothing", id="stray-array"),
]


@pytest.mark.parametrize("edit, message", CONTENTS)
def test_damaged_content_is_refused(repack, edit, message):
    path = repack(edit)
    if message is None:
        load_model(path)
        return
    with pytest.raises(DamagedModel, match=SENTENCE) as caught:
        load_model(path)
    caught.match(message)


def test_repacking_alone_is_no_damage(repack, model_file):
    X = make_table()[0]
    unchanged = repack(lambda document, arrays: None)
    assert np.array_equal(load_model(unchanged).predict(X), load_model(model_file).predict(X))


def test_a_file_that_asks_for_any_number_of_threads_starts_no_more_than_can_help(repack, model_file):
    many = load_model(repack(set_key("options", "n_jobs", value=2**40)))
    assert many._threads == MOST_THREADS
    assert np.array_equal(many.predict(make_table()[0]), load_model(model_file).predict(make_table()[0]))


def test_option_that_the_file_lacks_has_its_default(repack):
    assert load_model(repack(drop_key("options", "n_jobs"))).n_jobs is None


def test_file_of_a_later_version_asks_for_an_update_and_not_for_another_copy(repack):
    with pytest.raises(DamagedModel) as caught:
        load_model(repack(set_key("schema", value=9)))
    assert "copy the file again" not in str(caught.value)
