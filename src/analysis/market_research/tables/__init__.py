"""Tables of market research."""
