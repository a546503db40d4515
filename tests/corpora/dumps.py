"""Dumps that a server's own tool made, cut into objects so that an order can be told apart from a difference.

Nothing of the kit is used here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

VERSION_TABLE = "alembic_version"
_CONTENTS = r"^-- (?:Data for )?Name: (.*); Type: (.*); Schema: (.*?); Owner: .*\n--$"
_SQLITE_TOKEN = r"'(?:[^']|'')*'|\"[^\"]*\"|`[^`]*`|\[[^\]]*\]|\w+|[^\w\s]"
_SQLITE_CONSTRAINTS = ("constraint", "primary", "unique", "check", "foreign")


@dataclass(frozen=True, slots=True)
class Dump:
    """One dump: each object's text, the same with the parts of a table sorted, rows per table, the version rows."""

    objects: dict[str, str] = field(default_factory=dict)
    sorted: dict[str, str] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    heads: frozenset[str] = frozenset()


def parse_mysql(text: str) -> Dump:
    """Cut a mysqldump into tables and the statements between them; AUTO_INCREMENT counts rows and is no structure."""
    dump = Dump()
    heads, rest = set(), re.sub(r"^INSERT INTO .*\n", "", text, flags=re.MULTILINE)
    for name, values in re.findall(r"^INSERT INTO `(.*?)` (?:\(.*?\) )?VALUES (.*);$", text, re.MULTILINE):
        dump.rows[name] = dump.rows.get(name, 0) + 1
        if name == VERSION_TABLE:
            heads.add(values.strip("()'"))
    for table in re.finditer(r"^CREATE TABLE `(.*?)` \(\n(.*?)\n\)(.*?);$", rest, re.MULTILINE | re.DOTALL):
        lines = [line.rstrip(",") for line in table[2].splitlines()]
        options = re.sub(r" AUTO_INCREMENT=\d+", "", table[3])
        _put(dump, f"table {table[1]}", [*lines, options], [*sorted(lines), options])
    rest = re.sub(r"^CREATE TABLE .*?;$", "", rest, flags=re.MULTILINE | re.DOTALL)
    for block in re.split(r"^DELIMITER ;$|;$", rest, flags=re.MULTILINE):
        words = " ".join(
            line for line in block.splitlines() if line and not re.match(r"/\*!\d+ (SET|ALTER TABLE)", line)
        )
        if "CREATE" in words:
            _put(dump, words[:120], [words], [words])
    return Dump(dump.objects, dump.sorted, dump.rows, frozenset(heads))


def parse_postgresql(text: str) -> Dump:
    """Cut a pg_dump at its table of contents; the lines of a CREATE TABLE are its columns and checks."""
    dump, heads = Dump(), set()
    parts = re.split(
        r"^-- (?:Data for )?Name: (.*); Type: (.*); Schema: (.*?); Owner: .*\n--$", text, flags=re.MULTILINE
    )
    for name, kind, schema, block in zip(parts[1::4], parts[2::4], parts[3::4], parts[4::4], strict=True):
        lines = [line for line in block.splitlines() if line and not re.match(r"--|SET |\\(un)?restrict", line)]
        if kind == "TABLE DATA":
            start = next(n for n, line in enumerate(lines) if line.startswith("COPY "))
            body = lines[start + 1 : lines.index("\\.")]
            dump.rows[name] = len(body)
            heads |= set(body) if name == VERSION_TABLE else set()
        elif kind != "SEQUENCE SET":
            inner = [line.rstrip(",") for line in lines]
            _put(dump, f"{kind} {schema}.{name}", inner, sorted(inner) if kind == "TABLE" else inner)
    return Dump(dump.objects, dump.sorted, dump.rows, frozenset(heads))


def parse_sqlite(objects: list[tuple[str, str, str, str | None]], rows: dict[str, int], heads: list[str]) -> Dump:
    """Cut a table's CREATE at its commas; blanks, quotes of names and case mean nothing.

    Nor does the order of its constraints: SQLite holds a row against all of them.
    """
    dump = Dump(rows=rows, heads=frozenset(heads))
    for kind, name, table, sql in objects:
        if sql is None or table == VERSION_TABLE:
            continue  # an index that a constraint made: its text is in the table's
        head, *parts = _sqlite_parts(sql) if kind == "table" else [sql]
        columns = [part for part in parts if part.partition(" ")[0] not in _SQLITE_CONSTRAINTS]
        constraints = sorted(part for part in parts if part not in columns)
        _put(dump, f"{kind} {name}", [head, *columns, *constraints], [head, *sorted(parts)])
    return dump


def _sqlite_parts(sql: str) -> list[str]:
    """Give what stands outside the parentheses of a CREATE TABLE, and each definition inside."""
    outside, inside, depth = "", [""], 0
    for token in re.findall(_SQLITE_TOKEN, sql):
        depth += token == "("
        if depth == 1 and token == ",":
            inside.append("")
        elif depth == 0 or (depth == 1 and token in "()"):
            outside += " " + _plain(token)
        else:
            inside[-1] += " " + _plain(token)
        depth -= token == ")"
    return [outside.strip(), *(part.strip() for part in inside)]


def _plain(token: str) -> str:
    return token if token.startswith("'") or len(token) == 1 else token.strip('"`[]').lower()


def _put(dump: Dump, name: str, exact: list[str], in_order: list[str]) -> None:
    if not name.rpartition(" ")[2].rpartition(".")[2].startswith(VERSION_TABLE):
        dump.objects[name], dump.sorted[name] = "\n".join(exact), "\n".join(in_order)
