"""Sentences made of constructions, data, periods and events, with what they promise."""
