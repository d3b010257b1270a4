"""Activation energies of the steps of NO decomposition on metal surfaces."""

import numpy as np
import pandas as pd

from benchmarks.problems.definition import Problem, read_table

FALSIG = "Topics in Catalysis (2014)"
STEPS = {"NO* -> N* + O*": "NO*", "NO -> N* + O*": "NO", "N2 -> N* + N*": "N2", "O2 -> O* + O*": "O2"}
ELEMENT_INPUTS = (
    "Number", "AtomicWeight", "MeltingT", "Column", "Row", "CovalentRadius", "Electronegativity",
    "NsValence", "NdValence", "NdUnfilled", "GSvolume_pa", "GSmagmom",
)  # fmt: skip


def catapp() -> Problem:
    """Barrier of NO* -> N* + O* on metal facets, with energies of this and three other steps as sources.

    Rows are the surfaces (metal and facet) of Falsig et al. (2014) in CatApp; barriers that were estimated
    from a line (BEP) are left out, which leaves 46 of the target.  Sources are the reaction energies of the
    four dissociations and the other three barriers, in eV.  The barrier from gaseous NO is that from
    adsorbed NO plus the difference of their reaction energies, so it is hidden with the target
    (``same_as``).  Inputs are properties of the element, and a column for each facet.  A material is a
    surface, so the facets of one metal are different materials.
    """
    table = read_table("catalysis_catapp", "catapp_no_decomposition_core.csv")
    is_estimated = table["source"].str.contains("BEP")
    table = table[table["reference"].str.startswith(FALSIG) & ~is_estimated & table["reaction"].isin(STEPS)]
    table = table.assign(step=table["reaction"].map(STEPS))
    surfaces = ["surface", "facet"]
    barriers = table.pivot(index=surfaces, columns="step", values="activation_energy_eV")
    energies = table.pivot(index=surfaces, columns="step", values="reaction_energy_eV")
    Y = pd.concat([barriers.add_prefix("barrier_"), energies.add_prefix("energy_")], axis=1)
    metals, facets = Y.index.get_level_values("surface"), Y.index.get_level_values("facet").astype(str)
    X = _surface_inputs(metals, facets)
    target = "barrier_NO*"
    return Problem(
        name="catapp",
        X=X,
        Y=Y.reset_index(drop=True).rename_axis(columns=None),
        target=target,
        sources=tuple(task for task in Y if task != target),
        groups=np.array([f"{metal} {facet}" for metal, facet in zip(metals, facets, strict=True)]),
        kinds=dict.fromkeys(Y, "real"),
        units=dict.fromkeys(Y, "eV"),
        same_as=("barrier_NO",),
    )


def all_steps() -> tuple[np.ndarray, pd.DataFrame, np.ndarray]:
    """Barriers of the four dissociation steps on the 50 surfaces of Falsig et al. (2014), eV.

    Unlike `catapp`, barriers that were estimated from a line (BEP; CatApp has them under its own name)
    fill what was not calculated, and no reaction energy is an input or a task, so that nothing gives
    a barrier away.

    Returns
    -------
    X : ndarray of shape (n_surfaces, n_inputs)
    Y : DataFrame of shape (n_surfaces, 4)
    groups : ndarray of shape (n_surfaces,)
    """
    table = read_table("catalysis_catapp", "catapp_no_decomposition_core.csv")
    table = table[table["reaction"].isin(STEPS)].assign(step=table["reaction"].map(STEPS))
    is_calculated = table["reference"].str.startswith(FALSIG)
    is_estimated = table["reference"] == "CatApp BEP"
    surfaces, barrier = ["surface", "facet"], "activation_energy_eV"
    parts = [
        table[rows].pivot(index=surfaces, columns="step", values=barrier)
        for rows in (is_calculated, is_estimated)
    ]
    Y = parts[0].combine_first(parts[1])
    Y = Y[Y.index.isin(parts[0].index)]
    metals, facets = Y.index.get_level_values("surface"), Y.index.get_level_values("facet").astype(str)
    X = _surface_inputs(metals, facets)
    groups = np.array([f"{metal} {facet}" for metal, facet in zip(metals, facets, strict=True)])
    return X, Y.reset_index(drop=True).rename_axis(columns=None)[list(STEPS.values())], groups


def _surface_inputs(metals: pd.Index, facets: pd.Index) -> np.ndarray:
    """Properties of the element, and a column for each facet."""
    elements = read_table("element_properties", "magpie22_matminer_imputed.csv").set_index("element")
    return np.column_stack([elements.loc[metals, list(ELEMENT_INPUTS)], pd.get_dummies(facets)]).astype(
        np.float64
    )
