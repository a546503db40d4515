"""Rows for MySQL and MariaDB: tables as SHOW CREATE prints them, rows in as few packets as there can be."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal

from migkit.catalog.mysql_ddl import quote
from migkit.catalog.mysql_session import Refused, Session
from migkit.catalog.mysql_session import Row as Told
from migkit.catalog.mysql_sources import Sources, State
from migkit.errors import ServerError
from migkit.model import Database
from migkit.rows.mysql_tables import table
from migkit.rows.schema import Column, Held, Row, Table, Value
from migkit.rows.store import Put, Question
from migkit.rows.values import kind

_STRICT = "STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_VALUE_ON_ZERO,NO_ENGINE_SUBSTITUTION"
_NO_ZERO = "NO_ZERO_DATE,NO_ZERO_IN_DATE"
_SAME_AGAIN = (  # what a trigger, or an expression over the present time, computes
    "SET SESSION timestamp = 1750000000",
    "SET SESSION rand_seed1 = 11, rand_seed2 = 13",
)
_PACKET = 2_000_000  # characters of one, where the server takes 16 MB (MariaDB) or 64 MB (MySQL)
_VECTORS = {"mysql": "STRING_TO_VECTOR", "mariadb": "VEC_FromText"}


class MySQLStore:
    """The tables of one database, over one connection that is opened when first needed."""

    def __init__(self, database: Database) -> None:
        self._family = database.server.engine.family
        self._session = Session(database.server, database=database.name)
        self._sources = Sources(self._session, database.name, mariadb=self._family == "mariadb")
        self._connection = 0
        self._zero = False
        self._filled: frozenset[str] = frozenset()
        self._columns: dict[str, dict[str, Column]] = {}
        self._writing = False

    def tables(self, exclude: Collection[str]) -> Mapping[str, Table]:
        """Read the tables that are there now, but those in `exclude`."""
        try:
            state = self._read()
        except ServerError:  # a restore ended the session, or the server did: once more, on a new one
            state = self._read()
        self._filled = state.filled
        named = state.named("table").items()
        found = {name: table(name, source.text, zero=self._zero) for name, source in named if name not in exclude}
        self._columns = {name: {each.name: each for each in known.columns} for name, known in found.items()}
        return found

    def held(self, questions: Sequence[Question]) -> Mapping[str, Held]:
        """Answer the questions, by table."""
        asked = [question for question in questions if question.table.name in self._filled]
        results = iter(self._session.batch([sql for question in asked for sql in _asking(question)]))
        return {
            question.table.name: _told(question, next(results), next(results) if question.columns else ())
            for question in asked
        }

    def put(self, puts: Sequence[Put]) -> Sequence[str]:
        """Put rows in, each Put whole or not at all; give of each why it was refused, "" where it was not."""
        if puts and not self._writing:
            self._session.rows("START TRANSACTION")
            self._writing = True
        statements = [self._statements(put) for put in puts]
        refused = [""] * len(puts)
        at = 0
        while at < len(puts):
            end = _packet(statements, at)
            at, why = self._sent(statements, at, end)
            if why:
                refused[at - 1] = why
        return refused

    def commit(self) -> None:
        """Commit all that was put in; InnoDB counts on from the highest value by itself."""
        self._session.rows("COMMIT")
        self._writing = False

    def close(self) -> None:
        """Close the connection; safe to call twice."""
        self._session.close()

    def _read(self) -> State:
        self._settle()
        return self._sources.read()[0]

    def _settle(self) -> None:
        """Give the session, if it is a new one, the settings under which a value is taken as it is or refused."""
        if self._session.identity() == self._connection:
            return
        ((mode,),) = self._session.rows("SELECT @@GLOBAL.sql_mode")
        words = str(mode if isinstance(mode, str) else mode.decode()).split(",")
        self._zero = "NO_ZERO_DATE" not in words or not {"STRICT_ALL_TABLES", "STRICT_TRANS_TABLES"} & set(words)
        modes = _STRICT if self._zero else f"{_STRICT},{_NO_ZERO}"
        self._session.batch([f"SET SESSION sql_mode = '{modes}'", *_SAME_AGAIN])
        self._connection = self._session.identity()

    def _sent(self, statements: Sequence[list[str]], at: int, end: int) -> tuple[int, str]:
        """Send the Puts from `at` to `end`; give the first that was not sent, and why the one before was refused."""
        try:
            self._session.batch([sql for each in statements[at:end] for sql in each])
        except Refused as error:
            left = len(error.results)
            while left >= len(statements[at]):
                left -= len(statements[at])
                at += 1
            if len(statements[at]) > 1:
                self._session.batch(["ROLLBACK TO SAVEPOINT before_rows", "SET SESSION foreign_key_checks = 1"])
            return at + 1, f"the server refuses its rows: {error.message}"
        return end, ""

    def _statements(self, put: Put) -> list[str]:
        inserts = [self._insert(name, rows) for name, rows in put.rows.items()]
        if len(inserts) == 1 and not put.circle:
            return inserts
        checked = "SET SESSION foreign_key_checks"
        loose, again = ([f"{checked} = 0"], [f"{checked} = 1"]) if put.circle else ([], [])
        return ["SAVEPOINT before_rows", *loose, *inserts, *again]

    def _insert(self, name: str, rows: Sequence[Row]) -> str:
        names = list(rows[0])
        columns = ", ".join(map(quote, names))
        values = ",\n".join(f"({', '.join(self._literals(name, names, row))})" for row in rows)
        return f"INSERT INTO {quote(name)} ({columns}) VALUES {values}"  # noqa: S608  # quoted names and literals

    def _literals(self, name: str, names: Sequence[str], row: Row) -> Iterator[str]:
        columns = self._columns[name]
        return (self._literal(columns[each], row[each]) for each in names)

    def _literal(self, column: Column, value: Value) -> str:
        if value is None:
            return "NULL"
        if isinstance(value, bool | int):
            return str(int(value))
        if isinstance(value, float | Decimal):
            return str(value)
        if isinstance(value, bytes):
            return f"x'{value.hex()}'"
        text = "'" + str(value).replace("\\", "\\\\").replace("'", "''") + "'"
        if column.kind == "geometry":
            return f"ST_GeomFromText({text}, {column.srid})"
        return f"{_VECTORS[self._family]}({text})" if column.spelling == "vector" else text


def _asking(question: Question) -> Iterator[str]:
    """Give the statements: how many rows and which columns are alike, and the values where some are wanted."""
    name, columns = quote(question.table.name), {column.name: column for column in question.table.columns}
    alike = ", ".join(("COUNT(*)", *(_is_alike(columns[each]) for each in question.varied)))
    yield f"SELECT {alike} FROM {name}"  # noqa: S608  # quoted names
    wanted = ", ".join(map(quote, question.columns))
    if wanted:
        yield f"SELECT {wanted} FROM {name} ORDER BY {wanted} LIMIT {question.limit}"  # noqa: S608  # quoted names


def _is_alike(column: Column) -> str:
    name = quote(column.name)
    if column.kind in ("json", "geometry") or (column.size or 0) > 2**16 // 4 or column.kind == "choice":
        return f"COUNT({name}) = 0 OR (COUNT({name}) = COUNT(*) AND COUNT(DISTINCT SHA2({name}, 256)) = 1)"
    return f"COUNT({name}) = 0 OR (COUNT({name}) = COUNT(*) AND MIN({name}) = MAX({name}))"


def _told(question: Question, counted: tuple[Told, ...], rows: tuple[Told, ...]) -> Held:
    columns = {column.name: column for column in question.table.columns}
    count, *alike = counted[0]
    found = [
        {name: _value(columns[name], value) for name, value in zip(question.columns, row, strict=False)} for row in rows
    ]
    same = frozenset(name for name, is_same in zip(question.varied, alike, strict=True) if is_same in ("1", b"1"))
    return Held(int(count), tuple(found), same)


def _value(column: Column, told: str | bytes | None) -> Value:
    """Give what the server told of a value as the generator knows it."""
    if told is None:
        return None
    if isinstance(told, bytes):
        if column.kind == "bytes":
            return told
        if column.kind == "bit":
            return int.from_bytes(told)
        told = told.decode("utf-8", "replace")
    try:
        return kind(column).read(column, told)
    except ValueError:
        return told


def _packet(statements: Sequence[list[str]], start: int) -> int:
    """Give where a packet that begins at `start` ends."""
    size, end = 0, start
    while end < len(statements) and (end == start or size < _PACKET):
        size += sum(map(len, statements[end]))
        end += 1
    return end
