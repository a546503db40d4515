"""Which privileges statements of MySQL and MariaDB need, and which of them a login has not.

MySQL manual, "Privileges Provided by MySQL" and each statement's own page; MariaDB's GRANT. The tests take each of them
away from a login on both servers, and see whether the statement still passes: where a manual asks for more than the
server does (CREATE and INSERT for an ALTER TABLE, seen on MySQL 9.7 and MariaDB 10.11), the server is right.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from migkit.engines.mysql_grants import EVERYTHING, ON_DATABASE, given
from migkit.gate import Ask, Denied, Lack, Need
from migkit.model.script import Act, Kind

_RENAME = (("ALTER", "DROP"), ("CREATE", "INSERT"))
_REFERS = "REFERENCES|SELECT|INSERT|UPDATE|DELETE"
_ROUTINES = frozenset({"function", "procedure"})
_OTHERS = {  # of an object: to make it, to drop it
    "view": ("CREATE VIEW", "DROP"),
    "trigger": ("TRIGGER", "TRIGGER"),
    "function": ("CREATE ROUTINE", "ALTER ROUTINE"),
    "procedure": ("CREATE ROUTINE", "ALTER ROUTINE"),
    "event": ("EVENT", "EVENT"),
    "sequence": ("CREATE", "DROP"),
}
_LOGGED = frozenset({"trigger", "function"})  # what the binary log lets only SUPER make (1419)
_SUPER = Need("SUPER", "server")
_PARTITIONS = {  # of what ALTER TABLE does with one
    "drop partition": ("ALTER", "DROP"),
    "truncate partition": ("DROP",),
    "exchange partition": ("ALTER", "DROP", "INSERT", "CREATE"),
}
_SYSTEM = frozenset({"information_schema", "performance_schema", "mysql", "sys"})
_TRUST = "SELECT @@log_bin = 1 AND @@log_bin_trust_function_creators = 0"


def needed(verb: str, acts: Sequence[Act], names: Collection[str]) -> frozenset[Need]:
    """Give the privileges of a statement that begins with `verb`; what is not known needs none that could be said."""
    found = {need for act in acts for need in (*_references(act), *_OF.get(act.kind, _changed)(verb, act, names))}
    return frozenset(need for need in found if need.name.rpartition(".")[0].lower() not in _SYSTEM)


def mariadb(verb: str, acts: Sequence[Act], names: Collection[str]) -> frozenset[Need]:
    """Give the same for MariaDB: any privilege on rows lets a key refer to a table, and an upsert reads."""
    found = {
        replace(one, privilege=_REFERS) if one.privilege == "REFERENCES" else one for one in needed(verb, acts, names)
    }
    for act in acts:
        if act.kind is Kind.insert and "on duplicate" in act.options:
            found.add(Need("SELECT", "table", act.table))
        if act.kind is Kind.drop_other and act.item == "trigger":
            found.add(_SUPER)
    return frozenset(found)


def _changed(verb: str, act: Act, names: Collection[str]) -> Iterator[Need]:
    """Give what a change of a table needs: an index has a privilege of its own, unless ALTER TABLE makes it."""
    if verb in ("CREATE", "DROP") and act.kind in (Kind.create_index, Kind.drop_index):
        yield Need("INDEX", "table", act.table)
    elif verb == "ALTER" and act.table:
        what = next((one for one in _PARTITIONS if one in act.options), "")
        both = (act.table, *names) if what == "exchange partition" else (act.table,)
        yield from (Need(word, "table", name) for name in both for word in _PARTITIONS.get(what, ("ALTER",)))


def _renamed(_verb: str, act: Act, _names: Collection[str]) -> Iterator[Need]:
    for name, words in zip((act.table, act.new), _RENAME, strict=True):
        yield from (Need(word, "table", name) for word in words)


def _dropped(_verb: str, act: Act, _names: Collection[str]) -> Iterator[Need]:
    yield Need("DROP", "table", act.table)


def _locked(_verb: str, act: Act, _names: Collection[str]) -> Iterator[Need]:
    if act.table:
        yield Need("LOCK TABLES", "database")


def _called(_verb: str, act: Act, _names: Collection[str]) -> Iterator[Need]:
    if act.item == "call" and act.name:
        yield Need("EXECUTE", "routine", act.name)


def _set(_verb: str, act: Act, _names: Collection[str]) -> Iterator[Need]:
    if act.options & {"global", "persist"}:
        yield Need("SYSTEM_VARIABLES_ADMIN", "server")


def _references(act: Act) -> Iterator[Need]:
    keys = (*act.keys, *((act.key,) if act.key else ()))
    columns = (*act.columns, *((act.column,) if act.column else ()))
    parents = {key.refers for key in keys} | {column.references for column in columns}
    yield from (Need("REFERENCES", "table", name) for name in parents if name)


def _rows(_verb: str, act: Act, names: Collection[str]) -> Iterator[Need]:
    if act.kind is not Kind.select:
        yield Need(act.kind.value.upper(), "table", act.table)
    if "on duplicate" in act.options:
        yield Need("UPDATE", "table", act.table)
    if "replace" in act.options:
        yield Need("DELETE", "table", act.table)
    reads = [name for name in names if name != act.table] + ([act.table] if act.where else [])
    yield from (Need("SELECT", "table", name) for name in reads if name)


def _table(_verb: str, act: Act, names: Collection[str]) -> Iterator[Need]:
    if "temporary" in act.options:
        yield Need("CREATE TEMPORARY TABLES", "database")
        return
    yield Need("CREATE", "table", act.table)
    if "or replace" in act.options:
        yield Need("DROP", "table", act.table)
    if "like" in act.options:
        yield Need("SELECT", "table", act.name)
    if "as" in act.options:
        yield Need("INSERT", "table", act.table)
        yield from (Need("SELECT", "table", name) for name in names if name != act.table)


def _other(_verb: str, act: Act, names: Collection[str]) -> Iterator[Need]:
    if act.item not in _OTHERS:
        return
    making = act.kind is Kind.create_other
    make, drop = _OTHERS[act.item]
    kind = "routine" if act.item in _ROUTINES else "table"
    name = act.table if act.item == "trigger" else act.name
    if making:
        whole = act.item == "event" or act.item in _ROUTINES
        yield Need(make, "database" if whole else kind, "" if whole else name)
    if act.item == "event":
        yield Need(drop, "database")
    elif not making or "or replace" in act.options:
        yield Need(drop, kind, name)
    if making and act.item == "view":
        yield from (Need("SELECT", "table", name) for name in names if name != act.name)
    if making and act.item in _LOGGED:
        yield _SUPER


_OF: dict[Kind, Callable[[str, Act, Collection[str]], Iterator[Need]]] = {
    **dict.fromkeys((Kind.insert, Kind.update, Kind.delete, Kind.select), _rows),
    **dict.fromkeys((Kind.create_other, Kind.drop_other), _other),
    **dict.fromkeys((Kind.drop_table, Kind.truncate), _dropped),
    Kind.create_table: _table,
    Kind.rename_table: _renamed,
    Kind.transaction: _locked,
    Kind.setting: _set,
    Kind.other: _called,
}


def lacking(ask: Ask, needs: Collection[Need], database: str) -> tuple[Lack, ...]:
    """Give the needs that the login does not meet, as SHOW GRANTS has it."""
    rows = ask("SHOW GRANTS")
    user = str(ask("SELECT CURRENT_USER()")[0][0])
    has = {database: given(rows, database)}
    found = []
    for need in sorted(needs, key=lambda one: (one.name, one.privilege)):
        schema, dot, table = need.name.rpartition(".")
        where = schema if dot else database
        has.setdefault(where, given(rows, where))
        if not _met(ask, need, table, has[where]):
            found.append(_lack(need, where, table, user))
    return tuple(found)


def _met(ask: Ask, need: Need, table: str, has: Mapping[str, frozenset[str]]) -> bool:
    everywhere = has.get(ON_DATABASE, frozenset())
    if need.kind == "server":
        return bool({need.privilege, "SUPER", EVERYTHING} & everywhere) or not _matters(ask, need)
    wanted = frozenset(need.privilege.split("|"))
    if wanted & everywhere:
        return True
    if need.kind in ("table", "routine") and not table:  # whose trigger it is, is not known
        return any(wanted & words for words in has.values())
    return need.kind in ("table", "routine") and bool(wanted & has.get(table, frozenset()))


def _matters(ask: Ask, need: Need) -> bool:
    if need != _SUPER:
        return True
    try:
        return bool(ask(_TRUST)[0][0])
    except Denied:
        return True


def _lack(need: Need, database: str, table: str, user: str) -> Lack:
    name, _at, host = user.rpartition("@")
    who = f"'{name}'@'{host}'"
    if need.kind == "server":
        return Lack(need, need.privilege, f"GRANT {need.privilege} ON *.* TO {who}")
    word = need.privilege.partition("|")[0]
    return Lack(need, f"{word} on {database}.{table or '*'}", f"GRANT {word} ON `{database}`.* TO {who}")
