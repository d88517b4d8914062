"""Findings of the incentive report, a module a question."""
