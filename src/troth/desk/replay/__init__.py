"""After a restore: what persons had erased, corrected or restricted is so again."""
