from dataclasses import replace

import pytest

from graftwood.study.records import Verdict, architecture_label

HELPS = Verdict(
    "visible", "helps", "difference", "self_difference", 0.0689, 0.008, 0.0532, 0.0846, 0.95, 4601, "eV"
)


def test_helping_verdict_is_one_sentence_with_its_numbers():
    assert str(HELPS) == (
        "With the material's other labels known, transfer helps: Difference errs by 0.069 eV less than the "
        "best model without a source (Self-difference), 95 % interval 0.053 to 0.085 eV, 4,601 materials."
    )


def test_interval_of_a_harm_counts_in_the_direction_of_the_sentence():
    harms = replace(HELPS, kind="harms", regime="hidden", difference=-0.1, low=-0.12, high=-0.08)
    assert "With nothing known of the material, transfer harms: Difference errs by 0.100 eV more" in str(
        harms
    )
    assert "interval 0.080 to 0.120 eV" in str(harms)


@pytest.mark.parametrize(
    "kind, words",
    [("no difference", "transfer makes no difference: "), ("undecided", "the data do not decide whether")],
)
def test_verdict_in_doubt_claims_nothing(kind, words):
    doubtful = replace(HELPS, kind=kind, difference=0.003, low=-0.009, high=0.015)
    assert words in str(doubtful) and ", transfer helps" not in str(doubtful)
    assert "interval -0.009 to 0.015 eV" in str(doubtful)


def test_numbers_have_as_many_digits_as_their_interval_deserves():
    wide = replace(HELPS, difference=12.3456, low=2.1, high=22.6, unit="K")
    assert "by 12 K less" in str(wide) and "interval 2 to 23 K" in str(wide)


def test_verdict_without_a_unit_or_a_spread_is_still_a_sentence():
    bare = replace(HELPS, unit="", difference=0.0, low=0.0, high=0.0)
    assert "errs by 0.0 less" in str(bare) and "interval 0.0 to 0.0, 4,601" in str(bare)


def test_unknown_architecture_is_made_readable():
    assert architecture_label("task_graph") == "Task graph"


@pytest.mark.parametrize("name", ["2-stage", "3d_model", "4", "0.5"])
def test_name_that_starts_with_a_number_is_no_blend(name):
    assert architecture_label(name) == name.replace("_", " ")
    assert architecture_label(f"0.50 single + 0.50 {name}").startswith("0.50 single task + 0.50 ")


def test_variants_are_named_for_people():
    assert architecture_label("multi_task:0") == "Multi-task, task weight 0"
    assert architecture_label("difference:gap_pbe") == "Difference from gap_pbe"


def test_members_of_a_blend_are_named_with_their_weights():
    assert architecture_label("0.60 multi_task:0 + 0.40 single") == (
        "0.60 multi-task, task weight 0 + 0.40 single task"
    )
    assert architecture_label("0.75 latent:gap + spin + 0.25 difference:0 K + 300 K") == (
        "0.75 latent variable from gap + spin + 0.25 difference from 0 K + 300 K"
    )


def test_verdict_that_could_not_be_had_says_so():
    nan = float("nan")
    verdict = Verdict("hidden", "undecided", "", "single", nan, nan, nan, nan, 0.95, 7, "eV")
    assert str(verdict) == (
        "With nothing known of the material, the data do not decide whether transfer helps: it could not be "
        "validated on 7 labelled materials."
    )
