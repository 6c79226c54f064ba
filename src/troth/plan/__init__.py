"""From policy, map, schema and facts to ordered set-based steps; pure."""
