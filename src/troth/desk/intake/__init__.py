"""Requests as they come in: what the public pages show, and the letters that they bring."""
