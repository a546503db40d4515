"""What stands beside the tables of a PostgreSQL schema, as the SQL that makes, changes and drops it (pure).

What a table needs (schemas, extensions, types, sequences, routines), and what looks at tables (views, rules, triggers,
policies, statistics).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from migkit.ddl.names import Names
from migkit.inverse.postgresql_types import composite, domain, ranged
from migkit.inverse.postgresql_words import parted, remarks
from migkit.model import CatalogObject, Other

Written = tuple[tuple[str, ...], tuple[str, ...]]
_STATE = re.compile(r" (DISABLED|ENABLE REPLICA|ENABLE ALWAYS)\Z")
_OWNED = re.compile(r" (OWNED BY|IDENTITY OF) (.*)\Z")
_EXTENSION = re.compile(r"VERSION (\S+) SCHEMA (\S+)")
_EVENT = re.compile(r"ON (\S+)(?: TAGS (.*?))? EXECUTE (\S+)")
_PUBLISHED = re.compile(
    r"(ALL TABLES )?((?:(?:INSERT|UPDATE|DELETE|TRUNCATE) ?)*?)(VIA ROOT)?(?: ?n)?(?: ?TABLES ([^()]*))?"
)
_NAMELESS = ("security label", "default privileges", "user mapping")


def other(one: CatalogObject, names: Names) -> Other:
    """Give an object by the SQL that makes it and the SQL that drops it; without any where nobody can write it."""
    write = _WRITERS.get(one.kind)
    written = write(one, names) if write else None
    return Other(one.kind, one.name, *(written or ()))


def dropped(one: CatalogObject, names: Names) -> Other:
    """Give an object that nobody writes by the SQL that drops it, where its name alone says which it is."""
    words = one.kind.upper()
    if one.kind in _NAMELESS:
        return Other(one.kind, one.name)
    name = {"cast": f"({one.name})", "operator": one.name}.get(one.kind) or _using(one, names)
    return Other(one.kind, one.name, drop=(f"DROP {words} {name}",))


def routine_kind(one: CatalogObject) -> str:
    """Give FUNCTION or PROCEDURE; "" for an aggregate."""
    found = re.match(r"CREATE OR REPLACE (FUNCTION|PROCEDURE) ", one.definition)
    return found[1] if found else ""


def routine_name(one: CatalogObject, names: Names) -> str:
    """Write a routine's name with the types that it takes."""
    name, _, types = one.name.partition("(")
    return f"{names.table(name)}({types}"


def owner_of(one: CatalogObject) -> tuple[str, bool]:
    """Give the column that a sequence belongs to ("" for none), and whether it is that column's identity."""
    found = _OWNED.search(parted(one.definition).body)
    return (found[2], found[1] == "IDENTITY OF") if found else ("", False)


def sequence_options(one: CatalogObject) -> str:
    """Give what CREATE SEQUENCE and ALTER SEQUENCE say of a sequence, its owner apart."""
    body = _OWNED.sub("", parted(one.definition).body).removeprefix("UNLOGGED ")
    return body if body.endswith(" CYCLE") else f"{body} NO CYCLE"


def _using(one: CatalogObject, names: Names) -> str:
    """Write a name, with the access method where it is an operator class's or family's."""
    if not one.kind.startswith("operator "):
        return names.table(one.name)
    name, _, method = one.name.rpartition(" ")
    return f"{names.table(name)} USING {names.name(method)}"


def _view(one: CatalogObject, names: Names) -> Written:
    body = parted(one.definition).body
    word = "MATERIALIZED VIEW" if body.startswith("MATERIALIZED") else "VIEW"
    name = names.table(one.name)
    made = f"CREATE {word} {name} {body.removeprefix(word).strip()}"
    return (made, *remarks(word, name, one.definition)), (f"DROP {word} {name}",)


def _trigger(one: CatalogObject, names: Names) -> Written:
    return _of_table(one, names, "TRIGGER", parted(one.definition).body)


def _rule(one: CatalogObject, names: Names) -> Written:
    return _of_table(one, names, "RULE", parted(one.definition).body)


def _of_table(one: CatalogObject, names: Names, word: str, body: str) -> Written:
    """Write a trigger or a rule, with the state that it is in."""
    table, name = names.table(one.owner), names.name(one.name.removeprefix(f"{one.owner}."))
    state = _STATE.search(body)
    made = [_STATE.sub("", body).rstrip(";")]
    if state:
        verb = "DISABLE" if state[1] == "DISABLED" else state[1]
        made.append(f"ALTER TABLE {table} {verb} {word} {name}")
    return (*made, *remarks(word, f"{name} ON {table}", one.definition)), (f"DROP {word} {name} ON {table}",)


