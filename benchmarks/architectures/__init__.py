"""Every architecture and the selector beside their nearest peers, on real data sets.

``settings.py`` says what is run, ``cases.py`` what a model may see, ``ours.py`` and ``peers.py`` which
models, ``measure.py`` turns their predictions into numbers and ``checks.py`` the numbers into passed or not.
"""

from benchmarks.architectures.run import compare_architectures
from benchmarks.architectures.settings import ArchitectureSettings

__all__ = ["ArchitectureSettings", "compare_architectures"]
