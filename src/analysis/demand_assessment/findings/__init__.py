"""Findings of the demand-management assessment, a module a question."""
