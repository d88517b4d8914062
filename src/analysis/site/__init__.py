"""The reader's pages: executed notebooks as offline HTML, an index, files to take away."""
