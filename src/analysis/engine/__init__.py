"""Runs notebooks: which and in what order, under which budgets, whether they succeeded."""
