"""Troth reads a privacy policy, finds where databases break it, and makes them keep it."""

__version__ = "0.1.0"
