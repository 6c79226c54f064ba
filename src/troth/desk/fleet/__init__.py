"""Many organisations on one server: each opened by itself, and what is late or broken where."""
