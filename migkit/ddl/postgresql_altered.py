"""A PostgreSQL column given another definition: one action of ALTER COLUMN for each thing in which it differs."""

from __future__ import annotations

from collections.abc import Iterator

from migkit.ddl.clauses import cannot
from migkit.ddl.names import Names
from migkit.ddl.postgresql_casts import using
from migkit.ddl.postgresql_columns import Described
from migkit.ddl.postgresql_words import grants
from migkit.model import Column

_SET_EXPRESSION = 17  # the major versions that know the words
_STORAGE_DEFAULT = 16
_MAIN = ("numeric", "inet", "cidr", "geometry", "geography")


def altered(part: Column, now: Described, was: Described | None, names: Names) -> tuple[list[str], list[str]]:
    """Give the actions, and the statements behind them; where it is not known what it `was`, all that may differ."""
    if was is not None and set(now.others) - set(was.others):
        raise cannot(part, names, "give its constraint as one of the table's: Create(Constraint)")
    if now.generated and (was is None or not was.generated or not _keeps(now, was, names)):
        return _made_anew(part, now, names)
    if was is not None and was.generated.upper().endswith("VIRTUAL") and not now.generated:
        return _made_anew(part, now, names)
    column = f"ALTER COLUMN {names.name(part.name)}"
    actions = [f"{column} {action}" for action in (*_dropped(now, was), *_typed(part, now, was, names))]
    actions += [action.format(column=column) for action in _null(part, now, was, names)]
    actions += [f"{column} {action}" for action in (*_value(now, was), *_storage(now, was, names))]
    return actions, list(_said(part, now, was, names))


def behind(part: Column, column: Described, names: Names) -> tuple[list[str], list[str]]:
    """Give the actions and the statements that follow a column's CREATE TABLE or ADD COLUMN."""
    null = [_added_null(part, column, names)] if column.null_later else []
    bare = Described(column.type, compression=column.compression)
    actions = [f"ALTER COLUMN {names.name(part.name)} {action}" for action in _storage(column, bare, names)]
    return [*null, *actions], list(_said(part, column, bare, names))


def comment(kind: str, name: str, text: str) -> str:
    """Write COMMENT ON; no text takes it away."""
    return f"COMMENT ON {kind} {name} IS {text or 'NULL'}"


def _keeps(now: Described, was: Described, names: Names) -> bool:
    """Whether a generated column can stay, with its expression or another one (PostgreSQL 17)."""
    if now.generated == was.generated:
        return True
    same_kind = now.generated.split()[-1].upper() == was.generated.split()[-1].upper()
    return same_kind and _major(names) >= _SET_EXPRESSION


def _made_anew(part: Column, now: Described, names: Names) -> tuple[list[str], list[str]]:
    name = names.name(part.name)
    actions, after = behind(part, now, names)
    return [f"DROP COLUMN {name}", f"ADD COLUMN {name} {now.inline}", *actions], after


def _dropped(now: Described, was: Described | None) -> Iterator[str]:
    if was is not None and was.identity and not now.identity:
        yield "DROP IDENTITY"
    if was is not None and was.generated and not now.generated:
        yield "DROP EXPRESSION"
    elif was is None or (was.default and (was.default != now.default or _retyped(now, was))):
        yield "DROP DEFAULT"  # one that has no cast to the new type would stop it


def _typed(part: Column, now: Described, was: Described | None, names: Names) -> Iterator[str]:
    if was is None or _retyped(now, was):
        collate = f" COLLATE {now.collate}" if now.collate else ""
        yield f"TYPE {now.type}{collate}{using(names.name(part.name), now.type, was.type) if was else ''}"
    if was is not None and now.generated and now.generated != was.generated:
        yield f"SET EXPRESSION AS {now.generated.rpartition(' ')[0]}"


def _retyped(now: Described, was: Described) -> bool:
    return (now.type, now.collate) != (was.type, was.collate)


def _null(part: Column, now: Described, was: Described | None, names: Names) -> Iterator[str]:
    if was is not None and now.null == was.null:
        return
    renamed = now.named_null or (was is not None and was.named_null)
    if (was is None or was.null) and (not now.null or renamed):
        yield "{column} DROP NOT NULL"
    if now.named_null:
        yield _added_null(part, now, names).replace("{", "{{").replace("}", "}}")
    elif now.null:
        yield "{column} SET NOT NULL"


def _added_null(part: Column, column: Described, names: Names) -> str:
    """Write NOT NULL as a constraint of the table (PostgreSQL 18)."""
    at = column.null.upper().rindex("NOT NULL") + len("NOT NULL")
    return f"ADD {column.null[:at]} {names.name(part.name)}{column.null[at:]}"


def _value(now: Described, was: Described | None) -> Iterator[str]:
    if now.default and (was is None or was.default != now.default or _retyped(now, was)):
        yield f"SET DEFAULT {now.default}"
    if now.identity and (was is None or not was.identity):
        yield f"ADD GENERATED {now.identity}"
    elif was is not None and now.identity and now.identity != was.identity:
        yield f"SET GENERATED {now.identity.upper().partition(' AS ')[0]}"


def _storage(now: Described, was: Described | None, names: Names) -> Iterator[str]:
    """Write what TYPE leaves, and its storage, which TYPE sets to the usual one."""
    present = was or Described(now.type)
    if now.storage != ("" if was is None or _retyped(now, was) else was.storage):
        yield f"SET STORAGE {now.storage or _usual_storage(now, names)}"
    if now.compression != present.compression:
        yield f"SET COMPRESSION {now.compression or 'default'}"
    if now.statistics != present.statistics:
        yield f"SET STATISTICS {now.statistics or '-1'}"
    if now.options != present.options:
        gone = option_names(present.options) - option_names(now.options)
        if gone:
            yield f"RESET ({', '.join(sorted(gone))})"
        if now.options:
            yield f"SET {now.options}"


def _usual_storage(column: Described, names: Names) -> str:
    """Give the word for a type's own storage, or the storage itself of nearly every type that has more than one."""
    return "DEFAULT" if _major(names) >= _STORAGE_DEFAULT else "MAIN" if column.type.startswith(_MAIN) else "EXTENDED"


def _major(names: Names) -> int:
    return int(names.engine.version.partition(".")[0] or 0)


def option_names(group: str) -> set[str]:
    """Name the options in a parenthesis: `(a=1, b=2)`."""
    return {one.partition("=")[0].strip() for one in group.strip("()").split(",") if one.strip()}


def _said(part: Column, now: Described, was: Described | None, names: Names) -> Iterator[str]:
    table, name = names.table(part.table), names.name(part.name)
    present = was or Described(now.type)
    if now.comment != present.comment:
        yield comment("COLUMN", f"{table}.{name}", now.comment)
    if now.null_comment != present.null_comment and now.null:
        own = now.null_name or names.name(f"{names.parts(part.table)[-1]}_{part.name}_not_null")
        yield comment("CONSTRAINT", f"{own} ON {table}", now.null_comment)
    if now.acl != present.acl:
        yield from changed_grants(now.acl, present.acl, "TABLE", table, name)


def changed_grants(now: str, was: str, kind: str, name: str, column: str = "") -> Iterator[str]:
    """Write what brings one list of privileges to another."""
    swapped = was.translate(str.maketrans("+-", "-+")) if was else ""
    wanted, undone = grants(now, kind, name, column), grants(swapped, kind, name, column)
    kept = set(grants(was, kind, name, column))
    yield from (one for one, old in zip(undone, grants(was, kind, name, column), strict=True) if old not in wanted)
    yield from (one for one in wanted if one not in kept)
