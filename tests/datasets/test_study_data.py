"""The tables of the reproduced studies: what ships, from where, and the traps that were taken out of it."""

import numpy as np
import pytest

from graftwood.datasets import load_compound_colours, load_no_steps, load_optical_gaps
from graftwood.errors import WrongOption
from graftwood.features import read_formulas


def test_both_ways_to_the_transition_state_of_no_differ_by_their_reaction_energies():
    frame = load_no_steps().frame.pivot(index=["metal", "facet"], columns="step")
    barrier = frame["activation_energy_eV"]["NO"] - frame["activation_energy_eV"]["NO*"]
    energy = frame["reaction_energy_eV"]["NO"] - frame["reaction_energy_eV"]["NO*"]
    np.testing.assert_allclose(barrier.dropna(), energy.dropna(), atol=1e-12)


def test_thermal_activation_is_no_optical_gap():
    everything, optical = load_optical_gaps("all").frame, load_optical_gaps().frame
    thermal = everything["method"] == "Thermal activation"
    assert thermal.sum() == 261 and everything["gap_eV"][thermal].notna().all()
    assert optical["gap_eV"][thermal].isna().all() and len(optical) == len(everything)


def test_formulas_are_read_and_no_composition_has_two_colours():
    colours = load_compound_colours().frame
    for formulas in (colours["formula"], load_optical_gaps().frame["formula"]):
        assert not any(read_formulas(formulas).problems)
    assert not colours.duplicated("formula").any() and len(set(colours["colour_class"])) == 6


def test_another_word_for_methods_is_refused():
    with pytest.raises(WrongOption, match="'optical' or 'all', got 'best'"):
        load_optical_gaps("best")
