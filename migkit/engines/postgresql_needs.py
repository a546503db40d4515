"""Which privileges statements of PostgreSQL need, and which of them a login has not.

PostgreSQL manual, "Privileges" and each statement's own page: what changes an object is its owner's alone. The tests
take each of them away from a login, and see whether the statement still passes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence

from migkit.gate import Ask, Denied, Lack, Need
from migkit.model.script import Act, Kind

_OWNER = "OWNER"
_OF_A_TABLE = frozenset({"trigger", "policy", "rule"})
_RELATIONS = frozenset({"view", "materialized view", "sequence"})
_SYSTEM = ("pg_catalog.", "information_schema.", "pg_")

_RELATION = """
SELECT CAST(c.oid AS bigint), pg_has_role(c.relowner, 'USAGE'), r.rolname, n.nspname || '.' || c.relname
FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relname = :name AND n.nspname = ANY (CASE WHEN :schema = ''
  THEN current_schemas(false) || CAST('public' AS name) ELSE ARRAY[CAST(:schema AS name)] END)
ORDER BY array_position(current_schemas(false), n.nspname) LIMIT 1
"""
_TYPE = """
SELECT 0, pg_has_role(t.typowner, 'USAGE'), r.rolname, t.typname
FROM pg_type t JOIN pg_roles r ON r.oid = t.typowner JOIN pg_namespace n ON n.oid = t.typnamespace
WHERE t.typname = :name AND n.nspname = ANY (CASE WHEN :schema = ''
  THEN current_schemas(false) || CAST('public' AS name) ELSE ARRAY[CAST(:schema AS name)] END)
ORDER BY array_position(current_schemas(false), n.nspname) LIMIT 1
"""
_ROUTINE = """
SELECT bool_or(has_function_privilege(p.oid, 'EXECUTE')), min(n.nspname || '.' || p.proname)
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE p.proname = :name AND n.nspname = ANY (CASE WHEN :schema = ''
  THEN current_schemas(true) ELSE ARRAY[CAST(:schema AS name)] END)
HAVING count(*) > 0
"""
_SCHEMA = """
SELECT has_schema_privilege(oid, 'CREATE'), pg_has_role(nspowner, 'USAGE'), nspname FROM pg_namespace
WHERE nspname = CASE WHEN :schema = '' THEN current_schema() ELSE CAST(:schema AS name) END
"""
_EXTENSION = """
SELECT EXISTS (SELECT FROM pg_extension WHERE extname = :name),
  (SELECT rolsuper FROM pg_roles WHERE rolname = current_user),
  EXISTS (SELECT FROM pg_available_extension_versions v JOIN pg_available_extensions e
    ON e.name = v.name AND e.default_version = v.version
    WHERE v.name = :name AND (v.trusted OR NOT v.superuser))
    AND has_database_privilege(current_database(), 'CREATE')
