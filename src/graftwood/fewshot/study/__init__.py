"""The few-shot study: planted tasks, stations and schools, every method and baseline, claims one by one.

``run.py`` puts it together; it prints and writes nothing, which is the command line's part.
"""
