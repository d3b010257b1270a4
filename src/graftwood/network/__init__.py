"""Forests joined into a network: how it is trained leak-free, and what it says of a row.

``train.py`` reads like a table of contents; ``stage.py`` is one forest (``any_base.py`` any other model in
its place), ``network.py`` what nodes say of each other, ``out_of_bag.py`` what is said of training rows.
"""
