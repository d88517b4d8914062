"""Figures of the competitor comparison."""
