"""The post box between the public pages and the desk: the only thing that both can open.

The public process puts sealed letters in and reads what the desk shows in the window; it can open
no letter, and knows no store, no ledger and no project. The desk empties the box.
"""
