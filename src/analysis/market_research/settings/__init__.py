"""The parameters of the report, one module a topic."""
