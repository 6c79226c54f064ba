"""Restriction of processing (Art. 18) in the stores: row-level security or quarantine."""
