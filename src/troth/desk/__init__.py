"""What people ask for and what is done about it: requests under Art. 12 to 22."""
