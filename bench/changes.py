"""Makes the changes of a generated history: each possible where it stands, each downgrade exact."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from textwrap import indent

KINDS = {
    "BINARY(16) NOT NULL": "sa.BINARY(16), nullable=False",
    "VARCHAR(32) NULL": "sa.String(32), nullable=True",
    "VARCHAR(64) NULL": "sa.String(64), nullable=True",
    "VARCHAR(128) NULL": "sa.String(128), nullable=True",
    "VARCHAR(255) NULL": "sa.String(255), nullable=True",
    "INT NOT NULL DEFAULT '0'": 'sa.Integer(), nullable=False, server_default="0"',
    "BIGINT NOT NULL DEFAULT '0'": 'sa.BigInteger(), nullable=False, server_default="0"',
    "DECIMAL(10, 4) NULL": "sa.Numeric(10, 4), nullable=True",
    "DATETIME(6) NULL": "mysql.DATETIME(fsp=6), nullable=True",
    "BINARY(16) NULL": "sa.BINARY(16), nullable=True",
    "TEXT NULL": "sa.Text(), nullable=True",
    "JSON NULL": "sa.JSON(), nullable=True",
    "ENUM('new','active') NULL": 'sa.Enum("new", "active"), nullable=True',
    "ENUM('new','active','ended') NULL": 'sa.Enum("new", "active", "ended"), nullable=True',
}
FAMILIES = ("VARCHAR", "INT BIGINT", "ENUM")  # a MODIFY stays within one
NOUNS = ("agent", "bill", "call", "campaign", "chat", "conference", "contact", "email", "extension", "flow", "group",
         "message", "number", "outplan", "queue", "recording", "route", "tag", "transcript", "trunk")  # fmt: skip
SUFFIXES = ("manager", "items", "entries")
ACTIONS = ((1, 2, 3, 4, 5, 6, 8), (15, 15, 20, 18, 12, 10, 10))  # how many in one revision, and how often
LEAST_COLUMNS, MOST_COLUMNS, MOST_INDEXES, MOST_KEYS = 8, 11, 4, 1  # long histories as wide as short
DATA = 20  # one revision in so many also changes rows


@dataclass(slots=True)
class Column:
    """A column; `pinned` ones are in an index or a key, or hold data, and are never dropped or modified."""

    name: str
    kind: str
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """One revision's title and the code of its two functions."""

    title: str
    up: str
    down: str


@dataclass(slots=True)
class Table:
    """What a table holds at this point of the history."""

    name: str
    columns: list[Column]
    indexes: list[tuple[str, Column]] = field(default_factory=list)
    keys: list[tuple[Change, Column]] = field(default_factory=list)


