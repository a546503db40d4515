"""The one statement that reads a whole PostgreSQL catalogue (12 to 18): what belongs to relations.

Each part gives rows of kind, owner, name, definition, position. Some marks are resolved by `snapshot_sql`: a line that
ends in `--15+` or `--<15` is for those major versions only, `@acl(column, type, owner)` becomes the privileges that
differ from the default ones, as pg_dump reckons them, `@note(class, oid, sub)` the comment, and `@options(column)` the
options that somebody set. All names in definitions are qualified, because the session's search_path is empty.
"""

from __future__ import annotations

import re
from functools import cache

_COMMON = """
WITH member AS MATERIALIZED (
  SELECT classid, objid FROM pg_depend WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'
  UNION ALL  -- what a range type brings by itself
  SELECT classid, objid FROM pg_depend WHERE classid IN ('pg_proc'::regclass, 'pg_cast'::regclass)
    AND objid >= 16384 AND deptype = 'i'
), space AS MATERIALIZED (
  SELECT oid, nspname, CASE nspname WHEN 'public' THEN '' ELSE nspname || '.' END AS prefix
  FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
), rel AS MATERIALIZED (
  SELECT c.oid, c.relkind, c.relname, s.prefix || c.relname AS name, c.relpersistence, c.reloptions,
    c.reltoastrelid, c.reloftype, c.relam, c.reltablespace, c.relreplident, c.relrowsecurity,
    c.relforcerowsecurity, c.relispartition, c.relpartbound, c.relacl, c.relowner, s.prefix
  FROM pg_class c JOIN space s ON s.oid = c.relnamespace
  WHERE c.oid >= 16384 AND NOT EXISTS (
    SELECT FROM member m WHERE m.classid = 'pg_class'::regclass AND m.objid = c.oid)
)
"""

_ACL = """CASE WHEN {acl} IS NOT NULL THEN (
  SELECT 'ACL ' || string_agg(sign || CASE grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(grantee) END || '='
    || privilege_type || CASE WHEN is_grantable THEN '*' ELSE '' END
    || CASE grantor WHEN {owner} THEN '' ELSE '/' || pg_get_userbyid(grantor) END, ' '
    ORDER BY sign, grantee = 0, pg_get_userbyid(grantee), privilege_type, grantor, is_grantable)
  FROM (
    SELECT '+' AS sign, * FROM (SELECT * FROM aclexplode({acl}) EXCEPT SELECT * FROM aclexplode({base})) a
    UNION ALL
    SELECT '-' AS sign, * FROM (SELECT * FROM aclexplode({base}) EXCEPT SELECT * FROM aclexplode({acl})) a
  ) difference) END"""

# Servers since 15.20 and 17.12 keep a number of their own among a column's options; pg_dump leaves it out too.
_OPTIONS = "NULLIF(rtrim(regexp_replace(array_to_string({options}, ', '), 'pg_attver=[0-9]+(, )?', ''), ', '), '')"

_INITIAL = """coalesce((SELECT initprivs FROM pg_init_privs
  WHERE classoid = 'pg_namespace'::regclass AND objoid = {stem}.oid AND objsubid = 0), {base})"""

_NOTE = """(SELECT 'COMMENT ' || quote_literal(description) FROM pg_description
  WHERE classoid = '{table}'::regclass AND objoid = {oid} AND objsubid = {sub})"""

