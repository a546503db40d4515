"""Puts rows into a PostgreSQL database (12 to 18) over psycopg 3, as its administrator, in one transaction.

Rows go in by COPY, which no rule diverts. The schema's own triggers are off meanwhile: they would change rows, or write
others with the time of day in them. What they refuse is refused all the same: rows are tried with them first.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from migkit.catalog import MARKS
from migkit.catalog.postgresql import connect
from migkit.model import Database
from migkit.product import quoted
from migkit.rows.postgresql_queries import query
from migkit.rows.postgresql_reading import Relation, relations, tables
from migkit.rows.postgresql_values import asked, spelled, told
from migkit.rows.schema import Column, Held, Row, Table
from migkit.rows.store import Put, Question

if TYPE_CHECKING:
    from psycopg import Connection, Error

_SESSION = """
SET jit = off; SET max_parallel_workers_per_gather = 0; SET row_security = off;
SET statement_timeout = 0; SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0; SET default_transaction_read_only = off; SET bytea_output = hex;
SET DateStyle = ISO; SET IntervalStyle = postgres; SET TimeZone = 'UTC'; SET extra_float_digits = 1;
SET xmloption = content; SET standard_conforming_strings = on; SET lc_monetary = 'C'
"""
_ON = {"O": "ENABLE", "R": "ENABLE REPLICA", "A": "ENABLE ALWAYS"}  # how each is put back


class PostgreSQLStore:
    """One database; the session opens when first needed, and ends with each commit: a copy wants nobody there."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._open: Connection[Any] | None = None
        self._relations: Mapping[str, Relation] = {}
        self._tables: Mapping[str, Table] = {}
        self._touched: set[str] = set()
        self._silenced: dict[str, list[str]] = {}

    def tables(self, exclude: Collection[str]) -> Mapping[str, Table]:
        """Read the tables that are there now, but those in `exclude` and the kit's own."""
        found = relations(self._session(), exclude)
        own = [one for one in found if one.name != MARKS and not one.name.endswith(f".{MARKS}")]
        self._relations = {one.name: one for one in own}
        self._tables = tables(self._session(), own)
        return self._tables

    def held(self, questions: Sequence[Question]) -> Mapping[str, Held]:
        """Answer the questions, by table; a table's own rows are meant, not those of tables that inherit from it."""
        if not questions:
            return {}
        counted = " UNION ALL ".join(self._counting(place, question) for place, question in enumerate(questions))
        found = {}
        for place, count, alike in self._rows(counted):
            question = questions[place]
            same = frozenset(name for name, is_alike in zip(_varied(question), alike, strict=True) if is_alike)
            rows = self._some(question) if count and question.columns else ()
            found[question.table.name] = Held(count, rows, same)
        return found

    def put(self, puts: Sequence[Put]) -> Sequence[str]:
        """Put rows in, each Put whole or not at all; give of each why it was refused, "" where it was not."""
        from psycopg import Error

        try:
            self._silence([name for put in puts for name in put.rows if name not in self._silenced])
        except Error as error:
            return [_refusal(error)] * len(puts)
        return [self._put(put) for put in puts]

    def commit(self) -> None:
        """Commit all that was put in; sequences go on after the highest value. The session ends."""
        if self._open is None:
            return
        if self._touched:
            self._count_on()
            self._replicating([statement for statements in self._silenced.values() for statement in statements])
        self._open.execute("COMMIT")
        self.close()

    def close(self) -> None:
        """End the session; what was not committed is gone."""
        self._touched.clear()
        self._silenced.clear()
        if self._open is not None:
            self._open.close()
            self._open = None

    def _session(self) -> Connection[Any]:
        if self._open is None or self._open.closed:
            self._open = connect(self._database.server, self._database.name)
            self._open.execute(_SESSION)
            self._open.execute("BEGIN; SET CONSTRAINTS ALL IMMEDIATE")
        return self._open

    def _counting(self, place: int, question: Question) -> str:
        """Give the SELECT that counts a table's rows and says which columns are alike, by their texts."""
        texts = [f'{quoted(name)}::text COLLATE "C"' for name in _varied(question)]
        alike = ", ".join(f"min({text}) IS NOT DISTINCT FROM max({text})" for text in texts)
        source = self._relations[question.table.name].source
        return f"SELECT {place} AS place, count(*), ARRAY[{alike}]::boolean[] FROM {source}"  # noqa: S608  # quoted

    def _some(self, question: Question) -> tuple[Row, ...]:
        columns = {column.name: column for column in question.table.columns}
        wanted = [columns[name] for name in question.columns]
        asking = ", ".join(asked(column, quoted(column.name)) for column in wanted)
        places = ", ".join(str(place + 1) for place in range(len(wanted)))
        source = self._relations[question.table.name].source
        rows = self._rows(f"SELECT DISTINCT {asking} FROM {source} ORDER BY {places} LIMIT {question.limit}")  # noqa: S608  # quoted
        return tuple(_told(wanted, row) for row in rows)

    def _put(self, put: Put) -> str:
        from psycopg import Error

        try:
            with self._session().transaction():
                if put.circle:
                    self._round(put)
                else:
                    self._try(put)
                    self._insert_all(put)
        except Error as error:
            return _refusal(error)
        self._touched |= set(put.rows)
        return ""

    def _try(self, put: Put) -> None:
        """See what the triggers that are off say of the rows; what they do is taken back."""
        wakened = [statement for name in put.rows for statement in self._silenced[name]]
        if wakened:
            with self._session().transaction(force_rollback=True):
                self._replicating(wakened)
                self._insert_all(put)

    def _insert_all(self, put: Put) -> None:
        for name, rows in put.rows.items():
            self._insert(name, rows)

    def _round(self, put: Put) -> None:
        """Put in rows that refer to later ones: unchecked, and checked at the end."""
        session = self._session()
        session.execute("SET LOCAL session_replication_role = replica")
        for name, rows in put.rows.items():
            self._insert(name, rows)
        session.execute("SET LOCAL session_replication_role = DEFAULT")
        for name in put.rows:
            for foreign in self._tables[name].foreign:
                self._demand_parents(name, foreign.columns, foreign.parent, foreign.parent_columns)

    def _demand_parents(self, name: str, columns: Sequence[str], parent: str, others: Sequence[str]) -> None:
        from psycopg.errors import ForeignKeyViolation

        if parent not in self._relations:
            return
        given = " AND ".join(f"child.{quoted(column)} IS NOT NULL" for column in columns)
        same = " AND ".join(
            f"parent.{quoted(other)} = child.{quoted(column)}" for column, other in zip(columns, others, strict=True)
        )
        source, target = self._relations[name].source, self._relations[parent].source
        lost = f"SELECT 1 FROM {source} child WHERE {given} AND NOT EXISTS (SELECT FROM {target} parent WHERE {same})"  # noqa: S608  # quoted
        if self._rows(f"{lost} LIMIT 1"):
            raise ForeignKeyViolation(f"a row of {name} refers to a row that {parent} does not have")

    def _insert(self, name: str, rows: Sequence[Row]) -> None:
        columns = [column for column in self._tables[name].columns if not column.generated]
        names = f" ({', '.join(quoted(column.name) for column in columns)})" if columns else ""
        target, session = self._relations[name].written, self._session()
        with session.cursor() as cursor, cursor.copy(f"COPY {target}{names} FROM STDIN".encode()) as copy:
            for row in rows:
                copy.write_row([None if one.unfit else spelled(one, row.get(one.name)) for one in columns])

    def _silence(self, names: Sequence[str]) -> None:
        """Turn the triggers of tables off; `commit` turns them on again, each as it was."""
        by_oid = {self._relations[name].oid: name for name in names}
        off: list[str] = []
        again: dict[str, list[str]] = {name: [] for name in names}
        rows = self._rows(query("triggers", self._major), (list(by_oid),)) if by_oid else []
        for oid, written, trigger, on in rows:
            off.append(f"ALTER TABLE ONLY {written} DISABLE TRIGGER {trigger}")
            again[by_oid[oid]].append(f"ALTER TABLE ONLY {written} {_ON[on]} TRIGGER {trigger}")
        self._replicating(off)
        self._silenced |= again

    def _replicating(self, statements: Sequence[str]) -> None:
        """Alter tables without waking what listens to such commands (event triggers), where that is allowed."""
        if not statements:
            return
        session = self._session()
        ((superuser,),) = self._rows("SELECT current_setting('is_superuser')")
        with session.transaction():
            if superuser == "on":
                session.execute("SET LOCAL session_replication_role = replica")
            for statement in statements:
                session.execute(statement.encode())
            if superuser == "on":
                session.execute("SET LOCAL session_replication_role = DEFAULT")

    def _count_on(self) -> None:
        """Let each sequence go on after what its column holds, so that the next row that leaves it to it gets in."""
        by_oid = {self._relations[name].oid: self._relations[name] for name in self._touched}
        session = self._session()
        rows = self._rows(query("sequences", self._major), (list(by_oid), list(by_oid)))
        for oid, column, sequence, step, low, high in rows:
            most, sign = ("max", ">=") if step > 0 else ("min", "<=")
            session.execute(
                f"SELECT setval(%s::regclass, top) FROM (SELECT {most}({quoted(column)})::numeric::bigint AS top "  # noqa: S608  # quoted
                f"FROM {by_oid[oid].written}) held WHERE top BETWEEN %s AND %s "
                f"AND top {sign} (SELECT last_value FROM {sequence})".encode(),
                (sequence, low, high),
            )

    @property
    def _major(self) -> int:
        return self._session().info.server_version // 10000

    def _rows(self, sql: str | bytes, values: Sequence[Any] | None = None) -> list[Any]:
        text = sql.encode() if isinstance(sql, str) else sql
        return self._session().execute(text, values).fetchall()


def _refusal(error: Error) -> str:
    said = [error.diag.message_primary or str(error), error.diag.message_detail or ""]
    return f"the server refuses its rows: {' '.join(' '.join(said).split())}"


def _varied(question: Question) -> tuple[str, ...]:
    """Give the columns that may be alike: in a table that takes no rows, nothing comes of it."""
    return () if question.table.unfit else question.varied


def _told(columns: Sequence[Column], row: Sequence[Any]) -> Row:
    return {column.name: told(column, text) for column, text in zip(columns, row, strict=True)}
