"""What is left out of a comparison for its unit is told with what to write, and nothing else is."""

import pytest

from graftwood.data.table import Task
from graftwood.study.left_out import left_out_for_units, reason_for

EXP = Task("exp", unit="meV")
NEED = "difference and pooled models need one unit, but "


@pytest.mark.parametrize(
    "source, target, told",
    [
        pytest.param(
            Task("dft", unit="eV"), EXP,
            'dft is in eV and exp is in meV; write unit = "meV" under [tasks.dft] of the study file',
            id="other-unit",
        ),
        pytest.param(
            Task("dft"), EXP,
            'dft has no unit and exp is in meV; if dft is in meV as well, write unit = "meV" under '
            "[tasks.dft] of the study file",
            id="source-without-unit",
        ),
        pytest.param(
            Task("dft", unit="eV"), Task("exp"),
            'dft is in eV and exp has no unit; if exp is in eV as well, write unit = "eV" under '
            "[tasks.exp] of the study file",
            id="target-without-unit",
        ),
    ],
)  # fmt: skip
def test_a_source_in_another_unit_is_told_with_what_to_write(source, target, told):
    assert left_out_for_units([source, target], "exp") == [NEED + told]
    assert reason_for("difference", [source, target], "exp") == NEED + told
    assert reason_for("difference:dft", [source, target], "exp") == NEED + told


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(Task("dft", unit="meV"), id="one-unit"),
        pytest.param(Task("dft", unit="g/cm^3"), id="another-quantity"),
        pytest.param(Task("dft", "category"), id="a-category"),
        pytest.param(Task("dft", "positive", "eV"), id="another-kind"),
    ],
)
def test_nothing_is_said_where_a_unit_would_not_help(source):
    assert left_out_for_units([source, EXP], "exp") == []


def test_a_task_that_is_hidden_with_the_target_is_no_source():
    target = Task("exp", unit="meV", same_as=("exp", "dft"))
    assert left_out_for_units([Task("dft", unit="eV"), target], "exp") == []


def test_a_refused_name_is_explained_by_its_own_source():
    tasks = [Task("dft", unit="eV"), Task("colour", "category"), Task("density", unit="g/cm^3"), EXP]
    assert "colour is category and exp is real" in reason_for("difference:colour", tasks, "exp")
    density = reason_for("difference:density", tasks, "exp")
    assert density == f"{NEED}density is in g/cm^3 and exp is in meV"
    assert [reason_for(name, tasks, "exp") for name in ("neural", "latent", "graph")] == [""] * 3
