"""A second opinion on what a draft leaves unknown, off by default: an OpenAI-compatible endpoint.

The endpoint proposes; it decides nothing. A proposal counts only with a quote that stands in the
text to the letter and a value with which the policy is still one; it is marked with its origin.
"""
