"""The drawn networks say what was fitted: every task a box, every input an arrow, nothing overlaps."""

import re
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from graftwood import (
    Blend,
    Difference,
    Expression,
    LatentVariable,
    MultiTaskForest,
    Pooled,
    SingleTask,
    TaskGraph,
)
from graftwood.report.html import render_page
from graftwood.report.network import networks_summary
from graftwood.report.summary import summarise
from graftwood.study.outline import outline

TASKS = ("gap_exp", "gap_dft", "gap_hse", "a_name_that_is_too_long_for_its_box")
SMALL = {"n_estimators": 3, "random_state": 0}
LONG = TASKS[3]
GRAPH = [
    Difference("gap_hse", "gap_dft"),
    LatentVariable(LONG, ["gap_hse"]),
    LatentVariable("gap_exp", ["gap_dft", "gap_hse", LONG]),
]
MODELS = {
    "graph": TaskGraph(GRAPH, "gap_exp", **SMALL),
    "single": SingleTask("gap_exp", **SMALL),
    "self_latent": LatentVariable("gap_exp", ["gap_exp"], **SMALL),
    "pooled": Pooled("gap_exp", **SMALL),
    "difference:gap_dft": Difference("gap_exp", "gap_dft", **SMALL),
    "multi_task": MultiTaskForest("gap_exp", **SMALL),
    "graph:2": TaskGraph([Difference("gap_exp", "gap_dft"), MultiTaskForest()], "gap_exp", **SMALL),
}


@pytest.fixture(scope="module")
def drawn(small_records):
    X = np.random.default_rng(0).normal(size=(40, 2))
    Y = pd.DataFrame({name: X[:, 0] + i for i, name in enumerate(TASKS)})
    networks = {key: outline(model.fit(X, Y)) for key, model in MODELS.items()}
    counts = np.ones((4, 4), dtype=int)
    np.fill_diagonal(counts, [4603, 12000, 830, 1])
    overlap = pd.DataFrame(counts, index=list(TASKS), columns=list(TASKS))
    return replace(small_records, networks=networks, final="difference:gap_dft", overlap=overlap)


@pytest.fixture(scope="module")
def drawings(drawn):
    return {drawing["key"]: drawing for drawing in networks_summary(drawn)}


def test_final_model_comes_first(drawn):
    keys = [(drawing["key"], drawing["is_final"]) for drawing in networks_summary(drawn)]
    assert keys[0] == ("difference:gap_dft", True)
    assert not any(is_final for _, is_final in keys[1:])
    assert {key for key, _ in keys} == set(MODELS)


@pytest.mark.parametrize("key", MODELS)
def test_every_task_is_a_box_and_every_input_an_arrow(drawn, drawings, key):
    nodes, drawing = drawn.networks[key], drawings[key]
    assert len(drawing["arrows"]) == sum(len(node.parents) for node in nodes)
    assert sum(arrow["adds"] for arrow in drawing["arrows"]) == sum(node.adds for node in nodes)
    wanted = {(node.task, node.is_alone) for node in nodes}
    wanted |= {(task, False) for node in nodes for task in node.learned_with}
    assert {(box["name"], box["is_control"]) for box in drawing["boxes"]} == wanted
    assert [box["name"] for box in drawing["boxes"] if box["is_target"]] == ["gap_exp"]
    assert len(drawing["sentences"]) == len(nodes)


@pytest.mark.parametrize("key", MODELS)
def test_boxes_do_not_overlap_and_stay_inside(drawings, key):
    drawing = drawings[key]
    boxes = drawing["boxes"]
    for number, box in enumerate(boxes):
        assert box["x"] >= 0 and box["x"] + box["width"] <= drawing["width"]
        assert box["y"] >= 0 and box["y"] + box["height"] <= drawing["height"]
        for other in boxes[number + 1 :]:
            apart = abs(box["x"] - other["x"]) >= box["width"], abs(box["y"] - other["y"]) >= box["height"]
            assert any(apart), (box, other)


def test_an_arrow_that_passes_a_layer_runs_round_its_boxes(drawings):
    drawing = drawings["graph"]
    passed = next(box for box in drawing["boxes"] if box["name"] == LONG)
    flat = [
        float(y)
        for arrow in drawing["arrows"]
        for x, y in re.findall(r" ([\d.]+) ([\d.]+) H", arrow["path"])
        if float(x) == passed["x"]
    ]
    assert len(flat) == 2
    assert all(not passed["y"] <= y <= passed["y"] + passed["height"] for y in flat)


