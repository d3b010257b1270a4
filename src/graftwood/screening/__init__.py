"""A fitted model over lists of candidates: predictions of any length, the best of them, what to measure next.

A table is read, predicted and written a part at a time.  On one machine the parts follow each other
(`predictor.py`); on a cluster each partition is a piece of work that leaves a file of its own (`run.py`).
"""
