"""Error bars from bags: pure functions on arrays of bag outputs, labels and bag counts."""
