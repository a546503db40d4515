"""What is asked of PostgreSQL's catalogue (12 to 18) in order to put rows in: one statement a subject.

A line that ends in `--15+` or `--<15` is for those major versions only.
"""

from __future__ import annotations

import re
from functools import cache

# What an extension brought is left out, unless a table refers to it (as to spatial_ref_sys).

_TABLES = """
SELECT c.oid, CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname, c.oid::regclass::text,
  c.relkind::text, CASE WHEN c.relispartition THEN (SELECT inhparent FROM pg_inherits WHERE inhrelid = c.oid) END,
  (SELECT partstrat::text FROM pg_partitioned_table WHERE partrelid = c.oid),
  pg_get_expr(c.relpartbound, c.oid) = 'DEFAULT',
  CASE WHEN c.relispartition THEN pg_get_partition_constraintdef(c.oid) END,
  CASE WHEN c.relispartition THEN (
    SELECT array_agg(a.attname::text) FROM pg_partition_ancestors(c.oid) up
    JOIN pg_partitioned_table p ON p.partrelid = up.relid AND up.relid <> c.oid
    JOIN pg_attribute a ON a.attrelid = p.partrelid AND a.attnum = ANY (p.partattrs::int2[])) END,
  e.objid IS NOT NULL
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_depend e ON e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e'
WHERE c.relkind IN ('r', 'p', 'f') AND c.oid >= 16384 AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND (e.objid IS NULL OR EXISTS (
    SELECT FROM pg_constraint k WHERE k.contype = 'f' AND k.confrelid = c.oid AND NOT EXISTS (
      SELECT FROM pg_depend x WHERE x.classid = 'pg_class'::regclass AND x.objid = k.conrelid AND x.deptype = 'e')))
"""

_COLUMNS = """
SELECT a.attrelid, a.attnum, a.attname, a.atttypid, a.atttypmod, a.attnotnull, a.attgenerated <> '',
  a.attidentity <> '' OR coalesce(pg_get_expr(d.adbin, d.adrelid) LIKE 'nextval(%%', false),
  CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END, format_type(a.atttypid, a.atttypmod),
  CASE WHEN a.attgenerated <> '' THEN (
    SELECT array_agg(other.attname::text ORDER BY other.attnum)
    FROM pg_depend p JOIN pg_attribute other ON other.attrelid = p.refobjid AND other.attnum = p.refobjsubid
    WHERE p.refclassid = 'pg_class'::regclass AND p.refobjid = a.attrelid AND p.refobjsubid NOT IN (0, a.attnum)
      AND p.classid IN ('pg_attrdef'::regclass, 'pg_class'::regclass)
      AND p.objid IN (d.oid, a.attrelid) AND (p.classid = 'pg_attrdef'::regclass OR p.objsubid = a.attnum)) END
FROM pg_attribute a LEFT JOIN pg_attrdef d ON a.atthasdef AND d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attrelid = ANY (%s) AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attrelid, a.attnum
"""

_TYPES = """
WITH RECURSIVE used(oid) AS (
  SELECT unnest(%s::oid[])
  UNION
  SELECT part.oid FROM used JOIN pg_type t ON t.oid = used.oid CROSS JOIN LATERAL (
    SELECT t.typbasetype UNION ALL SELECT t.typelem WHERE t.typcategory = 'A'
    UNION ALL SELECT atttypid FROM pg_attribute
      WHERE attrelid = t.typrelid AND attnum > 0 AND NOT attisdropped AND t.typtype = 'c'
    UNION ALL SELECT rngsubtype FROM pg_range WHERE rngtypid = t.oid
    UNION ALL SELECT rngsubtype FROM pg_range WHERE rngmultitypid = t.oid --14+
  ) part(oid) WHERE part.oid <> 0
)
SELECT t.oid, t.typname, t.typtype::text, t.typbasetype, t.typtypmod, CASE t.typcategory WHEN 'A' THEN t.typelem END,
  t.typnotnull, format_type(t.oid, NULL),
  (SELECT array_agg(enumlabel::text ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid),
  (SELECT rngsubtype FROM pg_range WHERE rngtypid = t.oid
    OR rngmultitypid = t.oid --14+
  ),
  CASE t.typtype WHEN 'c' THEN (
    SELECT json_agg(json_build_array(attname, atttypid::int8, atttypmod) ORDER BY attnum) FROM pg_attribute
    WHERE attrelid = t.typrelid AND attnum > 0 AND NOT attisdropped) END,
  CASE t.typtype WHEN 'd' THEN (
    SELECT array_agg(pg_get_expr(conbin, 0) ORDER BY conname) FROM pg_constraint
    WHERE contypid = t.oid AND contype = 'c') END
FROM used JOIN pg_type t ON t.oid = used.oid
"""

