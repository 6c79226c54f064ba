"""Reading the files that a user writes: YAML with places, and errors that name them."""
