"""What a revision does to a schema, as values: the parts of a schema that it makes, drops or changes.

One vocabulary for all who speak of it: a title is read into changes, a difference of two snapshots is, and both are
written as SQL or as guarded operations. Names of tables are qualified as in a Snapshot (`schema.table` where the schema
is not the default one), and no name is quoted; definitions are SQL of the schema's dialect, quoted where they need it.
"""

from __future__ import annotations

from migkit.values import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """A column. `definition` is what follows its name in DDL; "" says that nobody knows it yet.

    `after` is the column behind which it stands, "" where it is the first, None at the end (or where the product
    cannot say: only MySQL and MariaDB can).
    """

    table: str
    name: str
    definition: str = ""
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Index:
    """An index. `parts` are SQL, as they stand in the parentheses: a quoted name, an expression, `name`(10) DESC.

    `definition`, where there is one, is the server's own and wins: a whole CREATE INDEX (PostgreSQL, SQLite), or what
    stands in CREATE TABLE with the index's name left out, `UNIQUE KEY (`a`)` (MySQL, MariaDB).
    """

    table: str
    name: str
    parts: tuple[str, ...] = ()
    unique: bool = False
    where: str = ""
    using: str = ""
    concurrently: bool = False
    definition: str = ""


@dataclass(frozen=True, slots=True)
class Constraint:
    """A constraint; `definition` begins with UNIQUE, PRIMARY KEY, FOREIGN KEY or CHECK (or, PostgreSQL, EXCLUDE)."""

    table: str
    name: str
    definition: str = ""

    @property
    def kind(self) -> str:
        """The first words of the definition in lower case: unique, primary key, foreign key, check, exclude."""
        words = self.definition.lower().replace("(", " ").split()
        return " ".join(words[:2]) if words[:1] in (["primary"], ["foreign"]) else " ".join(words[:1])


@dataclass(frozen=True, slots=True)
class Table:
    """A table with what it owns; `options` is what follows the closing parenthesis.

    `definition`, where there is one, is the server's own CREATE TABLE (MySQL, MariaDB, SQLite) and wins over
    `columns`, `constraints` and `options`; `indexes` are made by statements of their own after it. `triggers` are only
    known of a table that is there: where SQLite makes it anew, they are made again.
    """

    name: str
    columns: tuple[Column, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    indexes: tuple[Index, ...] = ()
    options: str = ""
    definition: str = ""
    triggers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Enum:
    """An enum type of its own (PostgreSQL); `users` are the columns of that type, with their definitions."""

    name: str
    values: tuple[str, ...]
    users: tuple[Column, ...] = ()


@dataclass(frozen=True, slots=True)
class EnumValue:
    """One value of an enum: of the type `enum`, or of the column `enum` of `table` (MySQL, MariaDB).

    At most one of `before` and `after` names the value beside which it stands; with neither it is the last.
    """

    enum: str
    value: str
    before: str = ""
    after: str = ""
    table: str = ""


@dataclass(frozen=True, slots=True)
class Other:
    """Anything else, by the SQL that makes it and the SQL that drops it: a view, a trigger, an extension, a comment."""

    kind: str
    name: str
    create: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()


Part = Table | Column | Index | Constraint | Enum | EnumValue | Other


@dataclass(frozen=True, slots=True)
class Create:
    """Make what is not there."""

    part: Part


@dataclass(frozen=True, slots=True)
class Drop:
    """Drop what is there; `part` is as much of it as is known, at least its name (and its table's)."""

    part: Part


@dataclass(frozen=True, slots=True)
class Alter:
    """Give what is there another definition: `part` is the wanted one, `was` the present one where it is known."""

    part: Part
    was: Part | None = None


@dataclass(frozen=True, slots=True)
class Rename:
    """Give a table, or a column of `table`, another name."""

    table: str
    old: str
    new: str
    kind: str = "column"


Change = Create | Drop | Alter | Rename
