"""Alembic's operations and their guarded twins in migkit.ops: the same call by another name, and the import (pure)."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import field
from functools import lru_cache, partial

from migkit.lint.fixes.place import GUARDED, Place
from migkit.model.script import Span
from migkit.values import dataclass

Edits = tuple[tuple[int, int, str], ...]
_IMPORT = "import migkit.ops  # noqa: F401\n"
_NEEDLESS = ("if_exists", "if_not_exists")  # by name alone: the twin asks for the shape
_EVENTS = {"Enum", "ENUM", "Geometry", "Geography", "Raster"}  # types that bring statements of their own with a table
_KEYS = ("primary_key", "unique", "index")


@dataclass(frozen=True, slots=True)
class _Twin:
    """A guarded twin: its name, its first parameters in order by Alembic's names, and other keywords that it takes.

    `least` are how many of the first ones must be there.
    """

    name: str
    first: Mapping[str, str]
    least: int
    other: frozenset[str] = field(default_factory=lambda: frozenset({"schema"}))
    any_other: bool = False


_TWINS: Mapping[str, _Twin] = {
    "create_table": _Twin("create_table_if_missing", {"table_name": "name"}, 2, any_other=True),
    "drop_table": _Twin("drop_table_if_exists", {"table_name": "name"}, 1),
    "add_column": _Twin("add_column_if_missing", {"table_name": "table", "column": "column"}, 2),
    "drop_column": _Twin("drop_column_if_exists", {"table_name": "table", "column_name": "name"}, 2),
    "create_index": _Twin(
        "create_index_if_missing",
        {"index_name": "name", "table_name": "table", "columns": "columns"},
        3,
        any_other=True,
    ),
    "drop_index": _Twin("drop_index_if_exists", {"index_name": "name", "table_name": "table"}, 2),
    "create_unique_constraint": _Twin(
        "create_unique_constraint_if_missing",
        {"constraint_name": "name", "table_name": "table", "columns": "columns"},
        3,
        frozenset({"schema", "deferrable", "initially", "postgresql_nulls_not_distinct"}),
    ),
    "create_check_constraint": _Twin(
        "create_check_constraint_if_missing",
        {"constraint_name": "name", "table_name": "table", "condition": "condition"},
        3,
    ),
    "create_foreign_key": _Twin(
        "create_foreign_key_if_missing",
        {
            "constraint_name": "name",
            "source_table": "source",
            "referent_table": "referent",
            "local_cols": "local_cols",
            "remote_cols": "remote_cols",
        },
        5,
        frozenset({"onupdate", "ondelete", "deferrable", "initially", "match", "source_schema", "referent_schema"}),
    ),
    "drop_constraint": _Twin(
        "drop_constraint_if_exists", {"constraint_name": "name", "table_name": "table", "type_": "type_"}, 2
    ),
}


def guarded(place: Place, span: Span) -> Edits | None:
    """Give every operation of a revision the name of its guarded twin, whose arguments are the same.

    All of them or none, both ways: a downgrade asks what its upgrade found there, and half a guard keeps nobody from
    failing half-way. What is renamed beside other statements is not there for them when they run again.
    """
    if not any(place.statement(span) in body for body in place.functions()):
        return None
    return _whole(place)


@lru_cache(maxsize=1)  # each statement of a revision is found, and the answer is one
def _whole(place: Place) -> Edits | None:
    imported = _imported(place)
    if imported is None or any(map(partial(_renames, place), place.functions())):
        return None
    edits: list[tuple[int, int, str]] = []
    for statement in (one for body in place.functions() for one in body):
        operation = place.operation(statement)
        if operation is None:
            return None
        name, call = operation
        if not GUARDED.fullmatch(name):
            twin = _TWINS.get(name)
            if twin is None or not _fits(twin, name, call):
                return None
            edits += _renamed(place, twin, name, call)
    return (*edits, *imported) if edits else None


def _renames(place: Place, body: Sequence[ast.stmt]) -> bool:
    """Whether a function renames something beside other statements."""
    names = [found[0] for found in map(place.operation, body) if found]
    return len(body) > 1 and any(name.startswith("rename_") for name in names)


def _renamed(place: Place, twin: _Twin, name: str, call: ast.Call) -> Edits:
    end = place.end(call.func)
    edits = [(end - len(name), end, twin.name)]
    for keyword in call.keywords:
        said = keyword.arg or ""
        if said in _NEEDLESS:
            edits.append(_without(place, call, keyword))
        elif twin.first.get(said, said) != said:
            start = place.source.offset(keyword.lineno, keyword.col_offset)
            edits.append((start, start + len(said), twin.first[said]))
    return tuple(edits)


def _fits(twin: _Twin, name: str, call: ast.Call) -> bool:
    """Whether the twin takes the call's arguments, as far as they can be seen."""
    if any(isinstance(one, ast.Starred) for one in call.args) or any(one.arg is None for one in call.keywords):
        return False
    names = {keyword.arg for keyword in call.keywords if keyword.arg} - set(_NEEDLESS)
    if name != "create_table" and len(call.args) > len(twin.first):
        return False
    there = len(call.args) + len(names & twin.first.keys())
    known = names <= {*twin.first, *twin.other} or (twin.any_other and not names & {"info", "prefixes", "listeners"})
    given = [*call.args[:1], *(one.value for one in call.keywords if one.arg == next(iter(twin.first)))]
    unnamed = any(isinstance(one, ast.Constant) and one.value is None for one in given)
    more = (name == "add_column" and _carries_key(call)) or bool(_names(call) & _EVENTS)
    return there >= twin.least and known and not unnamed and not more


def _carries_key(call: ast.Call) -> bool:
    """Whether a column that is added brings a key of its own, or is no `Column(…)` that can be seen."""
    column = call.args[1] if len(call.args) > 1 else None
    if not isinstance(column, ast.Call):
        return True
    keys = [word.value for word in column.keywords if word.arg in _KEYS]
    told = any(not (isinstance(one, ast.Constant) and one.value in (False, None)) for one in keys)
    return (
        told
        or bool(_names(column) & {"ForeignKey", "CheckConstraint"})
        or any(one.arg is None for one in column.keywords)
    )


def _names(node: ast.AST) -> set[str]:
    """Give the names that stand in a call, without what they belong to."""
    return {one.attr if isinstance(one, ast.Attribute) else getattr(one, "id", "") for one in ast.walk(node)}


def _without(place: Place, call: ast.Call, keyword: ast.keyword) -> tuple[int, int, str]:
    """Take a keyword out, with the comma before it."""
    given = sorted((*call.args, *(one.value for one in call.keywords)), key=place.begin)
    before = given[given.index(keyword.value) - 1]
    return place.end(before), place.end(keyword.value), ""


def _imported(place: Place) -> Edits | None:
    """Import migkit.ops, which registers the operations, where the file does not; None where that has no place."""
    imports = [node for node in place.tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    for node in imports:
        names = {alias.name for alias in node.names}
        whole = isinstance(node, ast.Import) and any(f"{one}.".startswith("migkit.ops.") for one in names)
        part = isinstance(node, ast.ImportFrom) and (
            (node.module == "migkit" and "ops" in names) or (node.module or "").startswith("migkit.ops")
        )
        if whole or part:
            return ()
    line = place.text.find("\n", place.end(imports[-1])) + 1 if imports else 0
    return ((line, line, _IMPORT),) if line else None
