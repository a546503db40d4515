"""Indexes and constraints of a table: the names that servers give them, and what becomes of them with their columns."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from migkit.model.script import Act, ColumnSpec, KeySpec, Kind
from migkit.product import Family

_ENDINGS = {"unique": "key", "foreign": "fkey", "check": "check", "exclude": "excl"}
_LONGEST = 63  # PostgreSQL's NAMEDATALEN less one
_CONSTRAINTS = frozenset({"unique", "primary", "foreign", "check", "exclude"})
_APART = frozenset({"foreign", "check"})  # their names are not those of indexes
_NUMBER = re.compile(r"_?\d+$")
_CUT = 55  # names near a server's limit are cut, and hold no column any more
_BESIDE = re.compile(r" \((?:index|unique|fulltext|spatial|foreign|check)\)$")
MYSQL = frozenset({"mysql", "mariadb"})


def given(table: str, key: KeySpec, taken: Collection[str], family: Family) -> str:
    """Give the name that a key has: its own, or the one that the server of this family is known to give it."""
    if key.kind == "primary" and family in MYSQL:
        return "PRIMARY"
    if key.name:
        return key.name
    bare = table.rpartition(".")[2]
    if family == "postgresql":
        return _postgresql(bare, key, taken)
    if family in MYSQL:
        return _mysql(bare, key, taken, family)
    return _free(f"{key.kind}({', '.join(key.parts or key.columns) or key.expression})", taken, "#")


def inline(column: ColumnSpec) -> Iterator[KeySpec]:
    """Give the keys that a column's own clauses make."""
    one = (column.name,)
    if column.primary_key:
        yield KeySpec("primary", columns=one, span=column.span)
    if column.unique:
        yield KeySpec("unique", columns=one, span=column.span)
    if column.references:
        yield KeySpec("foreign", columns=one, refers=column.references, span=column.span)
    if column.check:
        yield KeySpec("check", columns=one, expression=column.check, span=column.span)


def without(keys: Mapping[str, KeySpec], column: str, family: Family) -> dict[str, KeySpec]:
    """Give the keys that are left when a column goes: MySQL takes it out of its indexes, others drop them with it."""
    low, found = column.lower(), {}
    for name, key in keys.items():
        if low not in (one.lower() for one in key.columns):
            if family != "postgresql" or not _mentions(key, low):
                found[name] = key
        elif family in MYSQL and len(key.columns) > 1 and key.kind not in ("foreign", "check"):
            kept = [at for at, one in enumerate(key.columns) if one.lower() != low]
            parts = tuple(key.parts[at] for at in kept) if len(key.parts) == len(key.columns) else ()
            found[name] = replace(key, columns=tuple(key.columns[at] for at in kept), parts=parts)
    return found


def _mentions(key: KeySpec, column: str) -> bool:
    """Whether an expression of a key holds a column's name: with the column PostgreSQL drops the key."""
    texts = f"{key.expression} {key.where} {' '.join(key.parts)}".lower()
    return column in texts and re.search(rf"(?<!\w){re.escape(column)}(?!\w)", texts) is not None


def worked_out(key: KeySpec, name: str) -> bool:
    """Whether a key's expressions may name a function or a type; "" is any."""
    texts = f"{key.expression} {key.where} {' '.join(key.parts)}".lower()
    return name.lower() in texts or (key.kind == "check" and not key.expression)


def columned(column: ColumnSpec, name: str) -> bool:
    """Whether a column's type or values may name a function or a type; "" is any."""
    return name.lower() in f"{column.type} {column.default or ''} {column.computed}".lower() or not column.type


def renamed(keys: Mapping[str, KeySpec], column: str, new: str) -> dict[str, KeySpec]:
    """Give the keys as they are once a column has another name."""
    low = column.lower()

    def other(name: str) -> str:
        return new if name.lower() == low else name

    return {
        name: replace(key, columns=tuple(map(other, key.columns)), parts=tuple(map(other, key.parts)))
        if low in (one.lower() for one in key.columns)
        else key
        for name, key in keys.items()
    }


