"""Runs a run file: every report about every scope, from the gate to the index."""

from analysis.batch.run import BatchResult, run_batch
from analysis.batch.work import Options

__all__ = ["BatchResult", "Options", "run_batch"]