@pytest.mark.parametrize(
    "slopes, words",
    [
        ({}, "dft"),
        ({"hidden": 1.0, "visible": 1.0}, "dft"),
        ({"hidden": 0.25}, "0.25 times dft"),
        ({"hidden": 0.256, "visible": 0.2561}, "0.256 times dft"),
        ({"hidden": 0.5, "visible": -0.25}, "-0.25 times dft (0.5 times where it is predicted)"),
    ],
)
def test_slope_is_said_where_it_is_not_one(drawn, slopes, words):
    nodes = drawn.networks["difference:gap_dft"]
    nodes = (nodes[0], replace(nodes[1], slopes=slopes))
    (drawing,) = networks_summary(replace(drawn, networks={"difference:gap_dft": nodes}))
    words = words.replace("dft", "gap_dft")
    assert f"is {words} plus a correction, learned from the inputs" in drawing["sentences"][1]


def test_words_say_what_the_drawing_shows(drawings):
    first, second = drawings["difference:gap_dft"]["sentences"]
    assert first == "gap_dft (12,000 labels) is learned from the inputs alone."
    assert second.startswith("gap_exp (4,603 labels, the target) is gap_dft plus a correction, learned from")
    assert f"{LONG} (1 label) is learned from the inputs and gap_hse." in drawings["graph"]["sentences"]
    assert "in one forest with" in drawings["multi_task"]["sentences"][0]
    assert "as if one" in drawings["pooled"]["sentences"][0]
    assert "gap_exp's own prediction" in drawings["self_latent"]["sentences"][1]


def test_tasks_of_one_forest_stand_in_one_frame(drawings):
    (frame,) = drawings["multi_task"]["frames"]
    for box in drawings["multi_task"]["boxes"]:
        assert frame["x"] < box["x"] and box["x"] + box["width"] < frame["x"] + frame["width"]
        assert frame["y"] < box["y"] and box["y"] + box["height"] < frame["y"] + frame["height"]
    assert not drawings["single"]["frames"]


def test_page_holds_drawings_that_are_sound_xml_with_title_and_description(drawn):
    page = render_page(summarise(drawn))
    pictures = re.findall(r'<svg class="network".*?</svg>', page, flags=re.S)
    assert len(pictures) == len(MODELS)
    for picture in pictures:
        root = ElementTree.fromstring(picture)
        ids = {child.get("id") for child in root if child.tag in ("title", "desc")}
        assert set(root.get("aria-labelledby").split()) == ids
        assert all(child.text for child in root if child.tag in ("title", "desc"))
    assert LONG in page and f"{LONG[:15]}…" in page
    assert "--arch-difference:gap" not in page


def test_study_without_networks_has_no_such_part(small_records):
    assert networks_summary(small_records) == []
    assert 'id="network"' not in render_page(summarise(small_records))


def test_name_of_a_task_cannot_break_the_page(drawn):
    nasty = '<b onclick="x">&'
    node = replace(drawn.networks["single"][0], task=nasty, name=nasty)
    page = render_page(summarise(replace(drawn, networks={"single": (node,)}, final="single")))
    assert nasty not in page
    assert "&lt;b onclick=" in page


def test_parts_of_a_nonnegative_task_are_drawn_as_the_task_and_expressions_as_computed(small_records):
    X = np.random.default_rng(0).normal(size=(60, 2))
    value = np.maximum(X[:, 0], 0.0)
    Y = pd.DataFrame({"gap_dft": value, "gap_exp": value * 1.2})
    kinds = dict.fromkeys(Y, "nonnegative")
    latent = LatentVariable("gap_exp", ["gap_dft"], kinds=kinds, **SMALL).fit(X, Y)
    assert [(node.name, node.parents) for node in outline(latent)] == [
        ("gap_dft", ()),
        ("gap_exp", ("gap_dft",)),
    ]
    together = outline(MultiTaskForest("gap_exp", kinds=kinds, **SMALL).fit(X, Y))
    assert {node.name: node.learned_with for node in together} == {
        "gap_dft": ("gap_exp",), "gap_exp": ("gap_dft",),
    }  # fmt: skip
    nodes = [Difference("gap_exp", "gap_dft"), Expression("shift", "gap_exp - gap_dft")]
    network = outline(TaskGraph(nodes, "shift", **SMALL).fit(X, Y))
    (drawing,) = networks_summary(replace(small_records, networks={"graph": network}, final="graph"))
    assert drawing["sentences"][2] == "shift is computed from gap_exp and gap_dft: gap_exp - gap_dft."
    assert [box["note"] for box in drawing["boxes"]][2] == "computed"


def test_a_blend_is_one_node_that_builds_on_what_its_members_build_on():
    X = np.arange(60.0)[:, None]
    Y = pd.DataFrame({"dft": X[:, 0] % 5, "exp": X[:, 0] % 5 + 1.0})
    members = [LatentVariable("exp", ["dft"]), Pooled("exp")]
    nodes = {node.name: node for node in outline(Blend(members, **SMALL).fit(X, Y))}
    assert set(nodes) == {"dft", "exp"}
    assert nodes["exp"].parents == ("dft",) and nodes["exp"].learned_with == ("dft",)
