"""Comparisons of a selector do no more than they need, and find the same."""

import numpy as np
import pandas as pd

from graftwood import TransferSelector
from graftwood.study import hold_out
from graftwood.study.candidates import Candidate
from tests.study.planted_sources import FEW, planted


def test_comparisons_do_without_hidden_stages_where_all_is_known_and_find_the_same(monkeypatch):
    X, Y, _ = planted()
    Y = Y.assign(gap=Y["gap"].fillna(Y["gap"].mean()), dft=Y["dft"].fillna(0.0))
    stages = []

    def compared():
        stages.clear()
        model = TransferSelector("gap", candidates=FEW, n_estimators=20, n_folds=2, random_state=0).fit(X, Y)
        return model.comparison_.held_out

    def recorded(self, regime, *, is_all_known=False, original=Candidate.for_regime):
        made = original(self, regime, is_all_known=is_all_known)
        stages.append((regime, getattr(made, "regimes", None)))
        return made

    monkeypatch.setattr(Candidate, "for_regime", recorded)
    found = compared()
    assert ("visible", ("visible",)) in stages and ("hidden", ("hidden",)) in stages
    monkeypatch.setattr(hold_out, "_is_all_known", lambda *given: False)
    pd.testing.assert_frame_equal(compared(), found)
    assert ("visible", ("visible",)) not in stages


def test_classes_as_sources_stop_no_candidate_without_sources():
    X, Y, _ = planted()
    Y = Y.assign(dft=np.where(Y["dft"] > 0, "metal", "insulator"))
    model = TransferSelector("gap", n_estimators=20, n_folds=2, random_state=0).fit(X, Y)
    assert {"single", "latent"} <= {candidate.name for candidate in model.comparison_.candidates}
