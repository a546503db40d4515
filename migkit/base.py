"""The base schema: what stands before the first revision, for histories that begin on existing tables."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from migkit.address import masked_text
from migkit.alembic_io.surroundings import working_directory
from migkit.catalog import Catalog
from migkit.errors import ConfigError, TargetError
from migkit.model import Schema


def load(schema: Schema, url: str, catalog: Catalog) -> None:
    """Load `base_sql` of the schema into the database at `url`, committed.

    A file runs as the server's own client would run it; `module:function` is called with one argument, a SQLAlchemy
    Connection in a transaction. Raises ConfigError where there is no such file or function, or it fails.
    """
    if not schema.base_sql:
        return
    path = schema.directory / schema.base_sql
    run = partial(_file, catalog, path) if path.is_file() else partial(_call, _function(schema), url)
    try:
        with working_directory(schema.directory):
            run()
    except TargetError:
        raise
    except (Exception, SystemExit) as error:
        raise ConfigError(
            masked_text(f"schema {schema.name}: base_sql {schema.base_sql} failed: {error}"),
            remedy="it must load into an empty database",
        ) from error


def _function(schema: Schema) -> Callable[[Any], object]:
    name, colon, function = schema.base_sql.partition(":")
    if not colon or not name or "/" in name:
        raise ConfigError(
            f"schema {schema.name}: base_sql {schema.base_sql!r} is neither a file in {schema.directory} nor "
            "module:function",
            remedy="name a .sql file, or a callable as module:function",
        )
    sys.path.insert(0, str(schema.directory))
    try:
        found = getattr(importlib.import_module(name), function, None)
    except ImportError as error:
        raise ConfigError(
            f"schema {schema.name}: base_sql {schema.base_sql!r} does not import: {error}",
            remedy=f"put {name}.py into {schema.directory}, or install what it imports",
        ) from error
    finally:
        sys.path.remove(str(schema.directory))
    if not callable(found):
        raise ConfigError(
            f"schema {schema.name}: base_sql {schema.base_sql!r}: {name} has no function {function!r}",
            remedy="name a function that takes a SQLAlchemy connection",
            path=Path(schema.base_sql),
        )
    return found  # type: ignore[no-any-return]  # getattr of a module


def _file(catalog: Catalog, path: Path) -> None:
    catalog.script(path.read_text(encoding="utf-8"))


def _call(function: Callable[[Any], object], url: str) -> None:
    from sqlalchemy import create_engine
    from sqlalchemy.pool import NullPool

    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        function(connection)
