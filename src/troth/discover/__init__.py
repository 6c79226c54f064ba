"""Drafting a data map from a live database: what looks personal, whose it is, and why we think so.

Sampled values are measured in `measure` and in the link checks, and go no further: everything after
works on counts, shares and names of the schema, so no value can reach a file, a log or an error.
"""
