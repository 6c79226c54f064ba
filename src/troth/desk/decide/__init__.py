"""Quick decisions: `grounds.may` answered from memory, kept true to the ledger."""