_TABLES = """
SELECT 'table' AS kind, '' AS owner, r.name AS name, concat_ws(' ',
  CASE r.relpersistence WHEN 'u' THEN 'UNLOGGED' END,
  CASE r.relkind WHEN 'r' THEN 'TABLE' WHEN 'f' THEN 'FOREIGN TABLE'
    ELSE 'TABLE PARTITION BY ' || pg_get_partkeydef(r.oid) END,
  CASE WHEN r.reloftype <> 0 THEN 'OF ' || format_type(r.reloftype, NULL) END,
  (SELECT CASE WHEN r.relispartition THEN 'PARTITION OF ' ELSE 'INHERITS ' END
     || string_agg(inhparent::regclass::text, ', ' ORDER BY inhseqno)
   FROM pg_inherits WHERE inhrelid = r.oid),
  pg_get_expr(r.relpartbound, r.oid),
  'WITH (' || array_to_string(r.reloptions, ', ') || ')',
  'TOAST (' || array_to_string(toast.reloptions, ', ') || ')',
  (SELECT 'USING ' || quote_ident(amname) FROM pg_am WHERE oid = r.relam AND amname <> 'heap'),
  (SELECT 'TABLESPACE ' || quote_ident(spcname) FROM pg_tablespace WHERE oid = r.reltablespace),
  CASE r.relreplident WHEN 'f' THEN 'REPLICA IDENTITY FULL' WHEN 'n' THEN 'REPLICA IDENTITY NOTHING' END,
  CASE WHEN r.relrowsecurity THEN 'ROW LEVEL SECURITY' END,
  CASE WHEN r.relforcerowsecurity THEN 'FORCE ROW LEVEL SECURITY' END,
  CASE WHEN r.relkind = 'f' THEN (
    SELECT 'SERVER ' || quote_ident(srvname) || coalesce(' OPTIONS (' || array_to_string(ftoptions, ', ') || ')', '')
    FROM pg_foreign_table JOIN pg_foreign_server s ON s.oid = ftserver WHERE ftrelid = r.oid) END,
  @note(pg_class, r.oid, 0), @acl(r.relacl, r, r.relowner)) AS definition, 0 AS position
FROM rel r LEFT JOIN pg_class toast ON toast.oid = r.reltoastrelid
WHERE r.relkind IN ('r', 'p', 'f')
"""

_VIEWS = """
SELECT 'view', '', r.name, concat_ws(' ',
  CASE r.relkind WHEN 'v' THEN 'VIEW' ELSE 'MATERIALIZED VIEW' END,
  'WITH (' || array_to_string(r.reloptions, ', ') || ')',
  (SELECT 'USING ' || quote_ident(amname) FROM pg_am WHERE oid = r.relam AND amname <> 'heap'),
  (SELECT 'TABLESPACE ' || quote_ident(spcname) FROM pg_tablespace WHERE oid = r.reltablespace),
  'AS' || regexp_replace(pg_get_viewdef(r.oid), ';$', ''),
  @note(pg_class, r.oid, 0), @acl(r.relacl, r, r.relowner)), 0
FROM rel r WHERE r.relkind IN ('v', 'm')
"""

_COLUMNS = """
SELECT 'column', r.name, r.name || '.' || a.attname, concat_ws(' ',
  format_type(a.atttypid, a.atttypmod),
  CASE WHEN a.attcollation <> t.typcollation THEN (
    SELECT 'COLLATE ' || quote_ident(nspname) || '.' || quote_ident(collname)
    FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace WHERE c.oid = a.attcollation) END,
  CASE WHEN a.attnotnull THEN 'NOT NULL' END, --<18
  CASE WHEN a.attnotnull THEN coalesce((SELECT concat_ws(' ', --18+
      CASE WHEN k.conname <> r.relname || '_' || a.attname || '_not_null' --18+
        THEN 'CONSTRAINT ' || quote_ident(k.conname) END, --18+
      replace(pg_get_constraintdef(k.oid), 'NOT NULL ' || quote_ident(a.attname), 'NOT NULL'), --18+
      @note(pg_constraint, k.oid, 0)) --18+
    FROM pg_constraint k WHERE k.conrelid = r.oid AND k.contype = 'n' AND k.conkey = ARRAY[a.attnum]), --18+
    'NOT NULL') END, --18+
  CASE a.attgenerated WHEN '' THEN 'DEFAULT ' || pg_get_expr(d.adbin, d.adrelid)
    ELSE 'GENERATED ALWAYS AS (' || pg_get_expr(d.adbin, d.adrelid)
      || CASE a.attgenerated WHEN 's' THEN ') STORED' ELSE ') VIRTUAL' END END,
  CASE a.attidentity WHEN 'a' THEN 'GENERATED ALWAYS AS IDENTITY'
    WHEN 'd' THEN 'GENERATED BY DEFAULT AS IDENTITY' END,
  CASE WHEN a.attstorage <> t.typstorage THEN 'STORAGE ' || CASE a.attstorage WHEN 'p' THEN 'PLAIN'
    WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END END,
  CASE a.attcompression WHEN 'p' THEN 'COMPRESSION pglz' WHEN 'l' THEN 'COMPRESSION lz4' END, --14+
  CASE WHEN a.attstattarget >= 0 THEN 'STATISTICS ' || a.attstattarget END,
  'WITH (' || @options(a.attoptions) || ')',
  'OPTIONS (' || array_to_string(a.attfdwoptions, ', ') || ')',
  CASE WHEN NOT a.attislocal AND NOT r.relispartition THEN 'INHERITED' END,
  @note(pg_class, r.oid, a.attnum), @acl(a.attacl, c, r.relowner)),
  row_number() OVER (PARTITION BY r.oid ORDER BY a.attnum)
FROM rel r JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
  JOIN pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_attrdef d ON a.atthasdef AND d.adrelid = r.oid AND d.adnum = a.attnum
WHERE r.relkind IN ('r', 'p', 'f') OR r.relkind IN ('v', 'm') AND (
  a.atthasdef OR a.attacl IS NOT NULL OR a.attstattarget >= 0 OR @options(a.attoptions) IS NOT NULL
  OR a.attstorage <> t.typstorage
  OR a.attcompression <> '' --14+
  OR EXISTS (SELECT FROM pg_description WHERE classoid = 'pg_class'::regclass AND objoid = r.oid
    AND objsubid = a.attnum))
"""

