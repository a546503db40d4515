"""Titles that are sentences, for schemas whose convention that is: the sentence is the title, and it may say enough.

    add reservations table · create table reservations · drop table reservations
    add column email:varchar(255) to customers · add customers.email · remove column fax from customers
    change calls.status to varchar(32)
    add [unique] index [NAME] on tickets.region [where …] · drop index ix_tickets_region [on tickets]
    add unique constraint on customers.email · add foreign key on calls.customer_id to customers.id
    add enum order_status with pending, paid · add value cancelled to enum order_status
    rename sites to locations · rename phone of contacts to phone_number · rename contacts.phone to phone_number

What it cannot read is a title all the same. It does not guess: a column is one where the word says so, or a dot.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from migkit.errors import ConfigError
from migkit.model import TitleRules
from migkit.title import clauses, columns
from migkit.title.parts import ForeignKey, Named, Renamed, Title, Unique
from migkit.title.words import is_identifier, is_sentence, listed, split

_ID = r"[a-z_][a-z0-9_]*"
_SPOKEN = {
    "add": "(?:add|create)",
    "drop": "(?:drop|remove|delete)",
    "change": "(?:change|alter|update|widen)",
    "the": "(?:(?:the|a|an|new) )*",
    "table": f"(?P<table>{_ID})",
    "last": rf"(?P<last>(?!(?:the|a|an|new)\b){_ID})",
    "column": f"(?P<column>{_ID})",
    "columns": "(?P<columns>.+)",
    "name": f"(?P<name>{_ID})",
    "named": f"(?:(?P<name>{_ID}) )?",
    "new": f"(?P<new>{_ID})",
    "other": f"(?P<other>{_ID})",
    "key": f"(?P<key>{_ID})",
    "unique": "(?P<unique>unique )?",
    "place": rf"(?P<place>{_ID}(?:\.{_ID}|\s*\([^)]*\))(?:(?:,| and)\s*(?:{_ID}\.)?{_ID})*)",
    "rest": r"(?: (?P<rest>(?:unique|using|where|concurrently|on)\b.*))?",
    "type": r"(?P<type>\S.*)",
    "values": "(?P<values>.+)",
}
_PATTERNS = (  # action, item, what is said, and who reads it
    ("create", "table", "{add} {the}(?:table {table}|{last} table)", "whole"),
    ("drop", "table", "{drop} {the}(?:table {table}|{last} table)", "whole"),
    ("add", "column", "{add} {the}columns? {columns} (?:to|on) {the}{table}(?: table)?", "columns"),
    ("add", "column", r"{add} {the}{table}\.(?P<columns>\w+(?::\S.*)?)", "columns"),
    ("remove", "column", "{drop} {the}columns? {columns} (?:from|of|on) {the}{table}(?: table)?", "columns"),
    ("remove", "column", r"{drop} {the}(?:column )?{table}\.(?P<columns>\w+)", "columns"),
    ("update", "column", r"{change} {the}(?:type of |column )*{table}\.{column} (?:to |type )+{type}", "type"),
    ("add", "index", "{add} {the}{unique}index {named}on {place}{rest}", "index"),
    ("remove", "index", "{drop} {the}(?:unique )?index {name}(?: (?:on|from|of) {table})?", "name"),
    ("remove", "index", "{drop} {the}{unique}index on {place}", "unindex"),
    ("add", "constraint", "{add} {the}unique(?: constraint| key)? {named}on {place}", "unique"),
    (
        "add",
        "constraint",
        r"{add} {the}foreign key {named}(?:on|from) {table}\.{column} to {other}(?:\.{key})?{rest}",
        "foreign",
    ),
    ("remove", "constraint", "{drop} {the}(?:constraint|foreign key) {name} (?:from|of|on) {table}", "name"),
    ("add", "enum", "{add} {the}enum (?:type )?{name} (?:with|of|as)(?: values)? {values}", "values"),
    ("update", "enum", "{add} {the}values? {values} to {the}enum {name}", "values"),
    ("rename", "column", "rename {the}(?:column )?{column} (?:of|in|on) {table} to {new}", "renamed"),
    ("rename", "column", r"rename {the}(?:column )?{table}\.{column} to {new}", "renamed"),
    ("rename", "table", "rename {the}(?:table )?{table} to {new}", "renamed"),
)


def sentence(text: str, rules: TitleRules) -> Title:
    """Make the title of a sentence, with its parts where they can be read. Raises ConfigError where it is none."""
    text = " ".join(text.split())
    _check(text, rules)
    said = text[:1].lower() + text[1:].rstrip(".")
    for action, item, pattern, reader in _PATTERNS:
        found = re.fullmatch(pattern.format(**_SPOKEN), said)
        if found:
            given = {name: value for name, value in found.groupdict().items() if value}
            table = given.get("table") or given.get("last", "")
            return _READERS[reader](Title(text, table, action, item), given)
    return Title(text)


def _check(text: str, rules: TitleRules) -> None:
    if not is_sentence(text):
        raise ConfigError(
            f"{text!r} is no sentence", remedy='say what the revision does: "add index on tickets.region"'
        )
    if len(text) > rules.max_length:
        message = f"the title {text} has {len(text)} characters; {rules.max_length} are allowed"
        raise ConfigError(message, remedy="name fewer things in one revision, or raise title.max_length")


def _whole(title: Title, _given: dict[str, str]) -> Title:
    return title


def _columns(title: Title, given: dict[str, str]) -> Title:
    words = [
        word.strip() for part in split(given["columns"], ",") for word in re.split(r"\band\b", part) if word.strip()
    ]
    if not all(is_identifier(word.partition(":")[0]) and len(split(word)) == 1 for word in words):
        return Title(title.text)
    return replace(title, names=columns.columns("column", words))


def _type(title: Title, given: dict[str, str]) -> Title:
    """Read `varchar(32) not null`; what is no type is not understood (`make calls.status nullable`)."""
    words, null = split(given["type"]), list[str]()
    for said in (["not", "null"], ["null"]):
        if not null and [word.lower() for word in words[-len(said) :]] == said:
            words, null = words[: -len(said)], ["_".join(said)]
    name = given["column"]
    try:
        type_, *options = split("_".join(words), ":")
        named = columns.options(Named(name, columns.type_(name, type_)), [*options, *null])
    except ConfigError:
        return Title(title.text)
    return replace(title, names=(named,))


def _index(title: Title, given: dict[str, str]) -> Title:
    table, parts = _placed(given["place"])
    prefix = "uq" if "unique" in given else "ix"
    name = given.get("name") or _named(prefix, table, parts)
    unique = ["unique"] if "unique" in given else []
    clause = clauses.index(name, ["on", *parts, *unique, *split(given.get("rest", ""))])
    return replace(title, table=table, names=(Named(name),), clause=clause)


def _unindex(title: Title, given: dict[str, str]) -> Title:
    table, parts = _placed(given["place"])
    return replace(title, table=table, names=(Named(_named("uq" if "unique" in given else "ix", table, parts)),))


def _name(title: Title, given: dict[str, str]) -> Title:
    return replace(title, names=(Named(given["name"]),))


def _unique(title: Title, given: dict[str, str]) -> Title:
    table, parts = _placed(given["place"])
    name = given.get("name") or _named("uq", table, parts)
    return replace(title, table=table, names=(Named(name),), clause=Unique(tuple(parts)))


def _foreign(title: Title, given: dict[str, str]) -> Title:
    name = given.get("name") or f"fk_{title.table}_{given['column']}_{given['other']}"
    target = f"{given['other']}({given.get('key', 'id')})"
    words = ["foreign", "key", given["column"], "references", target, *split(given.get("rest", ""))]
    clause = clauses.constraint(name, words)
    assert isinstance(clause, ForeignKey)
    return replace(title, names=(Named(name),), clause=clause)


def _values(title: Title, given: dict[str, str]) -> Title:
    words = [word for word in listed(split(given["values"])) if word != "and"]
    if any(word.lower() in ("before", "after") for word in words):  # where a value stands is not said in a title
        return Title(title.text)
    return replace(title, names=(Named(given["name"]),), clause=clauses.enum(given["name"], words))


def _renamed(title: Title, given: dict[str, str]) -> Title:
    return replace(title, names=(Named(given.get("column") or title.table),), clause=Renamed(given["new"]))


def _placed(place: str) -> tuple[str, list[str]]:
    """Give the table and its columns: `t.a, t.b`, `t.a and b`, `t(a, lower(b))`."""
    if "(" in place:
        table, _, inner = place.partition("(")
        return table.strip(), listed([f"({inner}"]) if inner.endswith(")") else []
    parts = [part.strip() for part in re.split(r",| and ", place) if part.strip()]
    return parts[0].partition(".")[0], [part.rpartition(".")[2] for part in parts]


def _named(prefix: str, table: str, parts: list[str]) -> str:
    """Give the name that SQLAlchemy's usual naming convention has for it."""
    return "_".join([prefix, table, *(re.sub(r"\W+", "_", part).strip("_") for part in parts)])


_READERS: dict[str, Callable[[Title, dict[str, str]], Title]] = {
    "whole": _whole, "columns": _columns, "type": _type, "index": _index, "unindex": _unindex, "name": _name,
    "unique": _unique, "foreign": _foreign, "values": _values, "renamed": _renamed,
}  # fmt: skip
