"""What the products have in common: clauses of one ALTER gathered, the layout of a statement, what nobody knows yet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from migkit.ddl.lexis import broken, checked
from migkit.ddl.names import Names
from migkit.errors import ConfigError
from migkit.model import Column, Constraint, Index, Part, Rename, Table
from migkit.values import dataclass

INDENT = "    "


class Unknown(ConfigError):  # noqa: N818  # a state, as StepFailed is
    """A definition that nobody gave: `part` is the one that lacks it."""

    def __init__(self, part: Part) -> None:
        name = ".".join(filter(None, (getattr(part, "table", ""), getattr(part, "name", ""))))
        what = "type" if isinstance(part, Column) else "definition"
        super().__init__(f"the {what} of {name} is not known", remedy=f"give the {what} of {name}")
        self.part = part


@dataclass(frozen=True, slots=True)
class Clause:
    """One action of an ALTER TABLE.

    `names` are those that it takes or gives, `alone` the statement that stands for it where it is the only one.
    `after` are statements that follow the ALTER. `lasting` names are not free again before the ALTER that drops them is
    done.
    """

    table: str
    text: str
    names: frozenset[str] = frozenset()
    alone: str = ""
    after: tuple[str, ...] = ()
    rename: bool = False
    lasting: frozenset[str] = frozenset()


def gathered(pieces: Iterable[Clause | str], names: Names) -> list[str]:
    """Make one ALTER of consecutive clauses of a table; an empty text parts two of them."""
    found: list[str] = []
    group: list[Clause] = []
    for piece in (*pieces, ""):
        if group and (isinstance(piece, str) or not _joins(piece, group)):
            found += _altered(group, names)
            group = []
        if isinstance(piece, Clause):
            group.append(piece)
        elif piece:
            found.append(piece)
    return found


def _joins(clause: Clause, group: Sequence[Clause]) -> bool:
    """Whether a clause can stand in the same ALTER: what a name means there is not changed by another clause."""
    first = group[0]
    if clause.table != first.table:
        return False
    if clause.rename or first.rename:
        return clause.rename and first.rename and not any(one.names & clause.names for one in group)
    return not any(one.lasting & clause.lasting for one in group)


def _altered(group: Sequence[Clause], names: Names) -> list[str]:
    after = [one for clause in group for one in clause.after]
    texts = [clause.text for clause in group if clause.text]
    if len(texts) == 1 and len(group) == 1 and group[0].alone:
        return [group[0].alone, *after]
    head = f"ALTER TABLE {names.table(group[0].table)}"
    if not texts:
        return after
    if len(texts) == 1:
        return [f"{head} {texts[0]}", *after]
    return [head + "".join(f"\n{INDENT}{text}," for text in texts)[:-1], *after]


def table_text(part: Table, names: Names, items: Sequence[str] = (), options: str = "", *, head: str = "") -> str:
    """Write CREATE TABLE: columns (their names in a column of their own), constraints, then `items`."""
    if not part.columns:
        raise Unknown(part)
    width = max(len(names.name(column.name)) for column in part.columns)
    lines = [f"{names.name(column.name):<{width}} {known(column, names)}" for column in part.columns]
    lines += [constraint_text(one, names) for one in part.constraints]
    body = f",\n{INDENT}".join((*lines, *items))
    tail = f" {options}" if options else ""
    return f"{head or 'CREATE TABLE'} {names.table(part.name)} (\n{INDENT}{body}\n){tail}"


def constraint_text(part: Constraint, names: Names) -> str:
    """Write a constraint as it stands in CREATE TABLE, or after ADD."""
    if not part.definition:
        raise Unknown(part)
    own = wanted(part.definition, names, f"the constraint {part.name}")
    own_name = own.upper().startswith("CONSTRAINT ")
    nameless = not part.name or (part.kind == "primary key" and part.name in ("PRIMARY", "PRIMARY KEY"))
    return own if own_name or nameless or own.startswith(part.name) else f"CONSTRAINT {names.name(part.name)} {own}"


def known(part: Column, names: Names) -> str:
    """Give a column's definition; raises Unknown where there is none."""
    if not part.definition.strip():
        raise Unknown(part)
    return wanted(part.definition, names, f"the definition of {part.table}.{part.name}")


def wanted(sql: str, names: Names, what: str, *, commas: bool = False) -> str:
    """Give SQL that stands in a statement; raises ConfigError where it would end it."""
    return checked(sql, names.engine.family, what, commas=commas)


def listed(part: Index, names: Names) -> str:
    """Write the parts of an index."""
    if not part.parts:
        raise Unknown(part)
    return ", ".join(wanted(one, names, f"a part of the index {part.name}") for one in part.parts)


def named_index(own: str, pattern: re.Pattern[str], name: str) -> str:
    """Put an index's name into the server's own words for it."""
    match = pattern.match(own)
    if match is None:
        raise broken(own, "it begins with KEY, UNIQUE KEY, FULLTEXT KEY or SPATIAL KEY and its columns")
    return f"{match[1]} {name} {own[match.end() :]}"


def cannot(part: Part | Rename, names: Names, remedy: str) -> ConfigError:
    """Make the error for a change that a product has no statement for."""
    kind = type(part).__name__
    name = getattr(part, "name", getattr(part, "enum", ""))
    return ConfigError(f"{names.engine.product} cannot do this to {kind.lower()} {name}", remedy=remedy)
