# ruff: noqa: S608  # names and values are written by mysql_words
"""Guarded operations as a script: SQL that asks information_schema, keeps the marks and does what is due.

The rules are `core`'s. What is done only sometimes is a prepared statement, `DO 0` where it is not due; no routine is
stored, and the clients `mysql` and `mariadb` read it alike. The wanted piece is made in a table of its own,
`migkit_wanted`, and told of by the same query as the one that is there. What differs ends the script: an error whose
text a script can choose is the one of a sum that is out of range (1690).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from migkit.catalog import MARKS
from migkit.model.changes import Column, Constraint, EnumValue, Index, Part, Rename, Table
from migkit.ops import mysql_compared as compared
from migkit.ops import mysql_facts as facts
from migkit.ops import mysql_words as words
from migkit.ops.acts import Act, Piece, Row, named, owners, subject
from migkit.ops.mysql_script_enum import with_value, without_value
from migkit.ops.mysql_words import text
from migkit.ops.where import Where

MARKS_TABLE = (
    f"CREATE TABLE IF NOT EXISTS {MARKS} (revision VARCHAR(128) NOT NULL, place INT NOT NULL,"
    " verb VARCHAR(16) NOT NULL, object VARCHAR(200) NOT NULL, state VARCHAR(16) NOT NULL, undone INT NOT NULL,"
    " PRIMARY KEY (revision, verb, object)) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
)
PRELUDE = ("SET NAMES utf8mb4", "SET SESSION group_concat_max_len = 1048576", MARKS_TABLE)
_ZERO_DATES = "REPLACE(REPLACE(REPLACE(@migkit_mode, 'TRADITIONAL', ''), 'NO_ZERO_IN_DATE', ''), 'NO_ZERO_DATE', '')"
_LENIENT = (  # columns beside the wanted one may have defaults that are not allowed any more
    "SET @migkit_mode = @@SESSION.sql_mode",
    f"SET SESSION sql_mode = {_ZERO_DATES}",
)
_STRICT = ("SET SESSION sql_mode = @migkit_mode",)
_LONGEST = 180  # of each shape in an error, whose text ends at 512 bytes


def guarded(where: Where, act: Act) -> tuple[str, ...]:
    """Give the SQL of an act."""
    script = _Script(where, act)
    getattr(script, act.verb)(act.piece)
    first, *rest = script.lines
    return (f"-- {act.verb} {_one_line(script.name)}\n{first}", *rest)


class _Script:
    """The statements of one act. `@migkit_go` says whether it is due, `@migkit_there` whether the piece is there."""

    def __init__(self, where: Where, act: Act) -> None:
        self.where, self.act = where, act
        self.up = where.direction == "upgrade"
        self.lines: list[str] = []
        piece = act.piece
        self.name = named(piece, piece.old) if isinstance(piece, Rename) else subject(piece)

    def create(self, piece: Piece) -> None:
        self.begin("create", "drop", "absent", piece)
        if self.up:
            skip = "@migkit_later IS NOT NULL AND (@migkit_there OR FIND_IN_SET('rename', @migkit_later))"
            self.set("go", f"@migkit_go AND NOT ({skip})")
        if self.up and isinstance(piece, Index | Constraint):  # the server wrote it anew with its column
            self.set("go", f"@migkit_go AND NOT (@migkit_there AND {self.since(f'column {piece.table}.')})")
        self.compare(replace(piece, after=None) if isinstance(piece, Column) else piece, "@migkit_go AND @migkit_there")
        mine = "0"
        if self.up and isinstance(piece, Index):
            mine = f"{self.marked('create', self.name, 'made')}"
        self.set("mine", mine)
        if not self.act.replace:
            self.refuse("@migkit_go AND NOT @migkit_same AND NOT @migkit_mine")
        anew = " AND @migkit_same" if isinstance(piece, Table | Index | Constraint) else ""
        self.mark("create", self.name, f"IF(@migkit_there{anew}, 'found', 'made')")
        self.when("@migkit_go AND NOT @migkit_there", self.made(piece))
        if self.act.replace or isinstance(piece, Index):
            self.mend(piece)

    def drop(self, piece: Piece) -> None:
        self.begin("drop", "create", "found", piece)
        for owner in () if self.up or isinstance(piece, Rename) else owners(piece)[1:]:
            self.set("go", f"@migkit_go AND NOT {self.marked('create', owner, 'found')}")
        if self.up:
            self.set("go", "@migkit_go AND NOT (@migkit_there AND @migkit_later IS NOT NULL)")
        self.mark("drop", self.name, "IF(@migkit_there, 'dropped', 'absent')")
        statements = without_value(piece) if isinstance(piece, EnumValue) else map(text, words.dropped(piece))
        self.when("@migkit_go AND @migkit_there", statements)

    def alter(self, piece: Piece) -> None:
        self.begin("alter", "alter", "found", piece)
        if self.up:
            self.set("go", "@migkit_go AND @migkit_later IS NULL")
        self.set("here", "NULL")
        self.set("wanted", text("its shape: make it first"))
        self.refuse("@migkit_go AND NOT @migkit_there")
        self.compare(piece, "@migkit_go")
        self.mark("alter", self.name, "IF(@migkit_same, 'found', 'made')")
        self.mend(piece)

    def rename(self, piece: Rename) -> None:
        old, new = named(piece, piece.old), named(piece, piece.new)
        one, other = (_there(_of(piece, name)) for name in (piece.old, piece.new))
        self.set("go", f"NOT ({self.marked('rename', new, 'found')} OR {self.marked('rename', new, 'absent')})")
        if self.up:
            self.set("go", "1")
        self.set("there", one)
        self.set("new", other)
        self.later("rename", old)
        self.undo()
        self.set("here", text(f"{old} and {new}"))
        self.set("wanted", text(new))
        self.refuse("@migkit_go AND @migkit_there AND @migkit_new AND @migkit_later IS NULL")
        self.set("go", "@migkit_go AND NOT (@migkit_there AND @migkit_new)")
        state = "IF(@migkit_there, 'made', IF(@migkit_new, 'found', 'absent'))"
        self.mark("rename", old, state)
        self.mark("renamed", new, state)
        self.when("@migkit_go AND @migkit_there", map(text, words.renamed(piece)))

    # --- the parts of an act ----------------------------------------------------------------------------

    def begin(self, verb: str, inverse: str, state: str, piece: Piece) -> None:
        """Ask what is there and what the marks say; the rows of a table that is not there are not there."""
        self.set("there", _there(piece))
        if isinstance(piece, Row):
            self.when("@migkit_there", [text(f"SELECT EXISTS(SELECT 1 {words.of_row(piece)}) INTO @migkit_there")])
        self.set("go", "1" if self.up else f"NOT {self.marked(inverse, self.name, state)}")
        self.later(verb, self.name)
        self.undo()

    def later(self, verb: str, name: str) -> None:
        """Ask what the revision has done to the same object since it did this, in an earlier run."""
        if not self.up:
            self.set("later", "NULL")
            return
        own = f"{self.own()} AND undone = 0"
        self.set("place", f"(SELECT place FROM {MARKS} WHERE {own} AND verb = '{verb}' AND object = {text(name)})")
        same = f"object = {text(name)}"
        if name.startswith("column "):
            begins = f"value {name.removeprefix('column ')}."  # a value of an enum is one of its column
            same = f"({same} OR LEFT(object, {len(begins)}) = {text(begins)})"
        verbs = f"SELECT GROUP_CONCAT(verb) FROM {MARKS} WHERE {own} AND {same} AND place > @migkit_place"
        self.set("later", f"({verbs})")

    def since(self, begins: str, verbs: Sequence[str] = ()) -> str:
        """Give the condition that the revision has done something to such objects since `later` was asked."""
        same = f"{self.own()} AND undone = 0 AND place > @migkit_place AND LEFT(object, {len(begins)}) = {text(begins)}"
        did = f" AND verb IN ({', '.join(map(text, verbs))})" if verbs else ""
        return f"EXISTS(SELECT 1 FROM {MARKS} WHERE {same}{did})"

    def mark(self, verb: str, name: str, state: str) -> None:
        """Write a mark. The first one stays, but for one that is undone, and for what is done now and was only seen."""
        if not self.up:
            return
        same = f"@migkit_go AND {self.own()} AND verb = '{verb}' AND object = {text(name)}"
        self.set("state", state)
        self.lines.append(f"DELETE FROM {MARKS} WHERE {same} AND undone = 1")
        self.lines.append(
            f"UPDATE {MARKS} SET state = @migkit_state WHERE {same} AND @migkit_state IN ('made', 'dropped')"
        )
        place = f"SELECT COALESCE(MAX(place), 0) + 1 AS place FROM {MARKS} WHERE {self.own()} AND undone = 0"
        values = f"{text(self.where.revision)}, place, '{verb}', {text(name)}, @migkit_state, 0"
        self.lines.append(f"INSERT IGNORE INTO {MARKS} SELECT {values} FROM ({place}) AS next WHERE @migkit_go")

    def undo(self) -> None:
        """Say that a downgrade of the revision has begun."""
        if self.where.direction == "downgrade":
            self.lines.append(f"UPDATE {MARKS} SET undone = 1 WHERE {self.own()} AND undone = 0")

    def marked(self, verb: str, name: str, state: str) -> str:
        """Give the condition that the revision has a mark."""
        same = f"{self.own()} AND verb = '{verb}' AND object = {text(name)} AND state = '{state}'"
        return f"EXISTS(SELECT 1 FROM {MARKS} WHERE {same})" if self.where.revision else "0"

    def own(self) -> str:
        return f"revision = {text(self.where.revision)}"

    def compare(self, piece: Piece, condition: str) -> None:
        """Set `@migkit_same`, and what is there and what is wanted where they differ."""
        for name in ("here", "wanted"):
            self.set(name, "NULL")
        if not isinstance(piece, Row):
            part = words.known(piece)
            scratch = compared.scratch(part)
            self.lines += _LENIENT if scratch else ()
            self.when(condition, map(text, scratch))
            if self.up and isinstance(part, Table):
                self.set("changed", self.since(f"column {part.name}.", ("alter", "drop", "rename")))
            here, wanted = compared.told(part, self.touched(part) if self.up else "")
            self.when(condition, [text(f"SELECT {here}, {wanted} INTO @migkit_here, @migkit_wanted")])
            self.when(condition, [text(f"DROP TABLE {compared.name(part)}")] if scratch else [])
            self.lines += _STRICT if scratch else ()
        self.set("same", "CONVERT(@migkit_here USING utf8mb4) <=> CONVERT(@migkit_wanted USING utf8mb4)")

    def touched(self, part: Part) -> str:
        """Give a query of the objects that the revision has touched; a value of an enum is one of its column."""
        dots = words.table(part).count(".") + 2
        column = f"CONCAT('column ', SUBSTRING_INDEX(SUBSTRING(object, 7), '.', {dots}))"
        return f"SELECT IF(object LIKE 'value %', {column}, object) FROM {MARKS} WHERE {self.own()} AND undone = 0"

    def refuse(self, condition: str) -> None:
        """End the script with an error that names both shapes."""
        shape = "COALESCE(LEFT(@migkit_{}, {}), 'nothing of that')".format
        here, wanted = shape("here", _LONGEST), shape("wanted", _LONGEST)
        begins = text(f"ShapeDiffers: {_one_line(self.name)} is there as [")
        said = f"CONCAT({begins}, {here}, '], wanted is [', {wanted}, ']')"
        literal = f"CONCAT('''', REPLACE(REPLACE({said}, '''', ''''''), CHAR(92), '/'), '''')"
        self.when(condition, [f"CONCAT('SELECT ~0 + (', {literal}, ' IS NOT NULL)')"])

    def mend(self, piece: Piece) -> None:
        """Give what is there the wanted shape, where it has another one."""
        due = "@migkit_go AND @migkit_there AND NOT @migkit_same"
        if isinstance(piece, Table):
            table = words.NAMES.table(piece.name)
            self.set("full", "0")
            self.when("@migkit_there", [text(f"SELECT EXISTS(SELECT 1 FROM {table}) INTO @migkit_full")])
            self.refuse(f"{due} AND @migkit_full")
            self.when(due, map(text, (*words.dropped(piece), *words.made(piece))))
        elif not isinstance(piece, Row | EnumValue):
            here = piece.definition.upper() if isinstance(piece, Constraint) else ""
            self.when(due, map(text, words.mended(piece, here)))

    def made(self, piece: Piece) -> Iterable[str]:
        if isinstance(piece, EnumValue):
            return with_value(piece)
        return map(text, (*words.made(piece), *self.act.then))

    # --- statements -------------------------------------------------------------------------------------

    def set(self, name: str, expression: str) -> None:
        self.lines.append(f"SET @migkit_{name} = {expression}")

    def when(self, condition: str, statements: Iterable[str]) -> None:
        """Send statements, given as expressions that write them, where a condition holds."""
        for one in statements:
            self.set("sql", f"IF({condition}, {one}, 'DO 0')")
            self.lines += ["PREPARE migkit FROM @migkit_sql", "EXECUTE migkit", "DEALLOCATE PREPARE migkit"]


def _there(piece: Piece) -> str:
    return facts.there(Table(piece.table) if isinstance(piece, Row) else words.known(piece))


def _of(piece: Rename, name: str) -> Part:
    return Table(name) if piece.kind == "table" else Column(piece.table, name)


def _one_line(name: str) -> str:
    return " ".join(name.split())
