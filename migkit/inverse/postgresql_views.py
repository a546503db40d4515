"""What looks at the tables of a PostgreSQL schema: dropped before they change, and made afterwards (pure)."""

from __future__ import annotations

from collections.abc import Iterator

from migkit.ddl.names import Names
from migkit.inverse.held import mentions, of_kind, sorted_by
from migkit.inverse.postgresql_needs import swaps, users_of
from migkit.inverse.postgresql_programs import dropped, other
from migkit.inverse.postgresql_tables import TableChanges
from migkit.inverse.postgresql_words import parted, qualified, remarks
from migkit.model import CatalogObject, Change, Create, Drop, Index, Other, Snapshot

_KINDS = ("event trigger", "publication", "policy", "trigger", "rule", "statistics", "view")
_UNWRITTEN = (
    "operator class",
    "operator family",
    "operator",
    "cast",
    "collation",
    "conversion",
    "text search configuration",
    "text search dictionary",
    "user mapping",
    "server",
    "foreign data wrapper",
    "language",
    "subscription",
    "security label",
    "default privileges",
)


class Views:
    """Views, triggers and the like: which of `present` go, and which of `wanted` are made."""

    def __init__(self, wanted: Snapshot, present: Snapshot, changes: TableChanges, names: Names) -> None:
        self._names = names
        self._wanted, self._present = wanted, present
        self._tables = wanted.tables() & present.tables()
        self._gone = {(one.kind, one.name) for one in self._stale(changes)}

    def dropped(self) -> Iterator[Change]:
        """Give what goes first: what looks at another view before that one."""
        for kind in _KINDS:
            doomed = [one for one in of_kind(self._present, kind).values() if (one.kind, one.name) in self._gone]
            for one in sorted_by(doomed, lambda one, other: self._looks(other, one)):
                if kind in ("view", "event trigger", "publication") or self._stands(one.owner):
                    yield Drop(other(one, self._names))

    def made(self) -> Iterator[Change]:
        """Give what comes last, and the comments and privileges of what stays."""
        for kind in reversed(_KINDS):
            fresh = [one for one in of_kind(self._wanted, kind).values() if self._is_fresh(one)]
            for one in sorted_by(fresh, self._looks):
                yield Create(other(one, self._names))
                if kind == "view":
                    yield from self._of_view(one)
            for one in of_kind(self._wanted, kind).values():
                yield from self._remarked(one)
        for kind in _UNWRITTEN:
            yield from self._unwritten(kind)

    def _stale(self, changes: TableChanges) -> list[CatalogObject]:
        """Give what is gone or changes, and what looks at what does."""
        everything = [one for one in self._present.objects.values() if one.kind in _KINDS]
        retyped = [*changes.retyped(), *_swapped(self._wanted, self._present, self._names)]
        found = [one for one in everything if self._changes(one) or any(self._sees(one, *each) for each in retyped)]
        while True:
            names = {(one.kind, one.name) for one in found}
            more = [
                one
                for one in everything
                if (one.kind, one.name) not in names and any(self._looks(one, each) for each in found)
            ]
            if not more:
                return found
            found += more

    def _changes(self, one: CatalogObject) -> bool:
        wanted = self._wanted.objects.get((one.kind, one.name))
        return wanted is None or wanted.owner != one.owner or _body(wanted) != _body(one) or self._view_differs(one)

    def _view_differs(self, one: CatalogObject) -> bool:
        """Whether a column of a view differs in more than a remark: its default."""
        if one.kind != "view":
            return False
        both = (_columns(self._wanted, one.name), _columns(self._present, one.name))
        return {n: _body(c) for n, c in both[0].items()} != {n: _body(c) for n, c in both[1].items()}

    def _sees(self, one: CatalogObject, table: str, column: str) -> bool:
        """Whether it names a column: such a column's type cannot change (a trigger's only in its condition)."""
        return mentions(one.definition, qualified(self._names, table)) and mentions(
            one.definition, self._names.name(column)
        )

    def _looks(self, one: CatalogObject, other: CatalogObject) -> bool:
        if other.kind != "view":
            return False
        return one.owner == other.name or mentions(one.definition, qualified(self._names, other.name))

    def _is_fresh(self, one: CatalogObject) -> bool:
        key = (one.kind, one.name)
        return key in self._gone or key not in self._present.objects

    def _stands(self, owner: str) -> bool:
        """Whether what a trigger belongs to is dropped by nobody else."""
        return owner in self._tables or (("view", owner) in self._present.objects and ("view", owner) not in self._gone)

    def _of_view(self, view: CatalogObject) -> Iterator[Change]:
        """Give the indexes of a materialized view, and the defaults and comments of a view's columns."""
        for one in of_kind(self._wanted, "index").values():
            if one.owner == view.name:
                yield Create(Index(view.name, one.name, definition=one.definition))
        for name, one in _columns(self._wanted, view.name).items():
            said, column = parted(one.definition), f"{self._names.table(view.name)}.{self._names.name(name)}"
            _, given, default = said.body.partition(" DEFAULT ")
            statements = [*remarks("COLUMN", column, one.definition)]
            if given:
                alter = f"ALTER VIEW {self._names.table(view.name)} ALTER COLUMN {self._names.name(name)}"
                statements.insert(0, f"{alter} SET DEFAULT {default}")
            if statements:
                yield Create(Other("column", one.name, tuple(statements)))

    def _remarked(self, one: CatalogObject) -> Iterator[Change]:
        was = self._present.objects.get((one.kind, one.name))
        if was is None or self._is_fresh(one):
            return
        statements: list[str] = []
        if was.definition != one.definition:
            word, name = self._called(one)
            statements += remarks(word, name, one.definition, was.definition)
        if one.kind == "view":
            statements += self._columns_remarked(one)
            yield from self._indexes(one)
        if statements:
            yield Create(Other(one.kind, one.name, tuple(statements)))

    def _columns_remarked(self, view: CatalogObject) -> Iterator[str]:
        wanted, present = _columns(self._wanted, view.name), _columns(self._present, view.name)
        for name in wanted.keys() | present.keys():
            one, was = (side[name].definition if name in side else "" for side in (wanted, present))
            if one != was:
                yield from remarks("COLUMN", f"{self._names.table(view.name)}.{self._names.name(name)}", one, was)

    def _indexes(self, view: CatalogObject) -> Iterator[Change]:
        """Give the changes of a materialized view's indexes, where the view itself stays."""
        wanted, present = (
            {one.name: one for one in of_kind(side, "index").values() if one.owner == view.name}
            for side in (self._wanted, self._present)
        )
        for name, one in present.items():
            if name not in wanted or wanted[name].definition != one.definition:
                yield Drop(Index(view.name, name, definition=one.definition))
        for name, one in wanted.items():
            if name not in present or present[name].definition != one.definition:
                yield Create(Index(view.name, name, definition=one.definition))

    def _called(self, one: CatalogObject) -> tuple[str, str]:
        """Give the word for a thing and its name, as COMMENT wants them."""
        names = self._names
        if one.kind in ("policy", "trigger", "rule"):
            table = names.table(one.owner)
            return one.kind.upper(), f"{names.name(one.name.removeprefix(f'{one.owner}.'))} ON {table}"
        if one.kind == "view" and one.definition.startswith("MATERIALIZED"):
            return "MATERIALIZED VIEW", names.table(one.name)
        return one.kind.upper(), names.table(one.name)

    def _unwritten(self, kind: str) -> Iterator[Change]:
        """Drop what is too much, and say what else differs and nobody writes."""
        wanted, present = of_kind(self._wanted, kind), of_kind(self._present, kind)
        for name, was in present.items():
            if name not in wanted:
                yield Drop(dropped(was, self._names))
        for name, one in wanted.items():
            if name not in present or present[name].definition != one.definition:
                yield Create(Other(kind, name))


def _swapped(wanted: Snapshot, present: Snapshot, names: Names) -> Iterator[tuple[str, str]]:
    """Give table and column of each column whose enum type another takes the place of."""
    for _one, was in swaps(wanted, present):
        for column in users_of(was, present, names):
            yield column.owner, column.name.removeprefix(f"{column.owner}.")


def _columns(snapshot: Snapshot, view: str) -> dict[str, CatalogObject]:
    found = of_kind(snapshot, "column").values()
    return {one.name.removeprefix(f"{view}."): one for one in found if one.owner == view}


def _body(one: CatalogObject) -> str:
    return parted(one.definition).body
