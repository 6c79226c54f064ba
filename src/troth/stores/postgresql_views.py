"""What reads tables of PostgreSQL with its owner's rights: views, materialised views and rules."""

from __future__ import annotations

EXPOSING = """
WITH RECURSIVE reader AS (
  SELECT w.ev_class AS oid, w.rulename::text AS rule FROM pg_depend d
  JOIN pg_rewrite w ON w.oid = d.objid
  WHERE d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass
    AND d.refobjid = ANY(SELECT to_regclass(name) FROM unnest(CAST(:tables AS text[])) AS t(name))
  UNION
  SELECT w.ev_class, w.rulename::text FROM reader
  JOIN pg_depend d ON d.refobjid = reader.oid AND d.refclassid = 'pg_class'::regclass
    AND d.classid = 'pg_rewrite'::regclass
  JOIN pg_rewrite w ON w.oid = d.objid
)
SELECT DISTINCT c.oid::regclass::text, c.relkind::text, reader.rule
FROM reader JOIN pg_class c ON c.oid = reader.oid
WHERE NOT (c.relkind = 'v' AND reader.rule = '_RETURN' AND EXISTS (
  SELECT FROM unnest(c.reloptions) AS o(option)
  WHERE lower(o.option) IN ('security_invoker=true', 'security_invoker=on', 'security_invoker=1',
                            'security_invoker=yes')))
ORDER BY 1
"""
"""Names, kinds and rules of what reads `:tables` (names as statements write them), also by others.

A view with `security_invoker` reads with the rights of whoever asks it, and is none of them.
"""
