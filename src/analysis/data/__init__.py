"""The bank's tables: the contract, the sources that hold them, and their quality."""
