"""Charsets of MySQL and MariaDB: which one a column's text has, and how many bytes it takes in an index."""

from __future__ import annotations

from collections.abc import Mapping

from migkit.lint import columntypes
from migkit.lint.case import Case
from migkit.lint.options import table_charset
from migkit.lint.state import TableModel
from migkit.model import Engine
from migkit.model.script import Act, ColumnSpec

_BYTES: Mapping[str, int] = {**columntypes.BYTES, "float": 4, "double": 8, "date": 3, "year": 1}
_WIDTHS = {
    "utf8mb4": 4, "utf8mb3": 3, "utf8": 3, "latin1": 1, "ascii": 1, "binary": 1, "ucs2": 2, "utf16": 4, "utf32": 4,
}  # fmt: skip
_USUAL = {"mysql": "utf8mb4"}  # since 8.0; what MariaDB's is depends on who packaged it


def charset(column: ColumnSpec, table: TableModel | None, act: Act | None, case: Case) -> str:
    """Give the charset of a column's text: its own, its table's, the schema's, the server's; "" if not known.

    `act` is the CREATE TABLE that makes the table, where it is being made.
    """
    said = column.charset or of_collation(column.collation)
    if said:
        return said.lower()
    if act is not None:
        said = table_charset(act.options)
    elif table is None or not (table.whole or table.charset):
        return ""
    else:
        said = table.charset
    settings = case.schema.server
    return (said or settings.charset or of_collation(settings.collation) or _usual(case.engine)).lower()


def width(charset_: str) -> int | None:
    """Give how many bytes a character takes at the most, None where that is not known."""
    return _WIDTHS.get(charset_)


def copied(was: str, now: str) -> bool:
    """Whether text is certainly copied to be in another charset; utf8mb3 in utf8mb4 depends on indexes and lengths."""
    was, now = was.lower(), now.lower()
    return was != now and not (was in ("utf8", "utf8mb3") and now in ("utf8", "utf8mb3", "utf8mb4"))


def key_bytes(column: ColumnSpec, charset_: str, prefix: int | None, engine: Engine) -> int | None:
    """Give how many bytes a column, or `prefix` characters of it, take in an index; None where that is not known."""
    kind = columntypes.parse(column.type, engine.family)
    if kind is None:
        return None
    if kind.group in ("char", "text"):
        length = prefix or (kind.size if kind.group == "char" else None)
        wide = width(charset_)
        return wide * length if wide and length else None
    if kind.group in ("binary", "blob"):
        return prefix or (kind.size if kind.group == "binary" else None)
    return _BYTES.get(kind.base)


def of_collation(collation: str) -> str:
    """Give the charset that the name of a collation begins with; those of MariaDB's uca1400 say none."""
    return collation.strip("'\"").partition("_")[0] if collation and not collation.startswith("uca1400") else ""


def _usual(engine: Engine) -> str:
    return _USUAL.get(engine.family, "")
