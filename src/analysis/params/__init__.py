"""The gate: typed parameters of a run and of its reports."""
