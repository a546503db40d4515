"""What a revision file says, read as source and never run: its names, what its functions send, and what that does.

Lines and columns count from 1, columns in characters. Names of tables stand as `normal` of `migkit.sql.spelling` gives
them: without quotes, without the default schema; `schema.table` where another one is said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from pathlib import Path

from migkit.model.history import Direction
from migkit.values import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """A place in a file. `end_line` 0 is the same line; `end_column` is behind the last character, 0 is not known."""

    line: int
    column: int = 1
    end_line: int = 0
    end_column: int = 0


class Kind(StrEnum):
    """What an act does."""

    create_table = "create table"
    drop_table = "drop table"
    rename_table = "rename table"
    alter_table = "alter table"  # the table itself: charset, engine, partitions, comment, row security; see `options`
    add_column = "add column"
    drop_column = "drop column"
    alter_column = "alter column"
    rename_column = "rename column"
    create_index = "create index"
    drop_index = "drop index"
    rename_index = "rename index"
    add_constraint = "add constraint"
    drop_constraint = "drop constraint"
    validate_constraint = "validate constraint"
    create_type = "create type"
    drop_type = "drop type"
    rename_type = "rename type"
    add_value = "add value"
    rename_value = "rename value"
    create_other = "create other"  # view, trigger, function, procedure, event, sequence, extension, schema: `item` says
    drop_other = "drop other"
    insert = "insert"
    update = "update"
    delete = "delete"
    truncate = "truncate"
    select = "select"
    setting = "setting"  # SET, PRAGMA; `name` is the variable, `sql` the whole
    transaction = "transaction"  # BEGIN, COMMIT, ROLLBACK, SAVEPOINT, LOCK
    other = "other"


class Guard(StrEnum):
    """What keeps an act from failing where its object is there already, or gone."""

    none = ""
    name = "name"  # IF [NOT] EXISTS, checkfirst, a question for the name before it: another shape passes
    shape = "shape"  # a guarded operation of migkit.ops
    unknown = "unknown"  # under a condition that cannot be read


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """A column, as far as it is said. `type` is SQL in capitals without blanks around its arguments, "" if not known.

    `nullable` is None where nothing is said (an ALTER of something else; of a new column it is True then, and False for
    a primary key). `default` is the SQL of the server's default, None where there is none or nothing is said.
    `computed` is the expression of a generated one, "" if not known. `generated` is stored, virtual, identity, serial
    or auto_increment; `references` the table of an inline REFERENCES. `renewed` is MySQL's ON UPDATE CURRENT_TIMESTAMP.
    """

    name: str
    type: str = ""
    nullable: bool | None = None
    default: str | None = None
    generated: str = ""
    primary_key: bool = False
    unique: bool = False
    references: str = ""
    check: str = ""
    charset: str = ""
    collation: str = ""
    comment: bool = False
    span: Span = Span(0)
    computed: str = ""
    renewed: bool = False


@dataclass(frozen=True, slots=True)
class KeySpec:
    """An index or a constraint. `kind` is index, unique, primary, foreign, check, exclude, fulltext or spatial.

    `actions` are a foreign key's, "on delete cascade", as far as they do anything; None where that is not known.
    `columns` are names, in order, "" for an expression; `parts` are as written: `name(10)`, `lower(name)`, `a DESC`.
    """

    kind: str
    name: str = ""
    columns: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    refers: str = ""
    refers_columns: tuple[str, ...] = ()
    expression: str = ""
    where: str = ""
    using: str = ""
    span: Span = Span(0)
    actions: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that a statement does to one object: an ALTER with three actions has three, of one `statement`.

    `table` is whose it is, or what it is about, "" where that is not known or makes no sense; `name` the object's name
    (a column's, an index's, a constraint's, a type's, a view's), `new` what a rename gives it or the value that an enum
    gets; `values` the labels of an enum. `said` of an altered column is what of it changes: type, nullable, default,
    name, comment, autoincrement, collation. `options` are lower-case words of the statement that matter: concurrently,
    cascade, "not valid", "using index", "using" (a conversion), batch, first, after, "default engine=…" and so on; of
    alter_table what is altered: charset, collation, engine, partition, comment. `algorithm` and `lock` are MySQL's, in
    capitals. `where` is whether a condition stands there (UPDATE, DELETE). `after` is the column that it is put behind.

    Of CREATE TABLE with the option `like` (LIKE x) or "partition of", `name` is that other table; with `as` its columns
    are those of a query, which are not known. `columns` of INSERT, UPDATE and COPY are the columns that they name.
    MySQL's MODIFY and CHANGE say all of a column again: `column` is the whole of it, as of a new one, option `modify`.
    An unknown name (it holds a hole) is "": of such an act no more is said than that it was there. `conversion` is the
    SQL behind USING, by which rows get another type; `existing` the column as a call says that it is before (its type,
    whether it is nullable).
    """

    kind: Kind
    table: str = ""
    name: str = ""
    new: str = ""
    item: str = ""
    column: ColumnSpec | None = None
    columns: tuple[ColumnSpec, ...] = ()
    key: KeySpec | None = None
    keys: tuple[KeySpec, ...] = ()
    values: tuple[str, ...] = ()
    said: frozenset[str] = frozenset()
    options: frozenset[str] = frozenset()
    algorithm: str = ""
    lock: str = ""
    where: bool = False
    guard: Guard = Guard.none
    span: Span = Span(0)
    after: str = ""
    conversion: str = ""
    existing: ColumnSpec | None = None


