"""Finding one human in every store: what is sure, what is doubtful and why, and which rows."""
