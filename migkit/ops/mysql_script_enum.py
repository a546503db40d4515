# ruff: noqa: S608  # names and values are written by mysql_words
"""Values of an enum column in a script: the column's definition is put together from information_schema (pure)."""

from __future__ import annotations

from migkit.model.changes import EnumValue
from migkit.ops.mysql_facts import VALUES
from migkit.ops.mysql_text import quoted_value
from migkit.ops.mysql_words import NAMES, of_table, text

_REST = (
    "IF(collation_name <=> ({collation}), '', CONCAT(' CHARACTER SET ', character_set_name, ' COLLATE ',"
    " collation_name)), IF(is_nullable = 'YES', '', ' NOT NULL'), IF(column_default IS NULL, '', CONCAT(' DEFAULT ',"
    " /*!80000 QUOTE(column_default) */ /*M!100600 column_default */)),"
    " IF(column_comment = '', '', CONCAT(' COMMENT ', QUOTE(column_comment)))"
)


def with_value(piece: EnumValue) -> tuple[str, str]:
    """Give expressions for two statements that add a value: one writes the ALTER TABLE, the other is it."""
    beside, own = quoted_value(piece.after or piece.before), quoted_value(piece.value)
    if not (piece.after or piece.before):
        return _altered(piece, f"CONCAT({VALUES}, {text(f'{own},')})")
    both = f"{beside},{own}" if piece.after else f"{own},{beside}"
    return _altered(piece, f"REPLACE({VALUES}, {text(f',{beside},')}, {text(f',{both},')})")


def without_value(piece: EnumValue) -> tuple[str, str]:
    """Give expressions for two statements that take a value out."""
    return _altered(piece, f"REPLACE({VALUES}, {text(f',{quoted_value(piece.value)},')}, ',')")


def _altered(piece: EnumValue, values: str) -> tuple[str, str]:
    """Write the ALTER TABLE; what stays as it is (nothing stands at the place that is named) is no SQL, and fails."""
    head = text(f"ALTER TABLE {NAMES.table(piece.table)} MODIFY COLUMN {NAMES.name(piece.enum)} ")
    collation = f"SELECT table_collation FROM information_schema.tables WHERE {of_table(piece.table)}"
    kind = f"CONCAT(data_type, '(', TRIM(BOTH ',' FROM {values}), ')')"
    column = f"{of_table(piece.table)} AND column_name = {text(piece.enum)}"
    failed = text(f"ShapeDiffers: {piece.enum} has no value {piece.after or piece.before}")
    written = f"CONCAT({head}, {kind}, {_REST.format(collation=collation)})"
    chosen = f"IF(CAST({values} AS BINARY) = CAST({VALUES} AS BINARY), {failed}, {written})"
    query = f"SELECT {chosen} INTO @migkit_alter FROM information_schema.columns WHERE {column}"
    return text(query), "@migkit_alter"
