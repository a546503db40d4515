"""Views, triggers, routines, events and sequences of MySQL and MariaDB: dropped and made as they are printed (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from migkit.catalog.mysql_ddl import quote
from migkit.inverse.held import Parts, mentions, of_kind, sorted_by
from migkit.model import CatalogObject, Create, Drop, Other, Snapshot

_SETTINGS = re.compile(r"(?:\n-- (?:order|sql_mode|character set|time zone): [^\n]*)+\Z")
_ORDER = re.compile(r"\n-- order: (.*) (\d+)(?=\n|\Z)")
_DEFINER = re.compile(r"(CREATE (?:ALGORITHM=\w+ )?)DEFINER=`migkit_[^`]*`@`[^`]*` ")  # a throwaway login of the kit's
_KINDS = ("event", "trigger", "view", "routine", "library")


class Programs:
    """What looks at tables, and sequences: `wanted` of what is `present`."""

    def __init__(self, wanted: Snapshot, present: Snapshot) -> None:
        self._wanted = {kind: of_kind(wanted, kind) for kind in (*_KINDS, "sequence")}
        self._present = {kind: of_kind(present, kind) for kind in (*_KINDS, "sequence")}
        self._restart = _restarted(self._wanted["trigger"], self._present["trigger"])
        self._tables = wanted.tables() & present.tables()

    def dropped(self) -> Iterator[Drop]:
        """Give what goes first: all that is gone or changes. The triggers of a dropped table go with it."""
        for kind in _KINDS:
            for one in self._stale(kind):
                if kind != "trigger" or one.owner in self._tables:
                    yield Drop(_other(one))

    def made(self) -> Iterator[Create]:
        """Give what comes last, each after what it names."""
        for kind in reversed(_KINDS):
            fresh = [one for one in self._wanted[kind].values() if self._is_stale(one, self._present[kind])]
            if kind == "trigger":
                fresh = sorted(fresh, key=_turn)
            for one in sorted_by(fresh, _names) if kind == "view" else fresh:
                yield Create(_other(one))

    def sequences_made(self) -> Iterator[Create]:
        """Give the sequences that defaults of columns may need."""
        for one in self._wanted["sequence"].values():
            if one.name not in self._present["sequence"]:
                yield Create(_other(one))
            elif self._is_stale(one, self._present["sequence"]):
                altered = one.definition.replace("CREATE SEQUENCE", "ALTER SEQUENCE", 1)
                yield Create(Other("sequence", one.name, (re.sub(r" ENGINE=\w+", "", altered),)))

    def sequences_dropped(self) -> Iterator[Drop]:
        """Give the sequences that no default needs any more."""
        for one in self._present["sequence"].values():
            if one.name not in self._wanted["sequence"]:
                yield Drop(_other(one))

    def _stale(self, kind: str) -> Sequence[CatalogObject]:
        return [one for one in self._present[kind].values() if self._is_stale(one, self._wanted[kind])]

    def _is_stale(self, one: CatalogObject, others: Parts) -> bool:
        if one.kind == "trigger" and one.name in self._restart:
            return True
        other = others.get(one.name)
        return other is None or (other.definition, other.owner) != (one.definition, one.owner)


def _restarted(wanted: Parts, present: Parts) -> frozenset[str]:
    """Give the triggers that stay, and have to be made again since one that runs before them has to be."""
    found: set[str] = set()
    for moment in {_moment(one) for one in wanted.values()}:
        stays = [one.name for one in sorted(present.values(), key=_turn) if _moment(one) == moment]
        group = [one for one in sorted(wanted.values(), key=_turn) if _moment(one) == moment]
        for at, one in enumerate(group):
            was = present.get(one.name)
            same = was is not None and _bare(was) == _bare(one) and stays[at : at + 1] == [one.name]
            if not same:
                found |= {each.name for each in group[at:]}
                break
    return frozenset(found)


def _moment(one: CatalogObject) -> tuple[str, str]:
    found = _ORDER.search(one.definition)
    return one.owner, found[1] if found else ""


def _turn(one: CatalogObject) -> tuple[str, str, int]:
    found = _ORDER.search(one.definition)
    return (*_moment(one), int(found[2]) if found else 0)


def _bare(one: CatalogObject) -> str:
    return _ORDER.sub("", one.definition)


def _names(one: CatalogObject, other: CatalogObject) -> bool:
    return mentions(one.definition, quote(other.name))


def _other(one: CatalogObject) -> Other:
    """Give an object as the SQL that makes it and drops it."""
    word, name = one.kind.upper(), one.name
    if one.kind == "routine":
        kind, _, name = one.name.rpartition(" ")
        word = kind.upper()
    text = _DEFINER.sub(r"\1", _SETTINGS.sub("", one.definition))
    return Other(one.kind if one.kind != "routine" else word.lower(), name, (text,), (f"DROP {word} {quote(name)}",))
