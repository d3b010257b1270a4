"""From what a user gives to what trees learn, and back.

``inputs.py`` codes X, ``labels.py`` reads Y by the kinds of ``kinds.py``, ``parts.py`` names the two parts
of a task with exact zeros, ``known.py`` and ``weights.py`` read what else a user may tell.
"""
