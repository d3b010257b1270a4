"""Few-shot linear tasks: many small tasks, each with fewer labels than inputs, that share a subspace."""

from graftwood.fewshot.distance import subspace_distance
from graftwood.fewshot.planted import PlantedTasks, plant_tasks
from graftwood.fewshot.pursuit import MetaSubspacePursuit

__all__ = ["MetaSubspacePursuit", "PlantedTasks", "plant_tasks", "subspace_distance"]
