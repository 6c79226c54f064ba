"""A project folder: troth.yaml, the policy, the map, and what they name."""
