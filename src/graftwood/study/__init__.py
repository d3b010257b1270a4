"""Studies: from a table to a comparison, a verdict, a model and its predictions."""
