"""Figures of market research."""
