# ruff: noqa: S608  # names and values are written by mysql_words
"""What information_schema tells of a piece, as one text: SQL that MySQL and MariaDB both read (pure).

The texts are compared with one another only, on one server, so it does not matter that the products word them
differently. What one product alone can tell stands in a comment that the other passes over (`/*!80013 … */` is
MySQL's, `/*M!100600 … */` MariaDB's), and clients strip those: the queries are sent inside of literals.
"""

from __future__ import annotations

from migkit.model.changes import Column, Constraint, EnumValue, Index, Part, Table
from migkit.ops.mysql_text import quoted_value
from migkit.ops.mysql_words import of_table, text

_COLUMN = (
    "CONCAT_WS(' ', column_type, CONCAT('COLLATE ', collation_name), IF(is_nullable = 'NO', 'NOT NULL', NULL),"
    " IF(column_default IS NULL, NULL, CONCAT('DEFAULT ', QUOTE(column_default))), NULLIF(extra, ''),"
    " CONCAT('AS (', NULLIF(generation_expression, ''), ')'),"
    " IF(column_comment = '', NULL, CONCAT('COMMENT ', QUOTE(column_comment))) /*!80003 , CONCAT('SRID ', srs_id) */)"
)
VALUES = (  # of an enum, each between commas
    "CONCAT(',', SUBSTRING(column_type, LOCATE('(', column_type) + 1,"
    " CHAR_LENGTH(column_type) - LOCATE('(', column_type) - 1), ',')"
)
_PARTS = (
    "GROUP_CONCAT(CONCAT(COALESCE(column_name /*!80013 , CONCAT('(', expression, ')') */),"
    " COALESCE(CONCAT('(', sub_part, ')'), ''), IF(collation = 'D', ' DESC', '')) ORDER BY seq_in_index SEPARATOR ', ')"
)
_KEY = (
    f"CONCAT_WS(' ', IF(MAX(non_unique) = 0, 'UNIQUE', NULL), NULLIF(MAX(index_type), 'BTREE'), CONCAT('(', {_PARTS},"
    " ')'), IF(MAX(index_comment) = '', NULL, CONCAT('COMMENT ', QUOTE(MAX(index_comment))))"
    " /*!80013 , IF(MAX(is_visible) = 'NO', 'INVISIBLE', NULL) */"
    " /*M!100600 , IF(MAX(ignored) = 'YES', 'IGNORED', NULL) */)"
)
_QUOTED = "CONCAT('`', REPLACE({0}, '`', '``'), '`')"
_LISTED = f"GROUP_CONCAT({_QUOTED} ORDER BY k.ordinal_position SEPARATOR ', ')"
_ACTION = "IF(MAX(r.{0}_rule) IN ('CASCADE', 'SET NULL', 'SET DEFAULT'), CONCAT(' ON {1} ', MAX(r.{0}_rule)), '')"
_FOREIGN = (
    f"CONCAT('FOREIGN KEY (', {_LISTED.format('k.column_name')}, ') REFERENCES ', IF(MAX(k.referenced_table_schema)"
    f" = MAX(k.table_schema), '', CONCAT({_QUOTED.format('MAX(k.referenced_table_schema)')}, '.')),"
    f" {_QUOTED.format('MAX(k.referenced_table_name)')}, ' (', {_LISTED.format('k.referenced_column_name')}, ')',"
    f" {_ACTION.format('delete', 'DELETE')}, {_ACTION.format('update', 'UPDATE')})"
)
_FOREIGN_FROM = (
    "information_schema.key_column_usage k JOIN information_schema.referential_constraints r"
    " ON r.constraint_schema = k.constraint_schema AND r.constraint_name = k.constraint_name"
    " AND r.table_name = k.table_name WHERE k.referenced_table_name IS NOT NULL AND "
)
_CHECK_FROM = (
    "information_schema.table_constraints k JOIN information_schema.check_constraints c"
    " ON c.constraint_schema = k.constraint_schema AND c.constraint_name = k.constraint_name"
    " /*M!100600 AND c.table_name = k.table_name */ WHERE k.constraint_type = 'CHECK' AND "
)
_OPTIONS = (
    "CONCAT_WS(' ', engine, CONCAT('COLLATE ', table_collation), NULLIF(row_format, 'Dynamic'),"
    " NULLIF(create_options, ''), IF(table_comment = '', NULL, CONCAT('COMMENT ', QUOTE(table_comment))))"
)


def there(part: Part) -> str:
    """Give an expression that is 1 where something has the part's name, else 0."""
    if isinstance(part, Table):
        return f"EXISTS(SELECT 1 FROM information_schema.tables WHERE {of_table(part.name)})"
    if isinstance(part, EnumValue):
        return f"EXISTS(SELECT 1 FROM {_column_from(part.table, part.enum)} AND {has_value(part.value)})"
    if isinstance(part, Column):
        return f"EXISTS(SELECT 1 FROM {_column_from(part.table, part.name)})"
    assert isinstance(part, Index | Constraint), "what else is part of a table"
    if isinstance(part, Index) or part.kind in ("unique", "primary key"):
        return f"EXISTS(SELECT 1 FROM {_index_from(part.table, key_name(part))})"
    kinds = {"check": " AND constraint_type = 'CHECK'", "foreign key": " AND constraint_type = 'FOREIGN KEY'"}
    where = f"{of_table(part.table)} AND constraint_name = {text(part.name)}{kinds.get(part.kind, '')}"
    return f"EXISTS(SELECT 1 FROM information_schema.table_constraints WHERE {where})"


