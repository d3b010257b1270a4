"""What is in a study's tables, before anything is learned from them.

`inspect_study` gives one plain dict; the terminal and the page only show it.
"""

from graftwood.inspection.facts import inspect_study

__all__ = ["inspect_study"]
