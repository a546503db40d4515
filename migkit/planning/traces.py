"""What the earlier statements of a release change, so that the rows of today say nothing of what comes after (pure)."""

from __future__ import annotations

from collections.abc import Iterable

from migkit.lint.case import Deed
from migkit.lint.columntypes import parse
from migkit.lint.fitting import Fit, fit
from migkit.lint.passage import harmless
from migkit.lint.standing import named
from migkit.model.script import Act, ColumnSpec, Kind, Reading, Statement
from migkit.product import Family

_ROWS = frozenset({Kind.insert, Kind.update, Kind.delete, Kind.truncate})
_ANEW = frozenset({Kind.alter_column, Kind.rename_column, Kind.drop_column})


class Traces:
    """What was changed so far: kept from statement to statement, and from revision to revision."""

    def __init__(self, family: Family = "mysql") -> None:
        self.family = family
        self.tables: dict[str, str] = {}  # new ones: what made them
        self.was: dict[str, str] = {}  # what a table is called before it is renamed
        self.rows: dict[str, str] = {}
        self.columns: dict[tuple[str, str], str] = {}
        self.altered: dict[tuple[str, str], str] = {}  # by the same statement: of one ALTER each part sees the old rows
        self.retyped: set[tuple[str, str]] = set()  # of those columns: which have their NULLs as before
        self.added: dict[tuple[str, str], ColumnSpec] = {}
        self.anything = ""
        self.unchecked = False  # whether MySQL's foreign_key_checks are off

    def new(self, table: str) -> bool:
        """Whether the release makes a table."""
        return table.lower() in self.tables

    def before(self, table: str) -> str:
        """Give what a table is called on the target now; "" where the release makes it."""
        low = table.lower()
        return self.was.get(low) or ("" if low in self.tables else table)

    def filled(self, table: str) -> bool:
        """Whether the release may put rows into a table."""
        return table.lower() in self.rows or bool(self.anything)

    def why_not(self, table: str, columns: Iterable[str] = (), *, alone: bool = False, nulls: bool = False) -> str:
        """Say why the rows of a table cannot be asked about yet; "" where they can.

        `alone` is that what the same statement does to those columns is what is asked about, `nulls` that nothing but
        their NULLs is.
        """
        low = table.lower()
        said = self.rows.get(low) or self.anything or self.tables.get(low, "")
        changed = self.columns if alone else self.columns | self.altered
        keys = ((low, one.lower()) for one in columns)
        return said or next(
            (changed[key] for key in keys if key in changed and not (nulls and key in self.retyped)), ""
        )

    def brought(self, table: str, column: str) -> ColumnSpec | None:
        """Give a column that the release itself adds."""
        return self.added.get((table.lower(), column.lower()))

    def bring(self, table: str, column: ColumnSpec) -> None:
        """Remember a column that the release adds; a text of it that was kept before stays."""
        self.added.setdefault((table.lower(), column.name.lower()), column)

    def note(self, deed: Deed, revision: str, children: Iterable[str] = ()) -> None:
        """Remember what an act changes, once it was asked about. `children` are tables that refer to its own."""
        act, table = deed.act, named(deed).lower()
        if act.kind in (Kind.create_table, Kind.rename_table):
            self._made(act, table, revision)
        elif act.kind in _ROWS:
            for each in (table, *(one.lower() for one in (*deed.statement.names, *children))):
                self.rows[each] = f"{revision}, of this release, changes rows of {each} first"
        elif act.kind is Kind.add_column and act.column is not None:
            self.bring(table, act.column)
        elif act.kind in _ANEW and not _keeps(deed, self.family):
            for name in filter(None, (act.name.lower(), act.new.lower())):
                self.altered[table, name] = f"{revision}, of this release, changes {table}.{name} first"
                known = (table, name) in self.columns and (table, name) not in self.retyped
                plain = act.kind is Kind.alter_column and not act.new and "using" not in act.options
                (self.retyped.add if plain and not known else self.retyped.discard)((table, name))
        elif act.kind is Kind.setting and act.name.lower() == "foreign_key_checks":
            self.unchecked = act.new.strip(" '\"").lower() in ("0", "off", "false")

    def _made(self, act: Act, table: str, revision: str) -> None:
        if act.kind is Kind.create_table:
            self.tables[act.table.lower()] = f"{act.table} is made by {revision}, of this release"
            self.was.pop(act.table.lower(), None)
        else:
            self.tables[act.new.lower()] = f"{act.new} is called {table} until {revision}, of this release"
            self.rows[act.new.lower()] = self.tables[act.new.lower()]
            self.was[act.new.lower()] = self.was.get(table, table)

    def end(self, statement: Statement, revision: str) -> None:
        """End a statement: what cannot be read of it may change anything that it names."""
        self.columns |= self.altered
        self.altered = {}
        if harmless(statement):
            return
        if not statement.names or statement.reading is Reading.nothing:
            self.anything = f"{revision}, of this release, sends SQL first that cannot be read"
        for name in statement.names:
            self.rows[name.lower()] = f"{revision}, of this release, sends SQL for {name} first that cannot be read"


def _keeps(deed: Deed, family: Family) -> bool:
    """Whether an altered column has each of its values as before: a wider type, a default, NULL allowed or not."""
    act = deed.act
    if act.kind is not Kind.alter_column or act.new:
        return False
    if not act.said & {"type", "collation", "name"}:
        return True
    old = deed.table.column(act.name) if deed.table else None
    if old is None or act.column is None or act.conversion or act.column.computed:
        return False
    written = (old.charset, old.collation) == (act.column.charset, act.column.collation)
    was, now = parse(old.type, family), parse(act.column.type, family)
    alike = was is not None and now is not None and (was.group, was.base == "char") == (now.group, now.base == "char")
    return written and alike and fit(old.type, act.column.type, family) in (Fit.same, Fit.wider)