def _policy(one: CatalogObject, names: Names) -> Written:
    table, name = names.table(one.owner), names.name(one.name.removeprefix(f"{one.owner}."))
    made = f"CREATE POLICY {name} ON {table} AS {parted(one.definition).body}"
    return (made, *remarks("POLICY", f"{name} ON {table}", one.definition)), (f"DROP POLICY {name} ON {table}",)


def _statistics(one: CatalogObject, names: Names) -> Written:
    body, name = parted(one.definition).body, names.table(one.name)
    target = re.search(r" STATISTICS (\d+)\Z", body)
    made = [body[: target.start()] if target else body]
    if target:
        made.append(f"ALTER STATISTICS {name} SET STATISTICS {target[1]}")
    return (*made, *remarks("STATISTICS", name, one.definition)), (f"DROP STATISTICS {name}",)


def _sequence(one: CatalogObject, names: Names) -> Written:
    name = names.table(one.name)
    unlogged = "UNLOGGED " if one.definition.startswith("UNLOGGED") else ""
    options = sequence_options(one).removesuffix(" NO CYCLE")
    made = f"CREATE {unlogged}SEQUENCE {name} {options}"
    return (made, *remarks("SEQUENCE", name, one.definition)), (f"DROP SEQUENCE {name}",)


def _schema(one: CatalogObject, names: Names) -> Written:
    name = names.name(one.name)
    return (f"CREATE SCHEMA {name}", *remarks("SCHEMA", name, one.definition)), (f"DROP SCHEMA {name}",)


def _extension(one: CatalogObject, names: Names) -> Written:
    found, name = _EXTENSION.match(one.definition), names.name(one.name)
    place = f" WITH SCHEMA {found[2]}" if found and found[2] != "public" else ""
    return (f"CREATE EXTENSION {name}{place}",), (f"DROP EXTENSION {name}",)


def _publication(one: CatalogObject, names: Names) -> Written | None:
    body, name = parted(one.definition).body, names.name(one.name)
    found = _PUBLISHED.fullmatch(body)
    if found is None:
        return None
    verbs = ", ".join(found[2].lower().split())
    what = " FOR ALL TABLES" if found[1] else f" FOR TABLE {found[4]}" if found[4] else ""
    options = ["publish = " + names.literal(verbs)] if verbs != "insert, update, delete, truncate" else []
    options += ["publish_via_partition_root = true"] if found[3] else []
    with_options = f" WITH ({', '.join(options)})" if options else ""
    made = f"CREATE PUBLICATION {name}{what}{with_options}"
    return (made, *remarks("PUBLICATION", name, one.definition)), (f"DROP PUBLICATION {name}",)


def _event_trigger(one: CatalogObject, names: Names) -> Written | None:
    body, name = parted(one.definition).body, names.name(one.name)
    found, state = _EVENT.match(body), _STATE.search(body)
    if found is None:
        return None
    tags = ", ".join(names.literal(tag) for tag in found[2].split(", ")) if found[2] else ""
    when = f" WHEN TAG IN ({tags})" if tags else ""
    made = [f"CREATE EVENT TRIGGER {name} ON {found[1]}{when} EXECUTE FUNCTION {found[3]}()"]
    if state:
        verb = "DISABLE" if state[1] == "DISABLED" else state[1]
        made.append(f"ALTER EVENT TRIGGER {name} {verb}")
    return (*made, *remarks("EVENT TRIGGER", name, one.definition)), (f"DROP EVENT TRIGGER {name}",)


def _routine(one: CatalogObject, names: Names) -> Written | None:
    kind, name = routine_kind(one), routine_name(one, names)
    if not kind:
        return None
    made = parted(one.definition).body.rstrip()
    return (made, *remarks(kind, name, one.definition)), (f"DROP {kind} {name}",)


def _type(one: CatalogObject, names: Names) -> Written | None:
    body, name = parted(one.definition).body, names.table(one.name)
    made = composite(body) if body.startswith("TYPE (") else ranged(body)
    if not made:
        return None
    return (f"CREATE TYPE {name} AS {made}", *remarks("TYPE", name, one.definition)), (f"DROP TYPE {name}",)


def _domain(one: CatalogObject, names: Names) -> Written:
    name = names.table(one.name)
    made, notes = domain(parted(one.definition).body, name)
    return (f"CREATE DOMAIN {name} AS {made}", *notes, *remarks("DOMAIN", name, one.definition)), (
        f"DROP DOMAIN {name}",
    )


_WRITERS: dict[str, Callable[[CatalogObject, Names], Written | None]] = {
    "view": _view,
    "trigger": _trigger,
    "rule": _rule,
    "policy": _policy,
    "statistics": _statistics,
    "sequence": _sequence,
    "schema": _schema,
    "extension": _extension,
    "event trigger": _event_trigger,
    "publication": _publication,
    "routine": _routine,
    "type": _type,
    "domain": _domain,
}
