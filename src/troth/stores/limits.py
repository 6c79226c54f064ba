"""How long a store may be waited for, and how much goes over the wire at once."""

from __future__ import annotations

CONNECT_TIMEOUT_S = 10
LOCK_TIMEOUT_MS = 5_000  # how long we wait for a lock that the application holds
DROP_LOCK_TIMEOUT_MS = 300  # whoever waits for a whole table makes all others wait behind
WRITE_STATEMENT_TIMEOUT_MS = 600_000  # a batch that runs longer is stopped and rolled back
READ_STATEMENT_TIMEOUT_MS = 4 * 3_600_000  # a count over a large table on a slow disk
IDLE_IN_WRITE_TIMEOUT_MS = 300_000  # the server ends our transaction if we stall with locks held
LOAD_ROWS = 1_000  # rows of one INSERT of a bulk load, which bounds the memory it needs