_INDEX_STATE = """
  CASE WHEN NOT i.indisvalid THEN 'INVALID' END,
  CASE WHEN i.indisclustered THEN 'CLUSTER' END,
  CASE WHEN i.indisreplident THEN 'REPLICA IDENTITY' END,
  (SELECT 'TABLESPACE ' || quote_ident(spcname) FROM pg_tablespace WHERE oid = x.reltablespace),
  (SELECT 'STATISTICS ' || string_agg(attnum || '=' || attstattarget, ', ' ORDER BY attnum)
    FROM pg_attribute WHERE attrelid = x.oid AND attstattarget >= 0),
  CASE WHEN x.relispartition THEN (
    SELECT 'PARTITION OF ' || inhparent::regclass FROM pg_inherits WHERE inhrelid = x.oid) END,
  @note(pg_class, x.oid, 0)
"""

_INDEXES = f"""
SELECT 'index', r.name, x.name, concat_ws(' ', pg_get_indexdef(x.oid), {_INDEX_STATE}), 0
FROM rel r JOIN pg_index i ON i.indrelid = r.oid JOIN rel x ON x.oid = i.indexrelid
WHERE NOT EXISTS (SELECT FROM pg_constraint
  WHERE conrelid = r.oid AND conindid = x.oid AND contype IN ('p', 'u', 'x'))
"""  # noqa: S608  # parts of this module only

_CONSTRAINTS = f"""
SELECT 'constraint', r.name, r.name || '.' || k.conname, concat_ws(' ', pg_get_constraintdef(k.oid),
  CASE WHEN NOT k.conislocal AND NOT r.relispartition THEN 'INHERITED' END,
  'WITH (' || array_to_string(x.reloptions, ', ') || ')',
  CASE WHEN x.oid IS NOT NULL THEN NULLIF(concat_ws(' ', {_INDEX_STATE}), '') END,
  @note(pg_constraint, k.oid, 0)), 0
FROM rel r JOIN pg_constraint k ON k.conrelid = r.oid
  LEFT JOIN rel x ON x.oid = k.conindid AND k.contype IN ('p', 'u', 'x')
  LEFT JOIN pg_index i ON i.indexrelid = x.oid
WHERE k.contype IN ('c', 'f', 'p', 'u', 'x')
"""  # noqa: S608  # parts of this module only

_TRIGGERS = """
SELECT 'trigger', r.name, r.name || '.' || t.tgname, concat_ws(' ', pg_get_triggerdef(t.oid),
  CASE t.tgenabled WHEN 'D' THEN 'DISABLED' WHEN 'R' THEN 'ENABLE REPLICA' WHEN 'A' THEN 'ENABLE ALWAYS' END,
  @note(pg_trigger, t.oid, 0)), 0
FROM rel r JOIN pg_trigger t ON t.tgrelid = r.oid WHERE NOT t.tgisinternal
UNION ALL
SELECT 'rule', r.name, r.name || '.' || w.rulename, concat_ws(' ', pg_get_ruledef(w.oid),
  CASE w.ev_enabled WHEN 'D' THEN 'DISABLED' WHEN 'R' THEN 'ENABLE REPLICA' WHEN 'A' THEN 'ENABLE ALWAYS' END,
  @note(pg_rewrite, w.oid, 0)), 0
FROM rel r JOIN pg_rewrite w ON w.ev_class = r.oid WHERE w.rulename <> '_RETURN'
UNION ALL
SELECT 'policy', r.name, r.name || '.' || p.polname, concat_ws(' ',
  CASE WHEN p.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,
  'FOR ' || CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE'
    WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
  (SELECT 'TO ' || string_agg(role, ', ' ORDER BY role) FROM (
    SELECT CASE one WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(one)) END AS role
    FROM unnest(p.polroles) one) roles),
  'USING (' || pg_get_expr(p.polqual, r.oid) || ')', 'WITH CHECK (' || pg_get_expr(p.polwithcheck, r.oid) || ')',
  @note(pg_policy, p.oid, 0)), 0
FROM rel r JOIN pg_policy p ON p.polrelid = r.oid
"""

