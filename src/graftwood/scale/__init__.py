"""Work on a Dask cluster: connect to it, send work and send lost work again, grow forests there.

Nothing here knows what the work is about, except for ``grow.py``.
"""
