"""SQLAlchemy's columns and constraints, as they stand in a revision, as what they make of a table."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from migkit.model.script import Act, ColumnSpec, Guard, KeySpec, Kind, Span
from migkit.product import Family
from migkit.reading import referential, satypes
from migkit.reading.run import Run
from migkit.reading.values import HOLE, Klass, Sym, Text, Unknown, Value, plain, string, strings
from migkit.sql.spelling import normal

_INTEGERS = re.compile(r"(TINY|SMALL|MEDIUM|BIG)?INT(EGER)?\b")
_NOW = {"postgresql": "now()", "sqlite": "CURRENT_TIMESTAMP", "mysql": "now()", "mariadb": "now()"}
_OPTIONS = {"collate": "collation", "character_set": "charset"}
_OWN_INDEX = "sqlalchemy"  # who makes the index of Column(index=True), and names it
_NEVER = "none"  # autoincrement=False
_KEYS = {
    "PrimaryKeyConstraint": "primary",
    "UniqueConstraint": "unique",
    "ForeignKeyConstraint": "foreign",
    "CheckConstraint": "check",
    "ExcludeConstraint": "exclude",
    "Index": "index",
}


def create_table(
    run: Run, table: str, items: Sequence[Value], named: Mapping[str, Value], guard: Guard, span: Span
) -> tuple[Act, ...]:
    """Give what a CREATE TABLE does: types that are made for it, the table, the indexes that are made after it."""
    columns: list[ColumnSpec] = []
    keys: list[KeySpec] = []
    types: dict[str, Act] = {}
    known = True
    for item in items:
        made = item.last if isinstance(item, Sym) else ""
        if made == "Column":
            spec, more = column(run, item)
            columns.append(spec)
            keys += more
            types = {each.name: each for each in enums(run, item, span)} | types
        elif made in _KEYS:
            key = constraint(run, item)
            keys.append(replace(key, using=key.using or _OWN_INDEX) if made == "Index" else key)
        else:
            known = known and made in ("Computed", "Identity")
    inside = tuple(key for key in keys if not key.using)
    options = _table_options(named, run.family) | (frozenset() if known else {"part"})
    whole = _with_keys(columns, inside, run.family)
    act = Act(Kind.create_table, table, columns=whole, keys=inside, options=options, guard=guard, span=span)
    return (*types.values(), act, *(index_act(table, key, guard, span) for key in keys if key.using))


def own_index(key: KeySpec) -> bool:
    """Whether a key is the index that SQLAlchemy makes for a column."""
    return key.using == _OWN_INDEX


def index_act(table: str, key: KeySpec, guard: Guard, span: Span) -> Act:
    """Give what makes an index beside a column or a table."""
    key = replace(key, using="") if own_index(key) else key
    name = key.name or f"ix_{table.replace('.', '_')}_{key.columns[0] if key.columns else ''}"
    return Act(Kind.create_index, table, name, key=replace(key, name=name), guard=guard, span=span)


def _table_options(named: Mapping[str, Value], family: Family) -> frozenset[str]:
    """Give the options of a table that the family's dialect writes, in the words of SQL."""
    before = ("mysql_", "mariadb_") if family == "mariadb" else (f"{family}_",)
    found = {each.lower() for each in strings(named.get("prefixes")) if each}
    for key, value in named.items():
        if key.startswith(before) and string(value):
            name = key.partition("_")[2].removeprefix("default_")
            found.add(f"{_OPTIONS.get(name, name)}={string(value).lower()}")
    return frozenset(found)


def _with_keys(columns: Sequence[ColumnSpec], keys: Sequence[KeySpec], family: Family) -> tuple[ColumnSpec, ...]:
    """Make the columns of a primary key NOT NULL, and the one that counts by itself count."""
    named = {name for key in keys if key.kind == "primary" for name in key.columns}
    found = [replace(each, nullable=False) if each.primary_key or each.name in named else each for each in columns]
    chosen = [each for each in found if each.primary_key or each.name in named]
    foreign = {name for key in keys if key.kind == "foreign" for name in key.columns}
    counting = {"postgresql": "serial", "sqlite": ""}.get(family, "auto_increment")
    for place, each in enumerate(found):
        alone = len(chosen) == 1 and each is chosen[0] and each.name not in foreign
        if alone and counting and not each.generated and each.default is None and _INTEGERS.match(each.type):
            found[place] = replace(each, generated=counting)
    return tuple(settled(each) for each in found)


def settled(spec: ColumnSpec) -> ColumnSpec:
    """Forget that a column was said not to count by itself."""
    return replace(spec, generated="") if spec.generated == _NEVER else spec


