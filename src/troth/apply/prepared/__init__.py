"""Plans about persons, compiled once for a policy, a map and a schema, and carried out directly."""
