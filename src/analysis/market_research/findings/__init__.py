"""Findings of market research."""
