"""The functions that a script makes for its own session before its first guarded operation; they go with it."""

from __future__ import annotations

from migkit.catalog import MARKS
from migkit.ops.postgresql_shape import FUNCTIONS, USERS

MARKS_TABLE = f"""CREATE TABLE IF NOT EXISTS {MARKS} (
  revision varchar(255) NOT NULL,
  place integer NOT NULL,
  verb varchar(10) NOT NULL,
  object varchar(255) NOT NULL,
  state varchar(10) NOT NULL,
  undone smallint NOT NULL,
  PRIMARY KEY (revision, verb, object)
)"""

_MARK = f"""FUNCTION pg_temp.migkit_mark(of text, did text, what text, how text) RETURNS void
LANGUAGE plpgsql AS $migkit$
BEGIN
  IF to_regclass('{MARKS}') IS NULL THEN
    {MARKS_TABLE};
  END IF;
  DELETE FROM {MARKS} WHERE revision = of AND verb = did AND object = what AND undone = 1;
  INSERT INTO {MARKS} (revision, place, verb, object, state, undone)
    SELECT of, coalesce(max(place), 0) + 1, did, what, how, 0 FROM {MARKS} WHERE revision = of AND undone = 0
    ON CONFLICT (revision, verb, object) DO UPDATE SET state = excluded.state
      WHERE excluded.state IN ('made', 'dropped');
END $migkit$"""  # noqa: S608  # names of the kit's own

# A downgrade reads the marks that it has undone itself, when it runs again.
_STATE = f"""FUNCTION pg_temp.migkit_state(of text, did text, what text) RETURNS text LANGUAGE plpgsql AS $migkit$
BEGIN
  IF to_regclass('{MARKS}') IS NULL THEN
    RETURN '';
  END IF;
  UPDATE {MARKS} SET undone = 1 WHERE revision = of AND undone = 0;
  RETURN coalesce((SELECT state FROM {MARKS} WHERE revision = of AND verb = did AND object = what), '');
END $migkit$"""  # noqa: S608  # names of the kit's own

_LATER = f"""FUNCTION pg_temp.migkit_later(of text, did text, what text) RETURNS text[] LANGUAGE plpgsql AS $migkit$
BEGIN
  IF to_regclass('{MARKS}') IS NULL THEN
    RETURN '{{}}';
  END IF;
  RETURN ARRAY(SELECT l.verb::text FROM {MARKS} o JOIN {MARKS} l ON l.revision = o.revision AND l.object = o.object
      AND l.place > o.place AND l.undone = 0
    WHERE o.revision = of AND o.verb = did AND o.object = what AND o.undone = 0);
END $migkit$"""  # noqa: S608  # names of the kit's own

_CHANGED = f"""FUNCTION pg_temp.migkit_changed(of text, what text, columns text) RETURNS boolean
LANGUAGE plpgsql AS $migkit$
BEGIN
  IF to_regclass('{MARKS}') IS NULL THEN
    RETURN false;
  END IF;
  RETURN EXISTS (SELECT FROM {MARKS} o JOIN {MARKS} l ON l.revision = o.revision AND l.place > o.place
    WHERE l.undone = 0 AND o.revision = of AND o.verb = 'create' AND o.object = what AND o.undone = 0
      AND starts_with(l.object, columns));
END $migkit$"""

_MINE = f"""FUNCTION pg_temp.migkit_mine(of text, what text) RETURNS boolean LANGUAGE plpgsql AS $migkit$
BEGIN
  IF to_regclass('{MARKS}') IS NULL THEN
    RETURN false;
  END IF;
  RETURN EXISTS (SELECT FROM {MARKS}
    WHERE revision = of AND verb = 'create' AND object = what AND state = 'made' AND undone = 0);
END $migkit$"""

