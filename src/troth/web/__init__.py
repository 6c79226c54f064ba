"""Pages and processes: what `troth serve` runs."""
