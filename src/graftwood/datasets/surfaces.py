"""Loader of the steps of NO decomposition on metal surfaces."""

from __future__ import annotations

from graftwood.datasets.dataset import Dataset, read_shipped


def load_no_steps() -> Dataset:
    """Load energies of the steps of NO decomposition on metal surfaces (Falsig et al. 2014).

    Returns
    -------
    Dataset
        164 rows; columns ``metal``, ``facet``, ``step``, ``reaction_energy_eV``,
        ``activation_energy_eV``.  Barriers that were estimated from a line are not among them.

    Examples
    --------
    >>> load_no_steps().frame["step"].value_counts().to_dict()
    {'N2': 48, 'NO': 46, 'NO*': 46, 'O2': 24}
    """
    return Dataset(
        frame=read_shipped("no_steps", "steps.csv").astype({"facet": str}),
        units={
            "metal": "", "facet": "", "step": "", "reaction_energy_eV": "eV", "activation_energy_eV": "eV"
        },
        source="CatApp, https://github.com/charlietsai/catapp at 1f806099, rows of Falsig et al.",
        licence="none stated; published numbers, taken as facts",
        citation="H. Falsig et al., Top. Catal. 57, 80 (2014), doi:10.1007/s11244-013-0164-5; "
        "J. S. Hummelshoj et al., Angew. Chem. Int. Ed. 51, 272 (2012)",
    )  # fmt: skip
