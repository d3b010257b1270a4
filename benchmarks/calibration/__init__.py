"""Whether error bars are true: of every architecture, of functions of tasks, and of what others offer.

``settings.py`` says what is run, ``ours.py`` and ``peers.py`` which models, ``functions.py`` what the
paper calls cancellation of errors, ``classes.py`` probabilities, ``speed.py`` what spreads cost,
``measure.py`` turns predictions into numbers.
"""

from benchmarks.calibration.run import measure_calibration
from benchmarks.calibration.settings import CalibrationSettings

__all__ = ["CalibrationSettings", "measure_calibration"]