# A table that this revision has met before may have what the revision did to its parts since; and after it has altered,
# renamed or dropped a column, the server has written what stands on columns anew.
_SAME = f"""FUNCTION pg_temp.migkit_same(of text, what text, here jsonb, wanted jsonb) RETURNS boolean
LANGUAGE plpgsql AS $migkit$
DECLARE
  name text := substr(what, 7) || '.';
  changed boolean;
BEGIN
  IF here = wanted OR of = '' OR left(what, 6) <> 'table ' OR to_regclass('{MARKS}') IS NULL THEN
    RETURN here = wanted;
  END IF;
  changed := EXISTS (SELECT FROM {MARKS} WHERE revision = of AND undone = 0 AND verb IN ('alter', 'drop', 'rename')
    AND starts_with(object, 'column ' || name));
  RETURN EXISTS (SELECT FROM {MARKS} WHERE revision = of AND verb = 'create' AND object = what AND undone = 0)
    AND NOT EXISTS (SELECT FROM jsonb_each_text(wanted) w WHERE w.value IS DISTINCT FROM here ->> w.key
      AND NOT (changed AND starts_with(w.key, 'constraint '))
      AND NOT EXISTS (SELECT FROM {MARKS} m WHERE m.revision = of AND m.undone = 0
        AND m.object = split_part(w.key, ' ', 1) || ' ' || name || substr(w.key, strpos(w.key, ' ') + 1)));
END $migkit$"""  # noqa: S608  # names of the kit's own

# What `postgresql_twin.read_again` says.
_MEANT = """FUNCTION pg_temp.migkit_meant(twin text, here jsonb, wanted jsonb) RETURNS jsonb
LANGUAGE plpgsql AS $migkit$
DECLARE
  part record;
  said text;
  again jsonb[];
BEGIN
  IF EXISTS (SELECT FROM jsonb_each_text(wanted) w
      WHERE starts_with(w.key, 'column ') AND w.value IS DISTINCT FROM here ->> w.key) THEN
    RETURN wanted;
  END IF;
  FOR part IN SELECT w.key AS name, here ->> w.key AS old, w.value AS new FROM jsonb_each_text(wanted) w
      WHERE w.value <> here ->> w.key AND w.value ~ ' NOT VALID' = (here ->> w.key ~ ' NOT VALID')
        AND (starts_with(w.value, 'CHECK ') AND starts_with(here ->> w.key, 'CHECK ')
          OR starts_with(w.key, 'index ') AND w.value ~ '[])]$' AND here ->> w.key ~ '[])]$') LOOP
    again := '{}';
    FOREACH said IN ARRAY ARRAY[part.old, part.new] LOOP
      IF starts_with(part.name, 'index ') THEN
        EXECUTE format('CREATE %sINDEX migkit_again ON %s %s',
          CASE WHEN starts_with(said, 'UNIQUE ') THEN 'UNIQUE ' END, twin, regexp_replace(said, '^UNIQUE ', ''));
        again := again || pg_temp.migkit_shape(twin::regclass, 'index', 'migkit_again');
        DROP INDEX pg_temp.migkit_again;
      ELSE
        EXECUTE format('ALTER TABLE %s ADD CONSTRAINT migkit_again %s', twin, split_part(said, ' COMMENT ', 1));
        again := again || pg_temp.migkit_shape(twin::regclass, 'constraint', 'migkit_again');
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT migkit_again', twin);
      END IF;
    END LOOP;
    IF again[1] = again[2] THEN
      wanted := wanted || jsonb_build_object(part.name, part.old);
    END IF;
  END LOOP;
  RETURN wanted;
END $migkit$"""

_DIFFERS = """FUNCTION pg_temp.migkit_differs(what text, here jsonb, wanted jsonb, remedy text) RETURNS void
LANGUAGE plpgsql AS $migkit$
BEGIN
  RAISE EXCEPTION 'ShapeDiffers: % is there as [%], wanted is [%]; %', what,
    (SELECT coalesce(string_agg(key || ' ' || value, '; ' ORDER BY key), 'nothing of that')
      FROM jsonb_each_text(here) WHERE value IS DISTINCT FROM wanted ->> key),
    (SELECT coalesce(string_agg(key || ' ' || value, '; ' ORDER BY key), 'nothing of that')
      FROM jsonb_each_text(wanted) WHERE value IS DISTINCT FROM here ->> key), remedy;
END $migkit$"""

_LABEL = """FUNCTION pg_temp.migkit_label(of regclass) RETURNS text LANGUAGE sql AS $migkit$
SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = of
$migkit$"""

