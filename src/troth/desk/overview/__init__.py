"""What a desk has before it: queries and plain values, over ledger, checks, plans, policy and map.

No page is made here, and nothing is decided: what may stay and what may be refused is the engine's.
"""
