"""The chain of proof: from a number to its source, from a period to the one before."""
