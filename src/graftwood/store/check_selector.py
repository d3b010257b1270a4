"""Whether a selector's winners fit together and with what was chosen; each is checked as any model is."""

from __future__ import annotations

from typing import Any

from graftwood.coding.labels import LabelColumns
from graftwood.errors import DamagedModel
from graftwood.network.outlook import HIDDEN, VISIBLE
from graftwood.store.classes import RECORDS, fits, load_class

_TABLE = {"architecture", "regime", "metric", "value", "standard_error"}
_HELD_OUT = {"row", "material", "fold", "is_known", "label", "prediction", "loss", "architecture", "regime"}


def check_selector(model: Any) -> None:
    """Refuse a selector whose parts contradict each other.

    Parameters
    ----------
    model : TransferSelector
        Its winners are checked already.

    Raises
    ------
    DamagedModel
    """
    verdict: Any = load_class("Verdict", RECORDS)
    comparison: Any = load_class("Comparison", RECORDS)
    hints: dict[str, Any] = {
        "tasks_": tuple[str, ...], "sources_": tuple[str, ...], "target_": str, "n_features_in_": int,
        "_columns": LabelColumns, "best_": dict[str, str], "fallback_": dict[str, str],
        "left_out_": dict[str, str], "verdicts_": dict[str, verdict], "verdict_": verdict | None,
        "comparison_": comparison | None,
    }  # fmt: skip
    state = vars(model)
    if "weights_" in state:  # files from before there were blends have none
        hints["weights_"] = dict[str, dict[str, float]]
    for name, hint in hints.items():
        if name not in state:
            raise DamagedModel(f"its {name} is missing")
        if not fits(state[name], hint):
            raise DamagedModel(f"its {name} is a {type(state[name]).__name__}, which it cannot be")
    _check_tasks(model)
    for winner in model.models_.values():
        _check_winner(model, winner)
    _check_grounds(model)


def _check_tasks(model: Any) -> None:
    names = model._columns.names
    if model.target_ not in names or not set(model.sources_) <= set(names) - {model.target_}:
        raise DamagedModel(
            f"its target {model.target_} and sources {', '.join(model.sources_)} are not among the "
            f"columns {', '.join(names)}"
        )
    both = [set(winner.tasks_) for winner in model.models_.values()]
    if model.tasks_ != tuple(name for name in names if all(name in tasks for tasks in both)):
        raise DamagedModel(f"its tasks {', '.join(model.tasks_)} are not those of its winners")
    shown = getattr(model, "feature_names_in_", None)
    for winner in model.models_.values():
        inputs = getattr(winner, "feature_names_in_", None)
        same = shown is None if inputs is None else shown is not None and list(shown) == list(inputs)
        if not same or winner.n_features_in_ != model.n_features_in_:
            raise DamagedModel("its winners have other inputs than it claims")


def _check_winner(model: Any, winner: Any) -> None:
    columns, own = model._columns, winner._columns
    if winner.target_ != model.target_:
        raise DamagedModel(f"a winner predicts {winner.target_} and not the target {model.target_}")
    if not set(own.names) <= {model.target_, *model.sources_}:
        raise DamagedModel(f"a winner was fitted with {', '.join(own.names)}, not all target or sources")
    for name in own.names:
        if own.kind(name) != columns.kind(name) or own.classes_of(name) != columns.classes_of(name):
            raise DamagedModel(f"a winner knows {name} as another kind of task")


def _check_grounds(model: Any) -> None:
    """Refuse verdicts of other regimes and a comparison without its columns."""
    regimes = {HIDDEN, VISIBLE}
    if not set(model.verdicts_) <= regimes or not set(model.fallback_) <= regimes:
        raise DamagedModel(f"it has verdicts of {', '.join(model.verdicts_)}")
    if model.verdict_ != model.verdicts_.get(HIDDEN) and str(model.verdict_) != str(
        model.verdicts_.get(HIDDEN)
    ):
        raise DamagedModel("its verdict is not that of the hidden regime")
    found = model.comparison_
    if found is not None and not (
        set(found.table.columns) >= _TABLE and set(found.held_out.columns) >= _HELD_OUT
    ):
        raise DamagedModel("its comparison lacks columns")