"""


def needed(_verb: str, acts: Sequence[Act], names: Collection[str]) -> frozenset[Need]:
    """Give the privileges of a statement; what is not known needs none that could be said."""
    found = {need for act in acts for need in (*_references(act), *_OF.get(act.kind, _changed)(act, names))}
    return frozenset(need for need in found if need.kind != "table" or not need.name.startswith(_SYSTEM))


def _changed(act: Act, _names: Collection[str]) -> Iterator[Need]:
    if act.table:
        yield Need(_OWNER, "table", act.table)
    if act.kind is Kind.rename_table:
        yield Need("CREATE", "schema", _schema(act.new))
    if act.kind is Kind.create_index:
        yield Need("CREATE", "schema", _schema(act.table))


def _index(act: Act, _names: Collection[str]) -> Iterator[Need]:
    yield Need(_OWNER, "table", act.name)
    if act.kind is Kind.rename_index:
        yield Need("CREATE", "schema", _schema(act.name))


def _made_type(act: Act, _names: Collection[str]) -> Iterator[Need]:
    yield Need("CREATE", "schema", _schema(act.name))


def _type(act: Act, _names: Collection[str]) -> Iterator[Need]:
    yield Need(_OWNER, "type", act.name)


def _called(act: Act, _names: Collection[str]) -> Iterator[Need]:
    if act.item == "call" and act.name:
        yield Need("EXECUTE", "routine", act.name)


def _nothing(_act: Act, _names: Collection[str]) -> Iterator[Need]:
    yield from ()


def _schema(name: str) -> str:
    return name.rpartition(".")[0]


def _references(act: Act) -> Iterator[Need]:
    keys = (*act.keys, *((act.key,) if act.key else ()))
    columns = (*act.columns, *((act.column,) if act.column else ()))
    parents = {key.refers for key in keys} | {column.references for column in columns}
    yield from (Need("REFERENCES", "table", name) for name in parents if name)


def _rows(act: Act, names: Collection[str]) -> Iterator[Need]:
    if act.kind is not Kind.select:
        yield Need(act.kind.value.upper(), "table", act.table)
    reads = [name for name in names if name != act.table] + ([act.table] if act.where else [])
    if act.kind is not Kind.truncate:
        yield from (Need("SELECT", "table", name) for name in reads if name)


def _table(act: Act, names: Collection[str]) -> Iterator[Need]:
    if "temporary" in act.options:
        yield Need("TEMPORARY", "database")
        return
    yield Need("CREATE", "schema", _schema(act.table))
    if "partition of" in act.options:
        yield Need(_OWNER, "table", act.name)
    if "like" in act.options:
        yield Need("SELECT", "table", act.name)
    if "as" in act.options:
        yield from (Need("SELECT", "table", name) for name in names if name != act.table)


def _other(act: Act, names: Collection[str]) -> Iterator[Need]:
    making = act.kind is Kind.create_other
    if act.item == "extension":
        if making:
            yield Need("CREATE", "extension", act.name)
    elif act.item == "schema":
        yield Need("CREATE", "database") if making else Need(_OWNER, "schema", act.name)
    elif act.item in _OF_A_TABLE:
        yield Need("TRIGGER" if making and act.item == "trigger" else _OWNER, "table", act.table)
    elif making:
        yield Need("CREATE", "schema", _schema(act.name))
        if act.item in _RELATIONS and "or replace" in act.options:
            yield Need(_OWNER, "table", act.name)
        yield from (Need("SELECT", "table", name) for name in names if name != act.name and "view" in act.item)
    elif act.item in _RELATIONS:
        yield Need(_OWNER, "table", act.name)


_OF: dict[Kind, Callable[[Act, Collection[str]], Iterator[Need]]] = {
    **dict.fromkeys((Kind.insert, Kind.update, Kind.delete, Kind.truncate, Kind.select), _rows),
    **dict.fromkeys((Kind.drop_type, Kind.rename_type, Kind.add_value, Kind.rename_value), _type),
    **dict.fromkeys((Kind.create_other, Kind.drop_other), _other),
    **dict.fromkeys((Kind.drop_index, Kind.rename_index), _index),
    **dict.fromkeys((Kind.transaction, Kind.setting), _nothing),
    Kind.other: _called,
    Kind.create_table: _table,
    Kind.create_type: _made_type,
}


def lacking(ask: Ask, needs: Collection[Need], _database: str) -> tuple[Lack, ...]:
    """Give the needs that the login does not meet. An object that is not there needs nothing yet."""
    user = str(ask("SELECT quote_ident(current_user)")[0][0])
    found = []
    for need in sorted(needs, key=lambda one: (one.name, one.privilege)):
        lack = _KINDS[need.kind](ask, need, user)
        if lack is not None:
            found.append(lack)
    return tuple(found)


def _relation(ask: Ask, need: Need, user: str) -> Lack | None:
    schema, _dot, name = need.name.rpartition(".")
    rows = ask(_RELATION if need.kind == "table" else _TYPE, name=name, schema=schema)
    if not rows:
        return None
    oid, owns, owner, whole = rows[0]
    if need.privilege == _OWNER:
        return None if owns else Lack(need, f"{whole} belongs to {owner}", f'GRANT "{owner}" TO {user}')
    if ask("SELECT has_table_privilege(CAST(:oid AS oid), :word)", oid=oid, word=need.privilege)[0][0]:
        return None
    return Lack(need, f"{need.privilege} on {whole}", f"GRANT {need.privilege} ON {whole} TO {user}")


def _routine(ask: Ask, need: Need, user: str) -> Lack | None:
    """Of several with one name any that the login may execute will do: which one is meant, its arguments tell."""
    schema, _dot, name = need.name.rpartition(".")
    rows = ask(_ROUTINE, name=name, schema=schema)
    if not rows or rows[0][0]:
        return None
    whole = rows[0][1]
    return Lack(need, f"EXECUTE on {whole}", f"GRANT EXECUTE ON ROUTINE {whole} TO {user}")


def _in_schema(ask: Ask, need: Need, user: str) -> Lack | None:
    rows = ask(_SCHEMA, schema=need.name)
    if not rows:
        return None
    may, owns, name = rows[0]
    if need.privilege == _OWNER:
        return None if owns else Lack(need, f"the schema {name} is not the login's own")
    return None if may else Lack(need, f"CREATE on the schema {name}", f"GRANT CREATE ON SCHEMA {name} TO {user}")


def _in_database(ask: Ask, need: Need, user: str) -> Lack | None:
    if ask("SELECT has_database_privilege(current_database(), :word)", word=need.privilege)[0][0]:
        return None
    name = ask("SELECT quote_ident(current_database())")[0][0]
    return Lack(need, f"{need.privilege} on the database", f"GRANT {need.privilege} ON DATABASE {name} TO {user}")


def _extension(ask: Ask, need: Need, _user: str) -> Lack | None:
    try:
        there, superuser, allowed = ask(_EXTENSION, name=need.name)[0]
    except Denied:  # before PostgreSQL 13 no extension is trusted, and only a superuser makes one
        return None
    if there or superuser or allowed:
        return None
    made = f'CREATE EXTENSION "{need.name}"'
    return Lack(need, f"the extension {need.name} is a superuser's to make", f"{made}, as a superuser, in the database")


_KINDS: dict[str, Callable[[Ask, Need, str], Lack | None]] = {
    "table": _relation,
    "type": _relation,
    "schema": _in_schema,
    "database": _in_database,
    "extension": _extension,
    "routine": _routine,
}
