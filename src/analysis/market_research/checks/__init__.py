"""Checks of market research."""
