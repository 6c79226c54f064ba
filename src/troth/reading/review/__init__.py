"""What a person decided about a draft, kept apart from it, so that it survives the next version."""
