"""The metrics of ``comparison.csv`` in its order: a promise to its readers, said once for all tests."""

OF_NUMBERS = ["mae", "rmse", "ndme", "r2", "coverage_68", "coverage_90", "crps"]
WITHOUT_SPREAD = [name for name in OF_NUMBERS if name not in {"coverage_68", "coverage_90", "crps"}]
OF_ZEROS = [*OF_NUMBERS, "brier_zero"]
OF_CLASSES = ["accuracy", "f1_weighted", "log_loss", "roc_auc", "brier"]