class Reading(StrEnum):
    """How well a statement could be read."""

    whole = "whole"  # an operation with constant arguments, or SQL that the parser knows
    names = "names"  # the parser does not know it; `names` are the tables that stand in it
    part = "part"  # a part of it is not constant
    nothing = "nothing"  # nothing of it is constant


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement that a function sends, or one operation that Alembic makes statements of.

    `via` is how it is sent, as it is written: op.execute, bind.execute, op.add_column, guarded.add_column (an operation
    of migkit.ops is `migkit.ops.NAME` whatever it is imported as). `sql` is the text ("" of an operation), with a hole
    `{}` for what is not constant. `text` is whether it passes through sqlalchemy.text(), where `:name` is a parameter;
    `bound` are the parameters that get a value, `*` where that is not known. `autocommit` is within an autocommit
    block; `repeated` within a loop that is not unrolled; `conditional` under a condition that is not a guard; `asks`
    the span of a question to the database (an inspector, a SELECT) on whose answer it depends, which `--sql` cannot
    ask; `offline` is whether is_offline_mode() was asked around it. `data` is whether rows that the file holds are sent
    (bulk_insert).
    """

    via: str
    span: Span
    sql: str = ""
    acts: tuple[Act, ...] = ()
    reading: Reading = Reading.whole
    names: frozenset[str] = frozenset()
    text: bool = False
    bound: frozenset[str] = frozenset()
    guard: Guard = Guard.none
    autocommit: bool = False
    repeated: bool = False
    conditional: bool = False
    asks: Span | None = None
    offline: bool = False
    data: bool = False
    arguments: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Function:
    """upgrade() or downgrade(). `empty` is that it does nothing (pass, a docstring); `raises` what it raises at once.

    `present` is False where the file has no such function. `dynamic` are the places where it does what cannot be read.
    """

    direction: Direction
    present: bool = False
    span: Span = Span(0)
    empty: bool = True
    raises: str = ""
    statements: tuple[Statement, ...] = ()
    dynamic: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Called:
    """A call, or a use, of a dotted name, with its imports followed: `requests.get`, `os.environ`, `time.time`.

    `within` is upgrade, downgrade, or "" (at import, or in a function that neither calls).
    """

    name: str
    span: Span
    within: str = ""


@dataclass(frozen=True, slots=True)
class Imported:
    """A module that is imported; `level` is that of a relative import, `names` what is taken from it."""

    module: str
    span: Span
    names: tuple[str, ...] = ()
    level: int = 0


@dataclass(frozen=True, slots=True)
class Text:
    """A constant text that the file assigns or passes: to the name, the keyword or the key `name`."""

    name: str
    value: str
    span: Span


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a file could not be read; `limit` is that the reader stops there, where Python may go on."""

    message: str
    span: Span = Span(1)
    limit: bool = False


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment that speaks to the kit, without its `#`.

    `first` and `until` are the first and the last line of the Python statement that it stands in, above, or behind; of
    a compound statement (def, if, with) those of its header alone. 0 is not known.
    """

    text: str
    span: Span
    until: int = 0
    first: int = 0


@dataclass(frozen=True, slots=True)
class Script:
    """A revision file. `id` is "" where it says none, or computes it (`computed`).

    `spans` are of revision, down_revision, depends_on, branch_labels, docstring, irreversible, as far as they are
    there. `title` is the first line of the docstring, `created` its Create Date as it is written.
    """

    path: Path
    id: str = ""
    parents: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    computed: bool = False
    title: str = ""
    created: str = ""
    irreversible: str = ""
    spans: Mapping[str, Span] = field(default_factory=dict)
    upgrade: Function = Function("upgrade")
    downgrade: Function = Function("downgrade")
    imports: tuple[Imported, ...] = ()
    calls: tuple[Called, ...] = ()
    texts: tuple[Text, ...] = ()
    comments: tuple[Comment, ...] = ()
    problem: Problem | None = None
