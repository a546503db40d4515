"""What can be said of a history before any of its code runs: before a server is started for nothing."""

from __future__ import annotations

import ast
import configparser
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from migkit.alembic_io.graph import Entry, as_tuple, check
from migkit.alembic_io.history import alembic_config, begun, no_revision, option, script_directory, unreadable
from migkit.alembic_io.surroundings import caught_output, working_directory
from migkit.errors import HistoryError
from migkit.model import Schema

_IN_A_PACKAGE = re.compile(r"^[\w.]+:(?!\\)")


def survey(schema: Schema) -> tuple[Entry, ...]:
    """Read the revision files as source: HistoryError for a syntax error, a duplicate id, an unknown parent, no file.

    Gives () for a history that has not begun, and where that cannot be told without running code: the folder is found
    by importing a package, or a file computes its own id.
    """
    found = entries(schema)
    check(found)
    return found


def entries(schema: Schema) -> tuple[Entry, ...]:
    """Read the revision files as `survey` does, whatever graph they form."""
    known = sys.path[:]
    with working_directory(schema.directory), caught_output():
        config = alembic_config(schema)
        try:
            location = option(config, "script_location")
        except configparser.Error as error:
            raise unreadable(error, schema) from None
        if _IN_A_PACKAGE.match(location):
            return ()
        script = script_directory(config, schema)
        sys.path[:] = known  # nothing of the user's is to be found by an import
        folders = [Path(folder) for folder in script._version_locations]
        recursive = script.recursive_version_locations
        paths = [path.resolve() for folder in folders for path in _files(folder, recursive=recursive)]
        new = not paths and begun(script)
    if not paths and not new:
        raise no_revision(schema)
    read = [_entry(path) for path in paths]
    whole = tuple(entry for entry in read if entry is not None)
    return whole if len(whole) == len(read) else ()


def _files(folder: Path, *, recursive: bool) -> Iterator[Path]:
    found = folder.rglob("*.py") if recursive else folder.glob("*.py")
    return (path for path in sorted(found) if path.name != "__init__.py" and not path.name.startswith("."))


def _entry(path: Path) -> Entry | None:
    try:
        tree = ast.parse(path.read_bytes(), str(path))
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        raise HistoryError(
            f"syntax error: {getattr(error, 'msg', error)}", remedy="mend the file", path=path, line=line
        ) from error
    found = {name: (value, line) for name, value, line in _assigned(tree)}
    values = {name: value for name, (value, _line) in found.items()}
    ident, *named = (values.get(name) for name in ("revision", "down_revision", "depends_on", "branch_labels"))
    if not isinstance(ident, str) or not isinstance(named[0], str | tuple | list | None):
        return None
    parents, dependencies, labels = (as_tuple(None if value is ... else value) for value in named)
    return Entry(ident, parents, path, dependencies, labels, {name: line for name, (_value, line) in found.items()})


def _assigned(tree: ast.Module) -> Iterator[tuple[str, Any, int]]:
    """Give the module-level names that are assigned, with the literal and the line."""
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        for target in targets:
            if isinstance(target, ast.Name) and getattr(node, "value", None) is not None:
                try:
                    yield target.id, ast.literal_eval(node.value), node.lineno  # type: ignore[attr-defined]  # asked just above
                except ValueError:
                    yield target.id, ..., node.lineno
