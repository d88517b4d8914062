"""Checks of the competitor comparison."""
