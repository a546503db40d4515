"""ALTER COLUMN: its type, its default, whether it may be null, its identity."""

from __future__ import annotations

from collections.abc import Callable

from migkit.model.script import Act, ColumnSpec, Kind
from migkit.sql.columns import expression
from migkit.sql.cursor import Cursor, Unread
from migkit.sql.parts import tidy
from migkit.sql.types import column_type


def altered(piece: Cursor, table: str) -> Act:
    """Read what follows ALTER [COLUMN]. Raises Unread."""
    name = piece.identifier()
    for words, reader in _CHANGES:
        if piece.take(*words):
            said, fields, options = reader(piece)
            conversion = str(fields.pop("conversion", ""))
            column = ColumnSpec(name, span=piece.span(), **fields)  # type: ignore[arg-type]  # fields of a column
            return Act(
                Kind.alter_column,
                table,
                name,
                column=column,
                said=frozenset(said),
                options=frozenset(options),
                span=piece.span(),
                conversion=conversion,
            )
    raise Unread(piece.now.text)


_Change = tuple[set[str], dict[str, object], set[str]]


def _type(piece: Cursor) -> _Change:
    said, options = {"type"}, set()
    fields: dict[str, object] = {"type": column_type(piece)}
    if piece.take("COLLATE"):
        fields["collation"] = ".".join(piece.dotted())
        said.add("collation")
    if piece.take("USING"):
        options.add("using")
        begin, piece.at = piece.at, piece.end
        fields["conversion"] = tidy(piece.text(begin))
    return said, fields, options


def _set_default(piece: Cursor) -> _Change:
    if not piece:
        raise Unread("")
    begin = piece.at
    value = expression(piece)
    if piece:
        piece.at = piece.end
        value = tidy(piece.text(begin))
    return {"default"}, {"default": None if value.upper() == "NULL" else value}, set()


def _drop_default(_piece: Cursor) -> _Change:
    return {"default"}, {}, set()


def _set_not_null(_piece: Cursor) -> _Change:
    return {"nullable"}, {"nullable": False}, set()


def _drop_not_null(_piece: Cursor) -> _Change:
    return {"nullable"}, {"nullable": True}, set()


def _add_identity(piece: Cursor) -> _Change:
    piece.at = piece.end
    return {"autoincrement"}, {"generated": "identity"}, set()


def _rest(word: str) -> Callable[[Cursor], _Change]:
    def change(piece: Cursor) -> _Change:
        piece.at = piece.end
        return {word}, {}, set()

    return change


_CHANGES: tuple[tuple[tuple[str, ...], Callable[[Cursor], _Change]], ...] = (
    (("TYPE",), _type),
    (("SET", "DATA", "TYPE"), _type),
    (("SET", "DEFAULT"), _set_default),
    (("DROP", "DEFAULT"), _drop_default),
    (("SET", "NOT", "NULL"), _set_not_null),
    (("DROP", "NOT", "NULL"), _drop_not_null),
    (("ADD", "GENERATED"), _add_identity),
    (("DROP", "IDENTITY"), _rest("autoincrement")),
    (("SET", "GENERATED"), _rest("autoincrement")),
    (("RESTART",), _rest("autoincrement")),
    (("SET", "EXPRESSION"), _rest("generated")),
    (("DROP", "EXPRESSION"), _rest("generated")),
    (("SET", "STATISTICS"), _rest("statistics")),
    (("SET", "STORAGE"), _rest("storage")),
    (("SET", "COMPRESSION"), _rest("storage")),
    (("SET", "VISIBLE"), _rest("visible")),
    (("SET", "INVISIBLE"), _rest("visible")),
    (("SET", "("), _rest("storage")),
    (("RESET",), _rest("storage")),
    (("SET",), _rest("autoincrement")),
)
