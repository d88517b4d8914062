"""Findings of the competitor comparison."""
