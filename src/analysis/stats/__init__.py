"""Estimators that the domains share: each takes weighted cells and states its source."""
