"""Benchmarks: every number that the documents quote comes from here.

``python -m benchmarks --list`` shows them, ``python -m benchmarks NAME`` runs one.
"""
