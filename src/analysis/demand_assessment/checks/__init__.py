"""Checks of the demand-management assessment."""
