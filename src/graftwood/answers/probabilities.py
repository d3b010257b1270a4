"""What a fitted architecture says of categories: their classes and how probable each is."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils.metaestimators import available_if

from graftwood.coding.kinds import CATEGORY


def _has_classes(model: Any) -> bool:
    """Whether a fitted model predicts a category; scikit-learn asks before it calls predict_proba."""
    if hasattr(model, "tasks_") and not any(model._columns.kind(t) == CATEGORY for t in model._predicted()):
        raise AttributeError(
            f"{type(model).__name__}: no task that is predicted has classes; name a category."
        )
    return True


class Probabilities:
    """Base class of what has classes.

    Examples
    --------
    >>> from graftwood import SingleTask
    >>> X = np.arange(40.0)[:, None]
    >>> model = SingleTask(n_estimators=20, random_state=0).fit(X, X[:, 0] > 19)
    >>> model.classes_, model.predict_proba([[2.0]]).round()
    (array([False,  True]), array([[1., 0.]]))
    """

    @available_if(_has_classes)
    def predict_proba(self: Any, X: Any, known: Any = None) -> Any:
        """Predict the probability of each class.

        Returns
        -------
        ndarray of shape (n_rows, n_classes)
            In the order of ``classes_``; a dict of them, one per category task, where several
            tasks are predicted.

        Raises
        ------
        AttributeError
            No task that is predicted is a category.
        """
        answers = self._look(X, known)
        found = {task: a.probabilities() for task, a in answers.items() if a.kind == CATEGORY}
        return found if len(answers) > 1 else next(iter(found.values()))

    @property
    def classes_(self: Any) -> Any:
        """Classes of the category that is predicted; a dict per category where several tasks are."""
        if not hasattr(self, "tasks_"):
            raise AttributeError("classes_ is there after fit")
        found = {task: np.array(self._columns.classes_of(task)) for task in self._predicted()}
        found = {task: classes for task, classes in found.items() if len(classes)}
        if not found:
            raise AttributeError("no task that is predicted is a category")
        return next(iter(found.values())) if len(self._predicted()) == 1 else found
