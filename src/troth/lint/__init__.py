"""A policy examined: against the law, against itself, and against the data map."""
