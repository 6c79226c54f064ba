"""What a text promises, as frames: typed slots, each with the exact characters that show it."""
