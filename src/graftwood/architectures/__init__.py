"""The architectures: scikit-learn estimators that let one task inform another.

A newcomer reads ``base.py`` (how all are fitted), then ``single.py``, ``difference.py`` and ``latent.py``.
What they are made of is in the rooms ``coding``, ``network`` and ``answers``.
"""
