"""What the earlier statements of a release change, so that the rows of today say nothing of what comes after (pure)."""

from __future__ import annotations

from collections.abc import Iterable

from migkit.lint.case import Deed
from migkit.lint.passage import harmless
from migkit.lint.standing import named
from migkit.model.script import Act, ColumnSpec, Kind, Reading, Statement

_ROWS = frozenset({Kind.insert, Kind.update, Kind.delete, Kind.truncate})
_ANEW = frozenset({Kind.alter_column, Kind.rename_column, Kind.drop_column})


class Traces:
    """What was changed so far: kept from statement to statement, and from revision to revision."""

    def __init__(self) -> None:
        self.tables: dict[str, str] = {}  # new ones: what made them
        self.was: dict[str, str] = {}  # what a table is called before it is renamed
        self.rows: dict[str, str] = {}
        self.columns: dict[tuple[str, str], str] = {}
        self.altered: dict[tuple[str, str], str] = {}  # by the same statement: of one ALTER each part sees the old rows
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

    def why_not(self, table: str, columns: Iterable[str] = (), *, alone: bool = False) -> str:
        """Say why the rows of a table cannot be asked about yet; "" where they can.

        `alone` is that what the same statement does to those columns is what is asked about.
        """
        low = table.lower()
        said = self.rows.get(low) or self.anything or self.tables.get(low, "")
        changed = self.columns if alone else self.columns | self.altered
        keys = ((low, one.lower()) for one in columns)
        return said or next((changed[key] for key in keys if key in changed), "")

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
        elif act.kind in _ANEW:
            for name in filter(None, (act.name.lower(), act.new.lower())):
                self.altered[table, name] = f"{revision}, of this release, changes {table}.{name} first"
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
