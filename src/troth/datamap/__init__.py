"""Where the data lies: tables and columns, whose data, how rows relate, what shows an event."""
