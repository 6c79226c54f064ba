"""Reading a policy in prose: its text as blocks, what each passage says, and the draft of it.

Deterministic and offline: the same bytes give the same result, and nothing is fetched or learned at
run time. Everything found carries its evidence, the exact characters of the text.
"""
