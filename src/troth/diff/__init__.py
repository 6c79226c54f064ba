"""Two versions of a policy compared: what changes for people, and what that asks for."""
