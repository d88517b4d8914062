"""Which runs came before this one? Notebooks ask the same, so the answer lies with the run file."""

from analysis.params.history import STATUS, EarlierRun, earlier_runs

__all__ = ["STATUS", "EarlierRun", "earlier_runs"]
