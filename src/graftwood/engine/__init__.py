"""The forest itself: integer arrays in, trees and leaf values out.

Knows nothing of materials, units or estimators.  README.md tells the algorithm
in one page; reference.py is the same algorithm written to be read.
"""
