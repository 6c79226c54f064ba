"""The pages of the console: handlers, templates and words; what is decided, the desk decides."""
