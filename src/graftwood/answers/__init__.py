"""What a fitted architecture can be asked, and how a network's word becomes labels, error bars and draws.

``predictor.py`` has the questions, ``answer.py`` the way back to the label's unit, ``draws.py`` joint draws,
``doubt.py`` what a fit leaves for error bars beside calibrated spreads.
"""
