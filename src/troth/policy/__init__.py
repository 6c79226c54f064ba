"""The promise: the typed policy, how it is read from YAML, and what its clauses are."""
