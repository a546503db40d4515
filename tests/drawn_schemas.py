"""Schemas, drawn at random: tables with columns of every type, keys, checks, foreign keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hypothesis import strategies as st


@dataclass(frozen=True)
class Dialect:
    """What a product's tables are drawn from.

    `ids` are key columns with the type that refers to them, `checks` conditions by type, `keyed` the types whose
    columns may be unique, `nulls` what may stand behind a unique key.
    """

    ids: Mapping[str, str]
    types: Sequence[str]
    checks: Mapping[str, Sequence[str]]
    keyed: Sequence[str]
    generated: Mapping[str, str]
    partial: str = ""
    deferred: Sequence[str] = ("",)
    altered: bool = True
    nulls: Sequence[str] = ("",)


@dataclass
class Drawn:
    """A table: its statement, those that follow when all tables are there, and what refers to what."""

    name: str
    id: str
    create: str = ""
    after: list[str] = field(default_factory=list)
    refers: list[tuple[str, str]] = field(default_factory=list)


@st.composite
def schemas(draw: st.DrawFn, dialect: Dialect) -> list[Drawn]:
    """Draw a few tables that refer to one another, to themselves and in circles."""
    names = [f"t{number}" for number in range(draw(st.integers(1, 4)))]
    tables = [Drawn(name, draw(st.sampled_from(sorted(dialect.ids)))) for name in names]
    for table in tables:
        lines = [f"id {table.id} PRIMARY KEY", *_columns(draw, dialect, table)]
        for number, parent in enumerate(draw(st.lists(st.sampled_from(tables), max_size=2))):
            _refer(draw, dialect, table, parent, f"r{number}", lines)
        if len(table.refers) == 2 and draw(st.booleans()):
            lines.append(f"CONSTRAINT {table.name}_pair UNIQUE {draw(st.sampled_from(dialect.nulls))} (r0, r1)")
        lines.sort(key=lambda line: line.startswith(("CONSTRAINT", "FOREIGN")))
        table.create = f"CREATE TABLE {table.name} ({', '.join(lines)})"
    return tables


def statements(tables: Sequence[Drawn]) -> list[str]:
    return [*(table.create for table in tables), *(sql for table in tables for sql in table.after)]


def dangling(tables: Sequence[Drawn]) -> list[str]:
    """Give a query for each foreign key that counts the rows whose parent is not there."""
    return [
        f"SELECT count(*) FROM {table.name} c LEFT JOIN {parent} p ON c.{column} = p.id"
        f" WHERE c.{column} IS NOT NULL AND p.id IS NULL"
        for table in tables
        for column, parent in table.refers
    ]


def _refer(draw: st.DrawFn, dialect: Dialect, table: Drawn, parent: Drawn, column: str, lines: list[str]) -> None:
    null = draw(st.sampled_from(("", "", "NOT NULL")))
    lines.append(f"{column} {dialect.ids[parent.id]} {null}")
    key = f"FOREIGN KEY ({column}) REFERENCES {parent.name} (id) {draw(st.sampled_from(dialect.deferred))}"
    if dialect.altered:
        table.after.append(f"ALTER TABLE {table.name} ADD {key}")
    else:
        lines.append(key)
    table.refers.append((column, parent.name))


def _columns(draw: st.DrawFn, dialect: Dialect, table: Drawn) -> list[str]:
    lines = []
    for number, kind in enumerate(draw(st.lists(st.sampled_from(dialect.types), max_size=7))):
        column, null = f"c{number}", draw(st.sampled_from(("", "NOT NULL")))
        lines.append(f"{column} {kind} {null}")
        if kind in dialect.checks and draw(st.booleans()):
            lines.append(f"CONSTRAINT {table.name}_k{number} CHECK ({_condition(draw, dialect, kind, column)})")
        elif kind in dialect.generated and draw(st.booleans()):
            lines.append(f"g{number} {dialect.generated[kind].format(column)}")
        elif kind in dialect.keyed and draw(st.integers(0, 2)) == 0:
            where = draw(st.sampled_from(("", "", f" WHERE {dialect.partial.format('id')}"))) if dialect.partial else ""
            table.after.append(f"CREATE UNIQUE INDEX {table.name}_u{number} ON {table.name} ({column}){where}")
    return lines


def _condition(draw: st.DrawFn, dialect: Dialect, kind: str, column: str) -> str:
    return draw(st.sampled_from(sorted(dialect.checks[kind]))).format(column)
