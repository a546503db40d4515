"""PostgreSQL's enum types: values are added to them; for anything else another type takes the name."""

from __future__ import annotations

from collections.abc import Iterator

from migkit.ddl.clauses import Clause, Unknown, cannot
from migkit.ddl.enums import added
from migkit.ddl.names import Names
from migkit.ddl.postgresql_columns import described
from migkit.model import Alter, Column, Create, Drop, Enum, EnumValue


def enum(change: Create | Drop | Alter, part: Enum, names: Names) -> Iterator[Clause | str]:
    """Write what is done to a type."""
    if isinstance(change, Drop):
        yield f"DROP TYPE {names.table(part.name)}"
    elif isinstance(change, Create):
        yield _created(part, names)
    else:
        was = change.was
        if not isinstance(was, Enum):
            raise Unknown(part)
        if [value for value in part.values if value in was.values] == list(was.values):
            for value in added(part, was.values):
                yield from enum_value(Create(value), value, names)
        else:
            yield from _swapped(part, names)


def enum_value(change: Create | Drop | Alter, part: EnumValue, names: Names) -> Iterator[str]:
    """Write ADD VALUE, which runs outside of a transaction block."""
    if not isinstance(change, Create):
        raise cannot(
            part, names, "make the type anew: Alter(Enum) with the values that stay and the columns that have it"
        )
    place = ""
    if part.before or part.after:
        word, beside = ("BEFORE", part.before) if part.before else ("AFTER", part.after)
        place = f" {word} {names.literal(beside)}"
    yield f"ALTER TYPE {names.table(part.enum)} ADD VALUE {names.literal(part.value)}{place}"


def _created(part: Enum, names: Names) -> str:
    return f"CREATE TYPE {names.table(part.name)} AS ENUM ({', '.join(map(names.literal, part.values))})"


def _swapped(part: Enum, names: Names) -> Iterator[Clause | str]:
    """Let a new type take the name. A row that has a value which is gone stops it."""
    *schema, bare = names.parts(part.name)
    old = f"{bare}_old"
    yield f"ALTER TYPE {names.table(part.name)} RENAME TO {names.name(old)}"
    yield _created(part, names)
    for user in part.users:
        yield from (
            Clause(user.table, f"ALTER COLUMN {names.name(user.name)} {action}") for action in _moved(user, names)
        )
    yield f"DROP TYPE {'.'.join(names.name(one) for one in (*schema, old))}"


def _moved(user: Column, names: Names) -> Iterator[str]:
    column, name = described(user.definition), names.name(user.name)
    if column.default:
        yield "DROP DEFAULT"
    yield f"TYPE {column.type} USING {name}::{'text[]' if column.type.endswith(']') else 'text'}::{column.type}"
    if column.default:
        yield f"SET DEFAULT {column.default}"