_SEQUENCES = """
SELECT 'sequence', coalesce(o.name, ''), r.name, concat_ws(' ',
  CASE r.relpersistence WHEN 'u' THEN 'UNLOGGED' END,
  'AS', format_type(q.seqtypid, NULL), 'START', q.seqstart, 'INCREMENT', q.seqincrement,
  'MINVALUE', q.seqmin, 'MAXVALUE', q.seqmax, 'CACHE', q.seqcache, CASE WHEN q.seqcycle THEN 'CYCLE' END,
  CASE d.deptype WHEN 'i' THEN 'IDENTITY OF ' ELSE 'OWNED BY ' END || o.name || '.' || a.attname,
  @note(pg_class, r.oid, 0), @acl(r.relacl, s, r.relowner)), 0
FROM rel r JOIN pg_sequence q ON q.seqrelid = r.oid
  LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = r.oid AND d.objsubid = 0
    AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
  LEFT JOIN rel o ON o.oid = d.refobjid
  LEFT JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
UNION ALL
SELECT 'statistics', r.name, p.prefix || s.stxname, concat_ws(' ', pg_get_statisticsobjdef(s.oid),
  CASE WHEN s.stxstattarget >= 0 THEN 'STATISTICS ' || s.stxstattarget END, --13+
  @note(pg_statistic_ext, s.oid, 0)), 0
FROM rel r JOIN pg_statistic_ext s ON s.stxrelid = r.oid JOIN space p ON p.oid = s.stxnamespace
"""


@cache
def snapshot_sql(major: int, *, plain: bool = False) -> str:
    """Give the statement for a server of this major version.

    With `plain` it leaves out subscriptions, of which an ordinary login may not read all.
    """
    from migkit.catalog.postgresql_types import OTHERS, SUBSCRIPTIONS

    parts = [_TABLES, _VIEWS, _COLUMNS, _INDEXES, _CONSTRAINTS, _TRIGGERS, _SEQUENCES, *OTHERS]
    parts += [] if plain else [SUBSCRIPTIONS]
    text = _COMMON + "UNION ALL".join(_for_version(part, major) for part in parts)
    text = re.sub(r"@note\((\w+), ([\w.]+), ([\w.]+)\)", _note, text)
    text = re.sub(r"@options\(([\w.]+)\)", lambda mark: _OPTIONS.format(options=mark[1]), text)
    return re.sub(r"@acl\(([\w.]+), (\w), ([\w.]+)\)", _acl, text)


def _for_version(text: str, major: int) -> str:
    """Keep the lines that are for this major version."""
    kept = []
    for line in text.splitlines():
        mark = re.search(r"--(?=[\d<])(?:(\d+)\+)?(?:<(\d+))?$", line)
        if mark and ((mark[1] and major < int(mark[1])) or (mark[2] and major >= int(mark[2]))):
            continue
        kept.append(line[: mark.start()] if mark else line)
    return "\n".join(kept) + "\n"


def _note(mark: re.Match[str]) -> str:
    return _NOTE.format(table=mark[1], oid=mark[2], sub=mark[3])


def _acl(mark: re.Match[str]) -> str:
    """What initdb granted (on the schema public) counts as a default too."""
    acl, kind, owner = mark.groups()
    base = f"acldefault('{kind}', {owner})"
    if kind == "n":
        stem = acl.split(".")[0]
        base = _INITIAL.format(stem=stem, base=base)
    return _ACL.format(acl=acl, owner=owner, base=base)
