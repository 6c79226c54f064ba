"""The rules about prose, one module for each family."""
