"""SELECTs that are no queries: they make a column of PostGIS, set a variable, or a table of what they find."""

from __future__ import annotations

from collections.abc import Callable

from migkit.model.script import Act, ColumnSpec, Kind
from migkit.sql.cursor import Cursor, joined
from migkit.sql.tokens import HOLE, unquoted


def select(cursor: Cursor) -> list[Act]:
    """Read what follows SELECT."""
    call = _CALLS.get(cursor.up)
    if call is not None and cursor.ahead().up == "(" and cursor.family == "postgresql":
        cursor.at += 1
        body = cursor.inside()
        assert body is not None
        return call(cursor, [_constant(piece) for piece in body.pieces()])
    table = _into(cursor) if cursor.family == "postgresql" and not cursor.scan.block else ""
    if table:
        return [Act(Kind.create_table, table, options=frozenset({"as"}), span=cursor.span())]
    return [Act(Kind.select, span=cursor.span())]


def _into(cursor: Cursor) -> str:
    """Give the table that SELECT … INTO makes."""
    cursor.skip_to(("INTO", "FROM"))
    if not cursor.take("INTO"):
        return ""
    while cursor.take_any(("TEMP", "TEMPORARY", "UNLOGGED", "TABLE")):
        pass
    return cursor.table() if cursor.names_here() else ""


def _constant(piece: Cursor) -> str:
    """Give a constant argument; "" where it is not known, a number as it is written."""
    text = unquoted(piece.now.text) if piece.now.kind == "string" else piece.whole()
    return "" if HOLE in text else text


def _add_geometry(cursor: Cursor, arguments: list[str]) -> list[Act]:
    """AddGeometryColumn([[catalog,] schema,] table, column, srid, type, dimension)."""
    number = next((at for at, one in enumerate(arguments) if one.lstrip("-").isdigit()), 0)
    table, name = _column(cursor, arguments[:number])
    srid, kind = (*arguments[number:], "", "")[:2]
    type_ = f"GEOMETRY({kind.upper()},{srid})" if kind else ""
    column = ColumnSpec(name, type_, nullable=True, span=cursor.span())
    return [Act(Kind.add_column, table, name, column=column, span=cursor.span())]


def _drop_geometry(cursor: Cursor, arguments: list[str]) -> list[Act]:
    table, name = _column(cursor, arguments)
    return [Act(Kind.drop_column, table, name, span=cursor.span())]


def _column(cursor: Cursor, arguments: list[str]) -> tuple[str, str]:
    """Give the table and the column that the arguments end in."""
    schema, table, name = ("", "", "", *arguments)[-3:]
    return joined([one for one in (schema, table) if one], cursor.family) if table else "", name


def _set_config(cursor: Cursor, arguments: list[str]) -> list[Act]:
    name, value, local = (*arguments, "", "", "")[:3]
    options = frozenset({"local" if local.lower() == "true" else "session"})
    return [Act(Kind.setting, name=name.lower(), new=value, options=options, span=cursor.span())]


_CALLS: dict[str, Callable[[Cursor, list[str]], list[Act]]] = {
    "ADDGEOMETRYCOLUMN": _add_geometry,
    "DROPGEOMETRYCOLUMN": _drop_geometry,
    "SET_CONFIG": _set_config,
}
