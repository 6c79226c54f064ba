"""What each passage of a policy states, out of the 21 things that Art. 13 and 14 ask for."""
