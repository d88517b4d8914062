"""What a notebook calls to put something on the page: the only door to it."""
