"""SQLAlchemy's types as the SQL that they make, for each family; nothing of SQLAlchemy is imported.

What is here is held against SQLAlchemy's own compilers by a test.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from migkit.product import Family
from migkit.reading.methods import enum_of
from migkit.reading.values import Klass, Seq, Sym, Text, Unknown, Value, plain, string, strings

_MYSQL = ("mysql", "mariadb")
_PLAIN = {
    "Integer": "INTEGER",
    "BigInteger": "BIGINT",
    "SmallInteger": "SMALLINT",
    "Date": "DATE",
    "UnicodeText": "TEXT",
    "CLOB": "CLOB",
    "NCHAR": "NCHAR",
    "BLOB": "BLOB",
    "JSON": "JSON",
}
_POSTGRESQL = {
    "Boolean": "BOOLEAN",
    "BOOL": "BOOLEAN",
    "LargeBinary": "BYTEA",
    "BLOB": "BYTEA",
    "Double": "DOUBLE PRECISION",
    "Uuid": "UUID",
    "UUIDType": "UUID",
    "JSONType": "JSON",
    "Interval": "INTERVAL",
    "PickleType": "BYTEA",
    "GUID": "UUID",
}
_OF_MYSQL = {
    "Boolean": "BOOL",
    "BOOLEAN": "BOOL",
    "LargeBinary": "BLOB",
    "DateTime": "DATETIME",
    "Double": "DOUBLE",
    "DOUBLE_PRECISION": "DOUBLE PRECISION",
    "UnicodeText": "TEXT",
    "Uuid": "CHAR(32)",
    "UUIDType": "BINARY(16)",
    "JSONType": "JSON",
    "Interval": "DATETIME",
    "PickleType": "BLOB",
    "UUID": "UUID",
    "GUID": "CHAR(32)",
}
_OF_SQLITE = {
    "Boolean": "BOOLEAN",
    "LargeBinary": "BLOB",
    "DateTime": "DATETIME",
    "Double": "DOUBLE",
    "DOUBLE_PRECISION": "DOUBLE PRECISION",
    "Uuid": "CHAR(32)",
    "UUIDType": "BLOB",
    "Interval": "DATETIME",
    "PickleType": "BLOB",
    "JSONType": "JSON",
    "GUID": "CHAR(32)",
}
_OWN: dict[Family, Mapping[str, str]] = {
    "mysql": _OF_MYSQL,
    "mariadb": _OF_MYSQL | {"Uuid": "CHAR(32)"},
    "postgresql": _POSTGRESQL,
    "sqlite": _OF_SQLITE,
}
_LENGTHS = {
    "String": "VARCHAR",
    "Unicode": "VARCHAR",
    "VARCHAR": "VARCHAR",
    "NVARCHAR": "NVARCHAR",
    "CHAR": "CHAR",
    "NCHAR": "NCHAR",
    "AutoString": "VARCHAR",
    "BINARY": "BINARY",
    "VARBINARY": "VARBINARY",
    "BIT": "BIT",
    "TEXT": "TEXT",
    "Text": "TEXT",
    "CITEXT": "CITEXT",
}
_UTILS = {
    "ChoiceType": "VARCHAR(255)",
    "EmailType": "VARCHAR(255)",
    "URLType": "TEXT",
    "IPAddressType": "VARCHAR(50)",
    "TimezoneType": "VARCHAR(50)",
    "LocaleType": "VARCHAR(10)",
    "CountryType": "VARCHAR(2)",
    "CurrencyType": "VARCHAR(3)",
    "PhoneNumberType": "VARCHAR(20)",
    "ScalarListType": "TEXT",
    "ColorType": "VARCHAR(20)",
    "WeekDaysType": "BIT(7)",
}
_INTEGERS = frozenset({"TINYINT", "SMALLINT", "MEDIUMINT", "INTEGER", "INT", "BIGINT", "FLOAT", "DOUBLE", "REAL"})
_GEOMETRIES = {"Geometry": "geometry", "Geography": "geography", "Raster": "raster"}
_ROOTS = ("sqlalchemy", "sqlalchemy_utils", "geoalchemy2", "sqlmodel", "pgvector", "fastapi_users_db_sqlalchemy")


def sql(value: Value, family: Family) -> str:
    """Give the SQL of a type, "" where it is not known."""
    if isinstance(value, Klass):
        return sql(value.names.get("impl"), family)
    if isinstance(value, Sym):
        return _of_sym(value, family)
    return ""


def _of_sym(value: Sym, family: Family) -> str:
    if isinstance(value.base, Klass) and value.path.count(".") == 0:
        return sql(value.base, family)
    if value.last == "with_variant" and isinstance(value.base, Sym):
        names = {string(each) for each in value.args[1:]}
        return sql(value.args[0] if family in names or _alias(family) in names else value.base, family)
    if not value.path.lstrip(".").startswith(_ROOTS):
        return ""
    made = value if value.path.endswith("()") else Sym(f"{value.path}()")
    act = _BUILT.get(made.last)
    return act(made, family) if act else _simple(made, family)


def _alias(family: Family) -> str:
    return "mysql" if family == "mariadb" else family


def _simple(value: Sym, family: Family) -> str:
    name = value.last
    if name in _LENGTHS:
        length = _first(value, "length")
        word = _LENGTHS[name]
        return f"{word}({length})" if isinstance(length, int) else "" if isinstance(length, Unknown) else word
    if name in _INTEGERS:
        return _integer(value)
    own = _OWN[family].get(name)
    if own:
        return own
    if name in _PLAIN:
        return _PLAIN[name]
    if name in _UTILS:
        return sql(value.kwargs["impl"], family) if "impl" in value.kwargs else _UTILS[name]
    return name.replace("_", " ") if name.isupper() else ""


def _integer(value: Sym) -> str:
    """Give MySQL's numbers: their width, UNSIGNED, ZEROFILL."""
    known = {key: plain(each) for key, each in value.kwargs.items()}
    width = known.get("display_width", _first(value, "display_width") if value.last.endswith("INT") else None)
    words = f"{value.last}({width})" if isinstance(width, int) else value.last
    numbers = [known.get("precision"), known.get("scale")]
    if all(isinstance(each, int) for each in numbers):
        words = f"{value.last}({numbers[0]},{numbers[1]})"
    elif value.last == "FLOAT" and isinstance(numbers[0] or _first(value, "precision"), int):
        words = f"FLOAT({numbers[0] or _first(value, 'precision')})"
    return words + " UNSIGNED" * (known.get("unsigned") is True) + " ZEROFILL" * (known.get("zerofill") is True)


