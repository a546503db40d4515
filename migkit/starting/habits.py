"""What a clear majority of a history does: style, prefixes, uuid type, timestamps, soft delete (pure).

What only some do is no convention, and is left out: a wrong one would be filled into every new revision.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from migkit.starting.revisions import Made, Read

_ENOUGH = 3  # of a kind, before it may be a habit
_MANY_TABLES = 6
_UUIDS = ("BINARY(16)", "CHAR(36)", "VARCHAR(36)", "CHAR(32)", "UUID", "BYTEA", "VARCHAR(32)")
_MOMENTS = re.compile(r"(DATETIME|TIMESTAMP)")
_DELETED = re.compile(r"(tm_deleted?|deleted_(at|on|time|date)|delete(d)?_at)", re.IGNORECASE)
_PATTERNS = {"tm_*": re.compile(r"tm_\w+"), "*_at": re.compile(r"\w+_at"), "*_on": re.compile(r"\w+_on")}
_SPELLED = (  # how SQLAlchemy spells a type, and the SQL of it
    (re.compile(r"(?:\w+\.)*(?:DateTime|TIMESTAMP)\(timezone=True\)"), "TIMESTAMP WITH TIME ZONE"),
    (re.compile(r"(?:\w+\.)*DATETIME\(fsp=(\d)\)"), r"DATETIME(\1)"),
    (re.compile(r"(?:\w+\.)*TIMESTAMP\(fsp=(\d)\)"), r"TIMESTAMP(\1)"),
    (re.compile(r"(?:\w+\.)*(?:UUID|Uuid)(?:\(.*\))?"), "UUID"),
    (re.compile(r"(?:\w+\.)*(?:String|VARCHAR|Unicode)\((?:length=)?(\d+).*\)"), r"VARCHAR(\1)"),
    (re.compile(r"(?:\w+\.)*(CHAR|BINARY)\((?:length=)?(\d+).*\)"), r"\1(\2)"),
    (re.compile(r"(?:\w+\.)*(BYTEA|TIMESTAMP|DATETIME)(?:\(\))?"), r"\1"),
)


def style(reads: Iterable[Read]) -> tuple[str, int, int]:
    """Give sql or ops, what most revisions are written in; how many are, and of how many."""
    sql = ops = 0
    for read in reads:
        raw = sum(map(bool, read.sql))
        own = sum(name.startswith(("create_", "add_", "drop_", "alter_", "rename_")) for name in read.operations)
        sql += raw > own
        ops += own > 0 and own >= raw
    return ("ops", ops, sql + ops) if ops and ops >= sql else ("sql", sql, sql + ops)


def prefixes(tables: Sequence[str]) -> tuple[str, ...]:
    """Give the first words that nearly all tables begin with, each shared by some; () where they are no habit."""
    first = Counter(f"{table.partition('_')[0]}_" for table in set(tables) if "_" in table)
    shared = {prefix: count for prefix, count in first.items() if count > 1}
    total = len(set(tables))
    usual = total >= _MANY_TABLES and sum(shared.values()) * 5 >= total * 4
    return tuple(sorted(shared)) if usual and len(shared) * 2 <= total else ()


def uuid_type(columns: Iterable[Made], dialect: str) -> str:
    """Give the type of ids, where it is one that holds a uuid."""
    types = [spelled(each.type, dialect) for each in columns if each.name == "id" or each.name.endswith("_id")]
    found = _most(types)
    return found if found in _UUIDS else ""


def timestamps(columns: Iterable[Made], dialect: str) -> tuple[str, str] | None:
    """Give the pattern of the names of moments, and their type."""
    moments = [
        (each.name, kind) for each in columns if _MOMENTS.match(kind := spelled(each.type, dialect)) and each.name
    ]
    for pattern, names in _PATTERNS.items():
        kinds = [kind for name, kind in moments if names.fullmatch(name)]
        if len(kinds) >= _ENOUGH and len(kinds) * 2 > len(moments) and (kind := _most(kinds)):
            return pattern, kind
    return None


def soft_delete(columns: Sequence[Made], tables: Iterable[str]) -> tuple[str, str] | None:
    """Give the column that marks a row as deleted, where most tables have it, and its default."""
    found = Counter((each.table, each.name) for each in columns if _DELETED.fullmatch(each.name))
    names = Counter(name for _table, name in found)
    name, count = max(names.items(), key=lambda item: item[1], default=("", 0))
    if count < _ENOUGH or count * 2 <= len(set(tables)):
        return None
    default = _most([_default(each.default) for each in columns if each.name == name])
    return name, default or "NULL"


def spelled(type_: str, dialect: str) -> str:
    """Give a type as SQL, whichever way it was written; another dialect's word for a moment is that of this one."""
    for pattern, sql in _SPELLED:
        if pattern.fullmatch(type_):
            type_ = pattern.sub(sql, type_)
            break
    else:
        type_ = _moment(dialect)(type_)
    return type_ if dialect != "postgres" else type_.replace("TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE")


def _moment(dialect: str) -> Callable[[str], str]:
    plain = "TIMESTAMP" if dialect == "postgres" else "DATETIME"
    return lambda type_: re.sub(r"(?:\w+\.)*DateTime\((?:timezone=False)?\)|(?:\w+\.)+DateTime", plain, type_)


def _default(written: str) -> str:
    """Give a default as SQL: `sa.text("now()")` is now()."""
    found = re.fullmatch(r"(?:\w+\.)*text\((['\"])(.*)\1\)", written)
    return (found[2] if found else written).strip() or "NULL"


def _most(values: Sequence[str]) -> str:
    """Give the value that four of five have, "" where there is none, or too few to say."""
    value, count = max(Counter(values).items(), key=lambda item: item[1], default=("", 0))
    return value if count >= _ENOUGH and count * 5 >= len(values) * 4 else ""
