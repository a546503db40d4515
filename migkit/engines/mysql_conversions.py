"""Which values MySQL and MariaDB do not convert to another type, as conditions in SQL.

Measured on MySQL 9.7.4 and MariaDB 10.11.19 with a strict sql_mode; tests/server/test_release_conversions.py holds it.
A SELECT changes such a value and warns, so that a condition is what tells them.
"""

from __future__ import annotations

from migkit.questions import Kind

_WHOLE = "^[[:space:]]*[-+]?[0-9]+[[:space:]]*$"
_NUMBER = "^[[:space:]]*[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]+)?[[:space:]]*$"
_BYTES = {"tinyint": 1, "smallint": 2, "mediumint": 3, "int": 4, "bigint": 8}
_MOST = {"float": "3.402823466e38", "double": "1.797693134862315e308"}
_TEXTS = ("char", "text")
_NO_TIME = (("datetime", "date"), ("datetime", "time"), ("timestamp", "date"), ("timestamp", "time"))


def mariadb_refuses(column: str, old: Kind, new: Kind) -> str | None:
    """Say it as MariaDB does, where a text that becomes an integer is one: neither 1.5 nor 1e2, and 0 no label."""
    if old.group in _TEXTS and new.group == "integer":
        return f"({column} NOT REGEXP '{_WHOLE}' OR {refuses(column, old, new)})"
    if old.group == "integer" and new.base == "enum":
        return f"{column} NOT BETWEEN 1 AND {len(new.values)}"
    return refuses(column, old, new)


def refuses(column: str, old: Kind, new: Kind) -> str | None:
    """Give the condition under which a value does not become one of another type."""
    if old.group in _TEXTS:
        return _of_text(column, new)
    if new.base == "bit":
        return _of_bits(column, old, new)
    if old.group == "enum" or new.group == "enum":
        return _of_labels(column, old, new)
    return _of_time(column, old, new) if old.group == "time" else _of_number(column, old, new)


def _of_labels(column: str, old: Kind, new: Kind) -> str | None:
    if old.base == "set" and new.base == "set":
        lost = [label for label in old.values if label not in new.values]
        return " OR ".join(f"FIND_IN_SET({_literal(label)}, {column}) > 0" for label in lost)
    if new.base == "enum" and old.group == "integer":
        return f"{column} NOT BETWEEN 0 AND {len(new.values)}"  # 0 is '', which is none of the labels
    return "" if old.base == "enum" and new.group == "integer" and len(old.values) <= _range(new)[1] else None


def _of_text(column: str, new: Kind) -> str | None:
    if new.base == "json":
        return f"NOT JSON_VALID({column})"
    if new.group in ("binary", "blob"):
        return f"LENGTH({column}) > {new.size}" if new.size is not None else None
    exact = f"CAST({column} AS DECIMAL(65, 30))"
    close = f"({column} + 0e0)"
    beyond = {
        "integer": lambda: _whole(f"ROUND({exact})", exact, new),
        "decimal": lambda: _decimal(exact, new),
        "float": lambda: _float(close, new, reached=True),
    }.get(new.group)
    return f"({column} NOT REGEXP '{_NUMBER}' OR {beyond()})" if beyond else None


def _of_number(column: str, old: Kind, new: Kind) -> str | None:
    if old.group == "float" and new.group == "integer":
        return _whole(f"ROUND({column})", column, new)
    if old.group == "float" and new.group == "decimal":
        return _decimal(column, new)
    if new.group == "float" and old.group in ("integer", "decimal", "float"):
        return _float(column, new, reached=False)
    return None


def _of_time(column: str, old: Kind, new: Kind) -> str | None:
    if new.base == "timestamp" and old.base in ("date", "datetime"):
        made = f"CAST({column} AS DATETIME({new.size or 0}))"
        second = f"COALESCE(UNIX_TIMESTAMP({made}), 0)"
        beyond = f"{made} < FROM_UNIXTIME(1) OR {second} NOT BETWEEN 1 AND 2147483647.999999"
        leapt = f"FROM_UNIXTIME({second}) <> {made}"  # an hour that the clocks leap over
        return f"{column} IS NOT NULL AND ({beyond} OR {leapt})"
    if (old.base, new.base) in _NO_TIME:
        return ""
    return f"{column} + 0 > {_range(new)[1]}" if old.base == "year" and new.group == "integer" else None


def _of_bits(column: str, old: Kind, new: Kind) -> str | None:
    if old.base != "bit" and old.group != "integer":
        return None
    return f"({column} + 0 < 0 OR {column} + 0 >= {2 ** (new.size or 1)})"


def _whole(rounded: str, value: str, new: Kind) -> str:
    low, high = _range(new)
    least = rounded if low else f"ROUND({value})"
    return f"({least} < {low} OR {rounded} >= {high + 1})"


def _decimal(value: str, new: Kind) -> str:
    scale = new.scale or 0
    beyond = f"ABS(ROUND({value}, {scale})) >= {10 ** ((new.size or 10) - scale)}"
    return f"({beyond} OR {value} < 0)" if new.unsigned else beyond


def _float(value: str, new: Kind, *, reached: bool) -> str:
    """Give what is beyond a FLOAT or a DOUBLE; of a text that is, no more than the largest is known (`reached`)."""
    beyond = f"ABS({value}) {'>=' if reached else '>'} {_MOST[new.base]}"
    return f"({beyond} OR {value} < 0)" if new.unsigned else beyond


def _range(one: Kind) -> tuple[int, int]:
    bits = _BYTES[one.base] * 8
    return (0, 2**bits - 1) if one.unsigned else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)


def _literal(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"
