"""The ledger: facts about people and the journal of what was done, sharing one write path."""
