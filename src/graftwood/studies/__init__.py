"""The paper's three case studies again, each from shipped data to claims that hold or do not.

Read ``no_reduction.py`` first, the smallest; what all share is ``fold_scores.py`` (errors fold by
fold), ``claims.py`` (paired differences) and ``records.py``.
"""