def _first(value: Sym, name: str, place: int = 0) -> Any:
    given = value.kwargs.get(name, value.args[place] if len(value.args) > place else None)
    return plain(given)


def _numeric(value: Sym, family: Family) -> str:
    del family
    word = "DECIMAL" if value.last == "DECIMAL" else "NUMERIC"
    precision, scale = _first(value, "precision"), _first(value, "scale", 1)
    if not isinstance(precision, int):
        return word
    unsigned = " UNSIGNED" * (plain(value.kwargs.get("unsigned")) is True)
    return (f"{word}({precision},{scale})" if isinstance(scale, int) else f"{word}({precision})") + unsigned


def _float(value: Sym, family: Family) -> str:
    precision = _first(value, "precision")
    return f"FLOAT({precision})" if isinstance(precision, int) and family != "sqlite" else "FLOAT"


def _moment(value: Sym, family: Family) -> str:
    """Give DateTime, Time, TIMESTAMP: with a time zone, with digits."""
    name = value.last
    word = {"DateTime": "TIMESTAMP", "DATETIME": "DATETIME", "Time": "TIME"}.get(name, name)
    if family != "postgresql":
        word = "DATETIME" if name == "DateTime" else word
        digits = _first(value, "fsp", 1)
        return f"{word}({digits})" if isinstance(digits, int) and not isinstance(digits, bool) else word
    if name == "DATETIME":
        return name
    zone = _first(value, "timezone")
    digits = _first(value, "precision", 1)
    width = f"({digits})" if isinstance(digits, int) and not isinstance(digits, bool) else ""
    return f"{word}{width} {'WITH' if zone is True else 'WITHOUT'} TIME ZONE"


