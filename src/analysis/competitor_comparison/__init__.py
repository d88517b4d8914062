"""The comparison with competitors: where we stand, how sure that is, and what would change it."""