class Writer:
    """Makes one change after the other, and remembers what they lead to."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # the same files each time
        self._tables: list[Table] = []
        self._made = self._changes = 0
        self._makers: dict[Callable[[Table], Change | None], int] = {
            self._add_column: 36, self._drop_column: 24, self._add_index: 13, self._drop_index: 9,
            self._modify: 13, self._add_key: 4, self._drop_key: 4,
        }  # fmt: skip

    def change(self) -> Change:
        """Alter a table or two in some ways: mlflow's revisions send 3.4 statements of DDL a step, these as many."""
        table, wanted = self._random.choice(self._tables), self._random.choices(*ACTIONS)[0]
        steps: list[Change] = []
        while len(steps) < wanted:
            step = self._random.choices(list(self._makers), list(self._makers.values()))[0](table)
            if step is None:
                table = self._random.choice(self._tables)
            else:
                steps.append(step)
        self._changes += 1
        if self._changes % DATA == 0:
            steps.append((self._backfill(table) if self._random.random() < 0.3 else None) or self._seed(table))
        ups, downs = [step.up for step in steps], [step.down for step in reversed(steps)]
        return Change(steps[0].title, "\n".join(ups), "\n".join(downs))

    def create(self) -> Change:
        """Create a table of eight columns and two indexes."""
        number = len(self._tables)
        name = f"{NOUNS[number % len(NOUNS)]}_{SUFFIXES[number // len(NOUNS) % 3]}"
        kinds = {"id": "BINARY(16) NOT NULL", "customer_id": "BINARY(16) NULL", "name": "VARCHAR(255) NULL",
                 "detail": "TEXT NULL", "total": "INT NOT NULL DEFAULT '0'", "tm_create": "DATETIME(6) NULL",
                 "tm_update": "DATETIME(6) NULL", "tm_delete": "DATETIME(6) NULL"}  # fmt: skip
        columns = [Column(key, kind, pinned=key != "total") for key, kind in kinds.items()]
        table = Table(name, columns, [(f"idx_{name}_{c.name}", c) for c in (columns[1], columns[5])])
        self._tables.append(table)
        up, down = (_create_table, _create_sql)[number % 3 > 0](table), f'op.drop_table("{name}")'
        return Change(f"{name}_create_table", up, down if number % 3 == 0 else _sql(f"DROP TABLE {name}"))

    def _add_column(self, table: Table) -> Change | None:
        if len(table.columns) >= MOST_COLUMNS:
            return None
        column = Column(self._name("column"), self._random.choice(list(KINDS)[1:]))
        title = f"{table.name}_add_column_{column.name}"
        if self._random.random() < 0.5:
            table.columns.append(column)
            return Change(title, _add(table, column), _drop(table, column))
        at = self._random.randrange(1, len(table.columns) + 1)
        table.columns.insert(at, column)
        return Change(title, _alter(table, f"ADD COLUMN {_placed(table, column)}"),
                      _alter(table, f"DROP COLUMN {column.name}"))  # fmt: skip

    def _drop_column(self, table: Table) -> Change | None:
        free = [c for c in table.columns if not c.pinned]
        if not free or len(table.columns) <= LEAST_COLUMNS:
            return None
        column = self._random.choice(free)
        back = _alter(table, f"ADD COLUMN {_placed(table, column)}")
        last = column is table.columns[-1]
        if last and column.kind in KINDS:
            back = _add(table, column)
        table.columns.remove(column)
        drop = _drop(table, column) if last else _alter(table, f"DROP COLUMN {column.name}")
        return Change(f"{table.name}_remove_column_{column.name}", drop, back)

    def _add_index(self, table: Table) -> Change | None:
        free = [c for c in table.columns if not c.pinned and not c.kind.startswith(("TEXT", "JSON"))]
        if not free or len(table.indexes) >= MOST_INDEXES:
            return None
        column = self._random.choice(free)
        column.pinned = True
        index = (f"idx_{table.name}_{column.name}", column)
        table.indexes.append(index)
        return Change(f"{table.name}_add_index_{column.name}", *self._index(table, *index))

    def _drop_index(self, table: Table) -> Change | None:
        """Drop the last index: SHOW CREATE prints them in the order in which they were made."""
        if len(table.indexes) <= 2 or table.keys:
            return None
        name, column = table.indexes.pop()
        column.pinned = False
        up, down = self._index(table, name, column)
        return Change(f"{table.name}_remove_index_{column.name}", down, up)

    def _index(self, table: Table, name: str, column: Column) -> tuple[str, str]:
        if self._random.random() < 0.5:
            return (_create_index(table, name, column),
                    f'op.drop_index("{name}", table_name="{table.name}")')  # fmt: skip
        return _alter(table, f"ADD INDEX {name} ({column.name})"), _alter(table, f"DROP INDEX {name}")

    def _modify(self, table: Table) -> Change | None:
        free = [c for c in table.columns if not c.pinned and _others(c.kind)]
        if not free:
            return None
        column = self._random.choice(free)
        old, new = column.kind, self._random.choice(_others(column.kind))
        column.kind = new
        title = f"{table.name}_update_column_{column.name}"
        if self._random.random() < 0.5 and new.endswith(" NULL") and not new.startswith("ENUM"):
            return Change(title, _alter_column(table, column, old, new), _alter_column(table, column, new, old))
        return Change(title, _alter(table, f"MODIFY COLUMN {column.name} {new}"),
                      _alter(table, f"MODIFY COLUMN {column.name} {old}"))  # fmt: skip

    def _add_key(self, table: Table) -> Change | None:
        if len(table.keys) >= MOST_KEYS or len(table.columns) >= MOST_COLUMNS:
            return None
        other = self._random.choice(self._tables)
        column = Column(self._name("owner"), "BINARY(16) NULL", pinned=True)
        name = f"fk_{table.name}_{column.name}"
        table.columns.append(column)
        table.indexes.append((f"idx_{table.name}_{column.name}", column))
        index = table.indexes[-1][0]
        key = f'op.create_foreign_key("{name}", "{table.name}", "{other.name}", ["{column.name}"], ["id"])'
        unkey = f'op.drop_constraint("{name}", "{table.name}", type_="foreignkey")'
        up = [_add(table, column), _create_index(table, index, column), key]
        down = [unkey, f'op.drop_index("{index}", table_name="{table.name}")', _drop(table, column)]
        change = Change(f"{table.name}_add_constraint_{name}", "\n".join(up), "\n".join(down))
        table.keys.append((change, column))
        return change

    def _drop_key(self, table: Table) -> Change | None:
        """Drop the last foreign key with its column and index, where they still are the last ones."""
        if not table.keys or not table.keys[-1][1] is table.columns[-1] is table.indexes[-1][1]:
            return None
        table.columns.pop()
        table.indexes.pop()
        key, _column = table.keys.pop()
        return Change(key.title.replace("_add_", "_remove_"), key.down, key.up)

    def _seed(self, table: Table) -> Change:
        ids = [f"UNHEX('{self._hash(16)}')" for _ in range(3)]
        rows = ", ".join(f"({ident}, 'row {n}', '2024-01-0{n + 1} 00:00:00')" for n, ident in enumerate(ids))
        return Change(f"{table.name}_add_rows", _sql(f"INSERT INTO {table.name} (id, name, tm_create) VALUES {rows}"),
                      _sql(f"DELETE FROM {table.name} WHERE id IN ({', '.join(ids)})"))  # fmt: skip

    def _backfill(self, table: Table) -> Change | None:
        if len(table.columns) >= MOST_COLUMNS:
            return None
        column = Column(self._name("filled"), "VARCHAR(64) NULL", pinned=True)
        table.columns.append(column)
        fill = _sql(f"UPDATE {table.name} SET {column.name} = CONCAT(name, ', filled') WHERE name IS NOT NULL")
        up, down = f"{_add(table, column)}\n{fill}", _drop(table, column)
        return Change(f"{table.name}_add_column_{column.name}", up, down)

    def _name(self, prefix: str) -> str:
        return f"{prefix}_{self._hash(3)}"

    def _hash(self, size: int) -> str:
        self._made += 1
        return hashlib.sha256(f"migkit {self._made}".encode()).hexdigest()[: 2 * size]


