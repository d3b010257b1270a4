"""The architectures: scikit-learn estimators that let one task inform another.

A newcomer reads base.py (what all share), stage.py (one forest and its honest
out-of-bag predictions), then single.py, difference.py and latent.py.
"""
