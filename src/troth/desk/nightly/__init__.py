"""The work that Troth does by itself: each job in its turn, by one process alone."""