def commented(text: object) -> bool:
    """Whether a comment says anything: MySQL's '' is none."""
    return isinstance(text, str) and text != ""


def column(run: Run, given: Sym) -> tuple[ColumnSpec, tuple[KeySpec, ...]]:
    """Give a column, and the keys that are said with it: they are constraints of the table's to SQLAlchemy."""
    args = list(given.args)
    name = string(given.kwargs.get("name"))
    if args and (isinstance(args[0], Text) or string(args[0])):
        name = string(args.pop(0))
    said = {key: plain(value) for key, value in given.kwargs.items()}
    kind = given.kwargs.get("type_", args[0] if args and _is_type(args[0]) else None)
    span = run.source.span(given.node) if given.node is not None else Span(0)
    primary = said.get("primary_key") is True
    nullable = said.get("nullable", not primary)
    spec = ColumnSpec(
        name,
        satypes.sql(kind, run.family),
        nullable if isinstance(nullable, bool) else None,
        default(given.kwargs.get("server_default"), run.family),
        _generated(args, said),
        primary_key=primary,
        check=next((sql(each.args[0]) for each in _made(args, "CheckConstraint") if each.args), ""),
        collation=_of_type(kind, "collation"),
        charset=_of_type(kind, "charset"),
        comment=commented(said.get("comment")),
        span=span,
        computed=next((sql(each.args[0]) for each in _made(args, "Computed") if each.args), ""),
    )
    return spec, tuple(_own_keys(run, args, spec, said))


def _is_type(value: Value) -> bool:
    if isinstance(value, Sym):
        return value.last not in ("ForeignKey", "Computed", "Identity", "Sequence", "CheckConstraint", "FetchedValue")
    return isinstance(value, Klass)


def _of_type(value: Value, name: str) -> str:
    return string(value.kwargs.get(name)) if isinstance(value, Sym) else ""


def _made(args: Sequence[Value], name: str) -> list[Sym]:
    return [each for each in args if isinstance(each, Sym) and each.last == name]


def _generated(args: Sequence[Value], said: Mapping[str, object]) -> str:
    for each in _made(args, "Computed"):
        return "stored" if plain(each.kwargs.get("persisted")) is True else "virtual"
    if _made(args, "Identity"):
        return "identity"
    return _NEVER if said.get("autoincrement") is False else ""


def _own_keys(run: Run, args: Sequence[Value], spec: ColumnSpec, said: Mapping[str, object]) -> list[KeySpec]:
    found = []
    for each in _made(args, "ForeignKey"):
        table, columns = _target([string(each.args[0]) if each.args else ""], run.family)
        name = string(each.kwargs.get("name"))
        does, own = referential.actions(each.kwargs), (spec.name,)
        found.append(KeySpec("foreign", name, own, own, table, columns, span=spec.span, actions=does))
    unique = said.get("unique") is True
    if said.get("index") is True:
        kind = "unique" if unique else "index"
        found.append(KeySpec(kind, "", (spec.name,), (spec.name,), using=_OWN_INDEX, span=spec.span))
    elif unique:
        found.append(KeySpec("unique", "", (spec.name,), (spec.name,), span=spec.span))
    return found


def _target(names: Sequence[str], family: Family) -> tuple[str, tuple[str, ...]]:
    """Give the table and the columns of `schema.table.column`."""
    parts = [each.split(".") for each in names if "." in each]
    if not parts or len(parts) < len(names):
        return "", ()
    first = parts[0]
    schema = first[-3] if len(first) > 2 else ""  # noqa: PLR2004  # schema, table, column
    return normal(first[-2], family, schema, quoted=True), tuple(each[-1] for each in parts)


def constraint(run: Run, given: Sym) -> KeySpec:
    """Give a constraint, or an index, of `op.create_table`."""
    kind = _KEYS[given.last]
    name = string(given.kwargs.get("name"))
    span = run.source.span(given.node) if given.node is not None else Span(0)
    args = list(given.args)
    if kind == "foreign":
        local = strings(args[0]) if args else ()
        table, columns = _target(strings(args[1]) if len(args) > 1 else (), run.family)
        name = name or (string(args[2]) if len(args) > 2 else "")  # noqa: PLR2004  # its third argument
        return KeySpec(kind, name, local, local, table, columns, span=span, actions=referential.actions(given.kwargs))
    if kind == "check":
        return KeySpec(kind, name, expression=sql(args[0]) if args else "", span=span)
    if kind == "index":
        name = string(args.pop(0)) if args else name
        return index_key(run, name, args, given.kwargs, span)
    names, parts = named_parts(args)
    name = "PRIMARY" if kind == "primary" and run.family in ("mysql", "mariadb") else name
    return KeySpec(kind, name, names, parts, span=span)


