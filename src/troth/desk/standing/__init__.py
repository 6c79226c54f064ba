"""Requests as lists show them: recorded together with where each then stands, never apart."""
