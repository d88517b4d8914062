"""Reproducible assessment reports for a bank's strategy analysts."""

__version__ = "0.1.0"
