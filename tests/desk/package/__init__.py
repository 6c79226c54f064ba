"""Packages: what is in them, what is not, and what becomes of the files."""