def _others(kind: str) -> list[str]:
    """Give the kinds that a column of this kind can be modified to."""
    family = next((words for words in FAMILIES if kind.startswith(tuple(words.split()))), "")
    return [other for other in KINDS if family and other != kind and other.startswith(tuple(family.split()))]


def _create_sql(table: Table) -> str:
    lines = [f"{c.name} {c.kind}" for c in table.columns] + ["PRIMARY KEY (id)"]
    lines += [f"KEY {index} ({column.name})" for index, column in table.indexes]
    body = ",\n    ".join(lines)
    return _sql(f"CREATE TABLE {table.name} (\n    {body}\n)")


def _create_table(table: Table) -> str:
    lines = [f'sa.Column("{c.name}", {KINDS[c.kind]}),' for c in table.columns]
    body = indent("\n".join([f'"{table.name}",', *lines, 'sa.PrimaryKeyConstraint("id"),']), "    ")
    indexes = [_create_index(table, index, column) for index, column in table.indexes]
    return "\n".join([f"op.create_table(\n{body}\n)", *indexes])


def _placed(table: Table, column: Column) -> str:
    at = table.columns.index(column)
    return f"{column.name} {column.kind} AFTER {table.columns[at - 1].name}"


def _add(table: Table, column: Column) -> str:
    return f'op.add_column("{table.name}", sa.Column("{column.name}", {KINDS[column.kind]}))'


def _drop(table: Table, column: Column) -> str:
    return f'op.drop_column("{table.name}", "{column.name}")'


def _create_index(table: Table, name: str, column: Column) -> str:
    return f'op.create_index("{name}", "{table.name}", ["{column.name}"])'


def _alter_column(table: Table, column: Column, old: str, new: str) -> str:
    existing, _, nullable = KINDS[old].partition(", nullable=")
    wanted = KINDS[new].partition(", nullable=")[0]
    arguments = f"existing_type={existing}, type_={wanted}, existing_nullable={nullable}"
    return f'op.alter_column("{table.name}", "{column.name}", {arguments})'


def _alter(table: Table, action: str) -> str:
    return _sql(f"ALTER TABLE {table.name} {action}")


def _sql(statement: str) -> str:
    return f'op.execute("""{statement}""")' if "\n" in statement else f'op.execute("{statement}")'
