"""A request from its receipt to its end: identity, decision, execution, answer, and their proof.

`progress.progress_of` says where a request stands; each other module has the functions of a step.
"""
