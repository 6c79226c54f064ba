"""What the law requires, as pure functions and dated data: calendars, periods, deadlines."""