# The rows of a table that is not there are not there.
_ROW = """FUNCTION pg_temp.migkit_row(of text, query text) RETURNS jsonb LANGUAGE plpgsql AS $migkit$
DECLARE found jsonb;
BEGIN
  IF to_regclass(of) IS NOT NULL THEN
    EXECUTE query INTO found;
  END IF;
  RETURN found;
END $migkit$"""

# Values are added where none goes or moves; else another type takes the name, as `migkit.ddl` writes it.
_SWAP = f"""FUNCTION pg_temp.migkit_swap(enum text, wanted text[]) RETURNS void LANGUAGE plpgsql AS $migkit$
DECLARE
  kind regtype := to_regtype(enum);
  present text[] := ARRAY(SELECT enumlabel::text FROM pg_enum WHERE enumtypid = kind ORDER BY enumsortorder);
  bare text := (SELECT typname FROM pg_type WHERE oid = kind);
  users jsonb;
  one jsonb;
  at integer;
BEGIN
  IF ARRAY(SELECT v FROM unnest(wanted) WITH ORDINALITY AS u (v, n) WHERE v = ANY (present) ORDER BY n) = present THEN
    FOR at IN 1 .. cardinality(wanted) LOOP
      IF NOT wanted[at] = ANY (present) THEN
        EXECUTE format('ALTER TYPE %s ADD VALUE %L', enum, wanted[at]) || CASE
          WHEN at > 1 THEN format(' AFTER %L', wanted[at - 1])
          WHEN cardinality(present) > 0 THEN format(' BEFORE %L', present[1]) ELSE '' END;
      END IF;
    END LOOP;
    RETURN;
  END IF;
  SELECT coalesce(jsonb_agg(jsonb_build_object('table', place, 'column', name, 'default', value, 'array', many)), '[]')
    INTO users FROM ({USERS.replace("$1", "enum")}) AS used (place, name, type, value, many);
  EXECUTE format('ALTER TYPE %s RENAME TO %I', enum, bare || '_old');
  EXECUTE format('CREATE TYPE %s AS ENUM (%s)', enum, (SELECT string_agg(quote_literal(v), ', ' ORDER BY n)
    FROM unnest(wanted) WITH ORDINALITY AS u (v, n)));
  FOR one IN SELECT jsonb_array_elements(users) LOOP
    IF one ->> 'default' IS NOT NULL THEN
      EXECUTE format('ALTER TABLE %s ALTER COLUMN %I DROP DEFAULT', one ->> 'table', one ->> 'column');
    END IF;
    EXECUTE format('ALTER TABLE %s ALTER COLUMN %I TYPE %s%s USING %I::text%s::%s%s', one ->> 'table',
      one ->> 'column', enum, one ->> 'array', one ->> 'column', one ->> 'array', enum, one ->> 'array');
    IF one ->> 'default' IS NOT NULL THEN
      EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET DEFAULT %s', one ->> 'table', one ->> 'column',
        one ->> 'default');
    END IF;
  END LOOP;
  EXECUTE format('DROP TYPE %s', kind);
END $migkit$"""  # noqa: S608  # names of the kit's own

_LIKE = """FUNCTION pg_temp.migkit_like(of regclass, twin text) RETURNS void LANGUAGE plpgsql AS $migkit$
DECLARE label text := pg_temp.migkit_label(of);
BEGIN
  EXECUTE format('CREATE TEMP TABLE %s (LIKE %s INCLUDING INDEXES)', twin, label);
  EXECUTE format('COMMENT ON TABLE pg_temp.%s IS %L', twin, label);
END $migkit$"""


def prelude() -> tuple[str, ...]:
    """Give the statements that make them."""
    asked = (
        f"FUNCTION pg_temp.{name}({types}) RETURNS jsonb LANGUAGE sql STABLE AS $migkit$\n{query.strip()}\n$migkit$"
        for name, (query, types) in FUNCTIONS.items()
    )
    told = (_LABEL, _LIKE, _MARK, _STATE, _LATER, _CHANGED, _MINE, _SAME, _MEANT, _DIFFERS, _ROW, _SWAP)
    return tuple(f"CREATE OR REPLACE {one}" for one in (*asked, *told))
