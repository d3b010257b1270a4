"""Model files: fitted models to a zip of JSON and arrays and back, and files that appear whole.

Read save.py and load.py first; format.py says what may stand in a file.
"""