def index_key(run: Run, name: str, items: Sequence[Value], named: Mapping[str, Value], span: Span) -> KeySpec:
    """Give an index with SQLAlchemy's options of the family."""
    names, parts = named_parts(items)
    kin = "mysql" if run.family == "mariadb" else run.family
    prefix = string(named.get(f"{kin}_prefix")).lower()
    unique = plain(named.get("unique")) is True
    lengths = plain(named.get(f"{kin}_length"))
    if isinstance(lengths, dict):
        parts = tuple(f"{part}({lengths[part]})" if part in lengths else part for part in parts)
    elif isinstance(lengths, int):
        parts = tuple(f"{part}({lengths})" for part in parts)
    kind = prefix if prefix in ("fulltext", "spatial") else "unique" if unique else "index"
    where, using = sql(named.get(f"{kin}_where")), string(named.get(f"{kin}_using"))
    return KeySpec(kind, name, names, parts, where=where, using=using.lower(), span=span)


def named_parts(items: Sequence[Value]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give the columns' names ("" for an expression), and the parts as SQL."""
    texts = [(string(each) if isinstance(each, Text) or _plain_name(each) else "", sql(each)) for each in items]
    return tuple(name for name, _ in texts), tuple(name or part for name, part in texts)


def _plain_name(value: Value) -> bool:
    return isinstance(value, Sym) and value.last in ("f", "quoted_name", "column")


def sql(value: Value) -> str:
    """Give the SQL of a condition or an expression as far as it is a text: `text("…")`, `"…"`."""
    if isinstance(value, Text):
        return value.value
    if isinstance(value, Sym) and value.last in ("text", "literal_column", "column", "f") and value.args:
        return sql(value.args[0])
    return ""


def default(value: Value, family: Family) -> str | None:
    """Give a server default as SQL; None where there is none, a hole where it is not known."""
    if value is None or value is False:
        return None
    if isinstance(value, Text):
        return "'" + value.value.replace("'", "''") + "'"
    if isinstance(value, Sym):
        return _default_of(value, family)
    if isinstance(value, bool | int | float):
        return f"'{value}'"
    return HOLE


def _default_of(value: Sym, family: Family) -> str | None:
    if value.last in ("text", "literal_column", "DefaultClause") and value.args:
        inner = value.args[0]
        return inner.value if isinstance(inner, Text) else default(inner, family)
    if value.last in ("false", "true"):
        return ("0" if value.last == "false" else "1") if family == "sqlite" else value.last
    if value.last in ("inline_literal", "literal") and value.args:
        known = plain(value.args[0])
        return str(known) if isinstance(known, int) else default(value.args[0], family)
    if value.last == "null":
        return "NULL"
    if ".func." in value.path:
        return _NOW[family] if value.last == "now" and not value.args else _called(value)
    return None if value.last == "FetchedValue" else "{}"


def _called(value: Sym) -> str:
    name = value.last
    known = [plain(each) for each in value.args]
    if any(isinstance(each, Unknown) or not isinstance(each, str | int) for each in known):
        return f"{name}({{}})"
    return f"{name}({', '.join(repr(each) for each in known)})" if known or name.islower() else name


def enums(run: Run, given: Sym, span: Span) -> list[Act]:
    """Give the types that PostgreSQL is asked to make for a new table's column: SQLAlchemy does it unasked."""
    if run.family != "postgresql":
        return []
    kinds = [each for each in (*given.args, given.kwargs.get("type_")) if isinstance(each, Sym)]
    kinds += [each.args[0] for each in kinds if each.last == "ARRAY" and each.args and isinstance(each.args[0], Sym)]
    found = []
    for kind in kinds:
        if kind.last not in ("Enum", "ENUM") or plain(kind.kwargs.get("native_enum")) is False:
            continue
        name = normal(string(kind.kwargs.get("name")), run.family, string(kind.kwargs.get("schema")), quoted=True)
        made = plain(kind.kwargs.get("create_type"))
        ignored = kind.last == "Enum" and made is False
        if name and (made is not False or ignored):
            words = frozenset({"implicit"} | ({"create_type=false"} if ignored else set()))
            labels = satypes.labels(kind)
            found.append(Act(Kind.create_type, name=name, item="enum", values=labels, options=words, span=span))
    return found