def fact(part: Part, table: str, name: str) -> str:
    """Give an expression for what the part is, as it stands in `table` under `name`."""
    if isinstance(part, Column):
        return f"(SELECT {_COLUMN} FROM {_column_from(table, name)})"
    if isinstance(part, EnumValue):
        return f"(SELECT {_order(part)} FROM {_column_from(table, part.enum)})"
    assert isinstance(part, Index | Constraint), "a table has many facts"
    if isinstance(part, Constraint) and part.kind == "check":
        return f"(SELECT c.check_clause FROM {_CHECK_FROM}{_of(table, 'k')} AND k.constraint_name = {text(name)})"
    if isinstance(part, Constraint) and part.kind == "foreign key":
        return f"(SELECT {_FOREIGN} FROM {_FOREIGN_FROM}{_of(table, 'k')} AND k.constraint_name = {text(name)})"
    return f"(SELECT {_KEY} FROM {_index_from(table, name)})"


def place(part: Column) -> str:
    """Give an expression for where a column stands."""
    before = f"SELECT ordinal_position - 1 FROM {_column_from(part.table, part.name)}"
    where = f"{of_table(part.table)} AND ordinal_position = ({before})"
    return f"COALESCE((SELECT CONCAT('after ', column_name) FROM information_schema.columns WHERE {where}), 'first')"


def column_key(table: str, name: str, index: str = "") -> str:
    """Give a condition that a unique index stands on this column alone; `index` may name it."""
    where = f"{of_table(table)} AND non_unique = 0" + (f" AND index_name = {text(index)}" if index else "")
    one = f"HAVING COUNT(*) = 1 AND MAX(column_name) = {text(name)}"
    return f"EXISTS(SELECT 1 FROM information_schema.statistics WHERE {where} GROUP BY index_name {one})"


def column_reference(table: str, name: str) -> str:
    """Give an expression for the foreign keys of one column."""
    keys = f"information_schema.key_column_usage WHERE {of_table(table)} AND column_name = {text(name)}"
    own = f"k.constraint_name IN (SELECT constraint_name FROM {keys})"
    each = f"SELECT {_FOREIGN} AS fact FROM {_FOREIGN_FROM}{_of(table, 'k')} AND {own} GROUP BY k.constraint_name"
    return f"(SELECT GROUP_CONCAT(fact ORDER BY fact SEPARATOR '; ') FROM ({each}) AS told)"


def facts(table: str, declared: frozenset[str], foreign_keys: tuple[str, ...] = ()) -> str:
    """Give a query of `part` and `fact` for the parts of a table, as its shape has them.

    `declared` are the indexes that count though they are not unique, `foreign_keys` what is not really there.
    """
    own = of_table(table)
    listed = ", ".join(map(text, sorted(declared))) or "NULL"
    part = "CONCAT(IF(MAX(non_unique) = 0, 'constraint ', 'index '), index_name)"
    foreign = f"{_FOREIGN_FROM}{_of(table, 'k')} GROUP BY k.constraint_name"
    keys = f"information_schema.statistics WHERE {own} AND (non_unique = 0 OR index_name IN ({listed}))"
    selects = [
        f"SELECT CONCAT('column ', column_name) AS part, {_COLUMN} AS fact FROM information_schema.columns WHERE {own}",
        f"SELECT {part}, {_KEY} FROM {keys} GROUP BY index_name",
        f"SELECT CONCAT('constraint ', c.check_clause), '' FROM {_CHECK_FROM}{_of(table, 'k')}",
        f"SELECT CONCAT('constraint ', {_FOREIGN}), '' FROM {foreign}",
        f"SELECT 'table', {_OPTIONS} FROM information_schema.tables WHERE {own}",
        *(f"SELECT {text(f'constraint {one}')}, ''" for one in foreign_keys),
    ]
    union = " UNION ALL ".join(selects)
    plain = "CONVERT({0} USING utf8mb4) COLLATE utf8mb4_bin AS {0}"
    return f"SELECT {plain.format('part')}, {plain.format('fact')} FROM ({union}) AS told"


def key_name(part: Index | Constraint) -> str:
    """Give the name of the index that an index or a key is."""
    return "PRIMARY" if isinstance(part, Constraint) and part.kind == "primary key" else part.name


def has_value(value: str) -> str:
    """Give the condition that an enum's type has a value."""
    wanted = text(f",{quoted_value(value)},")
    return f"(data_type IN ('enum', 'set') AND LOCATE(CAST({wanted} AS BINARY), {VALUES}) > 0)"


def _order(part: EnumValue) -> str:
    """Give an expression for where a value stands in an enum, as `mysql_text.value` says it."""
    beside = part.after or part.before
    if not beside:
        return text(repr(part.value))
    at = "LOCATE(CAST({0} AS BINARY), column_type)"
    one, other = (at.format(text(quoted_value(value))) for value in (beside, part.value))
    said = (f"{part.value!r} after {beside!r}", f"{part.value!r} before {beside!r}")
    return f"IF({one} = 0, {text(repr(part.value))}, IF({one} < {other}, {text(said[0])}, {text(said[1])}))"


def _column_from(table: str, name: str) -> str:
    return f"information_schema.columns WHERE {of_table(table)} AND column_name = {text(name)}"


def _index_from(table: str, name: str) -> str:
    return f"information_schema.statistics WHERE {of_table(table)} AND index_name = {text(name)}"


def _of(table: str, alias: str) -> str:
    return (
        of_table(table)
        .replace("table_schema", f"{alias}.table_schema", 1)
        .replace(" AND table_name", f" AND {alias}.table_name", 1)
    )
