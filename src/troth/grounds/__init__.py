"""The meaning: which grounds support a value, until when, and what remains unknown."""
