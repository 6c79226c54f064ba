"""The API by which an organisation's own systems record consents, ask decisions, hand requests in.

It is described by OpenAPI, and calls the engine: it decides nothing by itself.
"""