def labels(value: Sym) -> tuple[str, ...]:
    """Give the values of sa.Enum, postgresql.ENUM, mysql.ENUM; nothing where one of them is not known."""
    if len(value.args) == 1 and isinstance(value.args[0], Klass):
        return enum_of(value.args[0])
    given = value.args[0] if len(value.args) == 1 and isinstance(value.args[0], Seq) else Seq(list(value.args))
    found = strings(given)
    known = all(isinstance(each, Text) and not each.holes for each in given.items)
    return found if known and given.whole else ()


def _enum(value: Sym, family: Family) -> str:
    name, values = string(value.kwargs.get("name")), labels(value)
    if family == "postgresql" and plain(value.kwargs.get("native_enum")) is not False:
        schema = string(value.kwargs.get("schema"))
        return (f"{schema}.{name}" if schema else name).upper() if name else ""
    if family in _MYSQL and plain(value.kwargs.get("native_enum")) is not False:
        quoted = ",".join("'" + each.replace("'", "''") + "'" for each in values)
        return f"ENUM({quoted})" if values else ""
    length = _first(value, "length", 99)
    longest = length if isinstance(length, int) else max((len(each) for each in values), default=0)
    return f"VARCHAR({longest})" if longest else ""


def _array(value: Sym, family: Family) -> str:
    inner = sql(value.args[0] if value.args else value.kwargs.get("item_type"), family)
    dimensions = _first(value, "dimensions", 99)
    return inner + "[]" * (dimensions if isinstance(dimensions, int) and 0 < dimensions < 9 else 1) if inner else ""  # noqa: PLR2004


def _geometry(value: Sym, family: Family) -> str:
    kind, srid = _first(value, "geometry_type"), _first(value, "srid", 1)
    kind = "GEOMETRY" if kind is None and not value.args else kind
    if not isinstance(kind, str):
        return _GEOMETRIES[value.last].upper()
    if family in _MYSQL:
        return kind.upper()
    return f"{_GEOMETRIES[value.last].upper()}({kind.upper()},{srid if isinstance(srid, int) else -1})"


def _uuid(value: Sym, family: Family) -> str:
    if value.last == "UUIDType" and plain(value.kwargs.get("binary")) is False and family != "postgresql":
        return "CHAR(32)"
    if value.last == "Uuid" and (family == "postgresql" and plain(value.kwargs.get("native_uuid")) is False):
        return "CHAR(32)"
    return _simple(value, family)


def _bits(value: Sym, family: Family) -> str:
    del family
    length = _first(value, "length")
    word = "BIT VARYING" if plain(value.kwargs.get("varying")) is True else "BIT"
    return f"{word}({length})" if isinstance(length, int) else word


def _vector(value: Sym, family: Family) -> str:
    del family
    size = _first(value, "dim")
    return f"VECTOR({size})" if isinstance(size, int) else "VECTOR"


def _decorated(value: Sym, family: Family) -> str:
    return sql(value.args[0] if value.args else None, family)


_BUILT: dict[str, Callable[[Sym, Family], str]] = {
    "Numeric": _numeric,
    "NUMERIC": _numeric,
    "DECIMAL": _numeric,
    "Float": _float,
    "DateTime": _moment,
    "DATETIME": _moment,
    "TIMESTAMP": _moment,
    "Time": _moment,
    "TIME": _moment,
    "Enum": _enum,
    "ENUM": _enum,
    "ARRAY": _array,
    "Geometry": _geometry,
    "Geography": _geometry,
    "UUIDType": _uuid,
    "Uuid": _uuid,
    "BIT": _bits,
    "Vector": _vector,
    "VECTOR": _vector,
    "EncryptedType": _decorated,
    "MutableDict": _decorated,
}
