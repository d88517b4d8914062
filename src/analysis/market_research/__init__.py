"""Market research: what customers want, how satisfied they are, and what is coming."""
