"""Tables of sparse labels from several sources: how they are made, joined and split into folds.

Reading study files and model fitting are done elsewhere.
"""

from graftwood.data.join import join_sources
from graftwood.data.label_std import learnable_std, std_counts
from graftwood.data.source import Source
from graftwood.data.split import chemical_system_folds, chemical_systems, material_folds
from graftwood.data.table import Table, Task

__all__ = [
    "Source",
    "Table",
    "Task",
    "chemical_system_folds",
    "chemical_systems",
    "join_sources",
    "learnable_std",
    "material_folds",
    "std_counts",
]