def placed(keys: Mapping[str, KeySpec], name: str, key: KeySpec) -> dict[str, KeySpec]:
    """Give the keys with one more: an index and a constraint that is none may have the same name."""
    there = keys.get(name)
    if there is None or apart(there) == apart(key):
        return {**keys, name: key}
    return {**keys, f"{name} ({key.kind})": key}


def bare(name: str) -> str:
    """Give the name of one that stands beside another of that name, as the server has it."""
    return _BESIDE.sub("", name)


def meant(keys: Mapping[str, KeySpec], act: Act) -> tuple[str, ...]:
    """Give those that an act can mean by a name: one, or those whose names are a guess; () where there is none."""
    low = (act.name or (act.key.name if act.key else "")).rpartition(".")[2].lower()
    kind = act.item or (act.key.kind if act.key else "")
    fits = fitting(keys, act)
    exact = [one for one in fits if low and low in (keys[one].name.lower(), one.lower())]
    if exact or (kind == "primary" and not low):
        return tuple(exact or [one for one in fits if keys[one].kind == "primary"])[:1]
    return tuple(
        one for one in fits if not keys[one].name and keys[one].kind != "primary" and _guess(one, keys[one], low)
    )


def _guess(name: str, key: KeySpec, asked: str) -> bool:
    """Whether another name may be meant: a naming convention's, which has a column in it, or one of another number."""
    if not asked or not key.columns or len(asked) > _CUT:
        return True
    columns = any(column.lower() in asked for column in key.columns)
    return columns or _NUMBER.sub("", asked) == _NUMBER.sub("", name.lower())


def fitting(keys: Mapping[str, KeySpec], act: Act) -> list[str]:
    """Give those that an act can mean by its kind."""
    kind = act.item or (act.key.kind if act.key else "")
    return [one for one, key in keys.items() if _fits(key, act.kind, kind)]


def apart(key: KeySpec) -> bool:
    """Whether its name is none of an index: a foreign key and an index may share one."""
    return key.kind in _APART


def covered(keys: Mapping[str, KeySpec], columns: Sequence[str]) -> bool:
    """Whether an index begins with those columns, so that MySQL makes none for a foreign key over them."""
    wanted = [one.lower() for one in columns]
    return any(
        [one.lower() for one in key.columns[: len(wanted)]] == wanted
        for key in keys.values()
        if key.kind in ("index", "unique", "primary")
    )


def _fits(key: KeySpec, act: Kind, kind: str) -> bool:
    if kind in _APART:
        return key.kind == kind
    if act in (Kind.drop_index, Kind.rename_index):
        return key.kind not in _APART
    return key.kind in (_CONSTRAINTS | {""}) if not kind else key.kind in (kind, "")


def _postgresql(table: str, key: KeySpec, taken: Collection[str]) -> str:
    if key.kind == "primary":
        return _free(_cut(table, "", "pkey"), taken)
    ending = _ENDINGS.get(key.kind, "idx")
    columns = key.columns if key.kind != "check" or len(key.columns) == 1 else ()
    return _free(_cut(table, "_".join(column or "expr" for column in columns), ending), taken)


def _cut(table: str, columns: str, ending: str) -> str:
    """Join the parts as makeObjectName does: the longer of the two names loses characters until the whole fits."""
    room = _LONGEST - len(ending) - 1 - bool(columns)
    while len(table) + len(columns) > room:
        if len(table) > len(columns):
            table = table[:-1]
        else:
            columns = columns[:-1]
    return "_".join(part for part in (table, columns, ending) if part)


def _mysql(table: str, key: KeySpec, taken: Collection[str], family: Family) -> str:
    if key.kind == "foreign":
        return _numbered(f"{table}_ibfk_", taken)
    if key.kind == "check":
        return _numbered("CONSTRAINT_" if family == "mariadb" else f"{table}_chk_", taken)
    first = next((column for column in key.columns if column), "functional_index")
    return _free(first, taken, "_", 2)


def _free(name: str, taken: Collection[str], between: str = "", number: int = 1) -> str:
    if name not in taken:
        return name
    while f"{name}{between}{number}" in taken:
        number += 1
    return f"{name}{between}{number}"


def _numbered(head: str, taken: Collection[str]) -> str:
    return _free(head, [*taken, head], number=1)