# A column of an index is a number, or 0 where it is an expression, whose columns then are among those it depends on.
_KEYS = """
SELECT i.indrelid, x.relname, (i.indkey::int2[])[0:i.indnkeyatts - 1], i.indnullsnotdistinct, --15+
SELECT i.indrelid, x.relname, (i.indkey::int2[])[0:i.indnkeyatts - 1], false, --<15
  (SELECT array_agg(DISTINCT p.refobjsubid) FROM pg_depend p
    WHERE p.classid = 'pg_class'::regclass AND p.objid = x.oid AND p.refobjid = i.indrelid AND p.refobjsubid > 0
      AND NOT EXISTS (SELECT FROM unnest(i.indkey::int2[]) one WHERE one = p.refobjsubid)),
  CASE WHEN i.indisexclusion THEN (
    SELECT array_agg(o.oprname::text ORDER BY place) FROM pg_constraint k
    CROSS JOIN LATERAL unnest(k.conexclop) WITH ORDINALITY one(op, place) JOIN pg_operator o ON o.oid = one.op
    WHERE k.conindid = x.oid AND k.conrelid = i.indrelid AND k.contype IN ('x', 'p', 'u')) END,
  pg_get_expr(i.indpred, i.indrelid)
FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
WHERE i.indrelid = ANY (%s) AND (i.indisunique OR i.indisexclusion)
ORDER BY i.indrelid, i.indisprimary DESC, x.relname COLLATE "C"
"""

_CONSTRAINTS = """
SELECT k.conrelid, k.conname, k.contype::text, k.conkey, k.confrelid, k.confkey, k.confmatchtype = 'f',
  CASE k.contype WHEN 'c' THEN pg_get_expr(k.conbin, k.conrelid) END
FROM pg_constraint k LEFT JOIN pg_constraint above ON above.oid = k.conparentid
WHERE k.conrelid = ANY (%s) AND k.contype IN ('c', 'f') AND above.conrelid IS DISTINCT FROM k.conrelid
  AND k.conenforced --18+
ORDER BY k.conrelid, k.conname COLLATE "C"
"""

# Those of a table's partitions too, which may be hidden below it: what is put into the table ends up there.
_TRIGGERS = """
SELECT root.oid, t.tgrelid::regclass::text, quote_ident(t.tgname), t.tgenabled::text
FROM unnest(%s::oid[]) root(oid)
  CROSS JOIN LATERAL (SELECT root.oid UNION SELECT relid::oid FROM pg_partition_tree(root.oid)) part(oid)
  JOIN pg_trigger t ON t.tgrelid = part.oid
WHERE NOT t.tgisinternal AND t.tgenabled <> 'D' AND t.tgtype & 4 = 4  -- on INSERT
ORDER BY 1, 2, 3
"""

_SEQUENCES = """
SELECT d.refobjid, a.attname, s.oid::regclass::text, q.seqincrement, q.seqmin, q.seqmax
FROM pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S' JOIN pg_sequence q ON q.seqrelid = s.oid
  JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
  JOIN pg_type t ON t.oid = a.atttypid AND t.typcategory = 'N' AND t.typname <> 'oid'
WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
  AND d.refobjid = ANY (%s)
UNION
SELECT f.adrelid, a.attname, s.oid::regclass::text, q.seqincrement, q.seqmin, q.seqmax
FROM pg_depend d JOIN pg_attrdef f ON f.oid = d.objid JOIN pg_class s ON s.oid = d.refobjid AND s.relkind = 'S'
  JOIN pg_sequence q ON q.seqrelid = s.oid
  JOIN pg_attribute a ON a.attrelid = f.adrelid AND a.attnum = f.adnum
  JOIN pg_type t ON t.oid = a.atttypid AND t.typcategory = 'N' AND t.typname <> 'oid'
WHERE d.classid = 'pg_attrdef'::regclass AND d.refclassid = 'pg_class'::regclass AND f.adrelid = ANY (%s)
ORDER BY 3, 1, 2
"""

_SUBJECTS = {
    "tables": _TABLES,
    "columns": _COLUMNS,
    "types": _TYPES,
    "keys": _KEYS,
    "constraints": _CONSTRAINTS,
    "triggers": _TRIGGERS,
    "sequences": _SEQUENCES,
}


@cache
def query(subject: str, major: int) -> bytes:
    """Give the statement of a subject for a server of this major version."""
    kept = []
    for line in _SUBJECTS[subject].splitlines():
        mark = re.search(r" ?--(?:(\d+)\+|<(\d+))$", line)
        if mark and (major < int(mark[1]) if mark[1] else major >= int(mark[2])):
            continue
        kept.append(line[: mark.start()] if mark else line)
    return "\n".join(kept).encode()
