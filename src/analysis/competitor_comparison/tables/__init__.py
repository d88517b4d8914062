"""Tables of the competitor comparison."""
