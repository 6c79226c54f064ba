"""What people ask for and what is done about it: requests, and decisions on use."""
