"""What two databases of one history have in common: a catalogue without who made it, where and when.

Left out, on either side of a comparison: the options of the database, who defines a thing and who else may use it, the
session settings that programs were made under, versions of extensions, and what operators make beside a history.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from migkit.catalog import MARKS
from migkit.model import CatalogObject, Family, Snapshot

JOURNAL = "migkit_journal"  # what a release writes beside the schema
_OWN = (MARKS, JOURNAL)
_OPERATORS = frozenset({"option", "default privileges", "publication", "subscription", "security label"})
_PROGRAMS = frozenset({"view", "trigger", "routine", "event"})

_NAME = r"`(?:[^`]|``)*`"
_DEFINER = re.compile(rf" DEFINER=(?:{_NAME}|[^\s`@]+)(?:@(?:{_NAME}|[^\s`]+))?")
_STARTS = re.compile(r" STARTS '[^']*'")  # the moment at which the event was made, unless somebody named one
_SETTINGS = re.compile(r"(?:\n-- (?:sql_mode|character set|time zone): [^\n]*)+\Z")

_PRIVILEGE = re.compile(r"[+-].*=[A-Z]+\*?(?:/.+)?", re.DOTALL)
_SAID = re.compile(r" (?:DEFAULT|COMMENT|STATISTICS|STORAGE|COMPRESSION|WITH|COLLATE) ")
_VERSION = re.compile(r"^VERSION \S+ ?")
_WRAPPER = re.compile(r"FOREIGN DATA WRAPPER \S+")


def portable(snapshot: Snapshot, family: Family) -> Snapshot:
    """Give the objects of a snapshot by which two databases may be compared, with what is the same in both."""
    made = _FAMILIES.get(family, _as_it_is)
    found: dict[tuple[str, str], CatalogObject] = {}
    for key, one in snapshot.objects.items():
        if one.kind in _OPERATORS or is_own(one):
            continue
        kept = made(one, snapshot.objects)
        if kept is not None:
            found[key] = kept
    return Snapshot(found)


def is_own(one: CatalogObject) -> bool:
    """Whether an object is, or belongs to, a table of the kit's own, in whatever schema."""
    table = one.owner or one.name
    return table in _OWN or table.endswith(tuple(f".{name}" for name in _OWN))


def _as_it_is(one: CatalogObject, _all: Mapping[tuple[str, str], CatalogObject]) -> CatalogObject | None:
    return one


def _mysql(one: CatalogObject, _all: Mapping[tuple[str, str], CatalogObject]) -> CatalogObject | None:
    if one.kind not in _PROGRAMS:
        return one
    text = _DEFINER.sub("", _SETTINGS.sub("", one.definition), count=1)
    return replace(one, definition=_STARTS.sub("", text, count=1) if one.kind == "event" else text)


def _postgresql(one: CatalogObject, every: Mapping[tuple[str, str], CatalogObject]) -> CatalogObject | None:
    text = _without_privileges(one.definition)
    granted = text != one.definition
    if granted and one.kind == "column" and ("view", one.owner) in every and not _SAID.search(f" {text} "):
        return None  # a view's column is an object only where something is said of it
    if one.kind == "extension":
        text = _VERSION.sub("", text)
    elif one.kind == "server" and (wrapper := _WRAPPER.match(text)):
        text = wrapper.group()  # where it leads and who may go there is each machine's own
    return one if text == one.definition else replace(one, definition=text)


def _without_privileges(definition: str) -> str:
    """Cut off the privileges, which stand last (`postgresql_queries`)."""
    start = max(f" {definition}".rfind(" ACL +"), f" {definition}".rfind(" ACL -"))
    if start < 0 or not _PRIVILEGE.fullmatch(definition[start + len("ACL ") :]):
        return definition
    return definition[: max(start - 1, 0)]


_FAMILIES: Mapping[Family, Callable[..., CatalogObject | None]] = {
    "mysql": _mysql,
    "mariadb": _mysql,
    "postgresql": _postgresql,
}
