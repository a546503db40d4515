"""What a team brings itself: the base schema before the first revision, and its own rows at some revision."""

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
    if schema.base_sql:
        _load(schema, "base_sql", schema.base_sql, "it must load into an empty database", url, catalog)


def load_rows(schema: Schema, url: str, catalog: Catalog) -> None:
    """Load `seed` of the schema as `load` loads `base_sql`; raises the same."""
    if schema.seed:
        place = (
            f"after {schema.seed_at}" if schema.seed_at else "before the first revision: name a later one in seed_at"
        )
        _load(schema, "seed", schema.seed, f"it must fit the tables as they are {place}", url, catalog)


def _load(schema: Schema, key: str, source: str, remedy: str, url: str, catalog: Catalog) -> None:
    path = schema.directory / source
    run = partial(_file, catalog, path) if path.is_file() else partial(_call, _function(schema, key, source), url)
    try:
        with working_directory(schema.directory):
            run()
    except TargetError:
        raise
    except (Exception, SystemExit) as error:
        raise ConfigError(
            masked_text(f"schema {schema.name}: {key} {source} failed: {error}"), remedy=remedy
        ) from error


def _function(schema: Schema, key: str, source: str) -> Callable[[Any], object]:
    name, colon, function = source.partition(":")
    if not colon or not name or "/" in name:
        raise ConfigError(
            f"schema {schema.name}: {key} {source!r} is neither a file in {schema.directory} nor module:function",
            remedy="name a .sql file, or a callable as module:function",
        )
    sys.path.insert(0, str(schema.directory))
    try:
        found = getattr(importlib.import_module(name), function, None)
    except ImportError as error:
        raise ConfigError(
            f"schema {schema.name}: {key} {source!r} does not import: {error}",
            remedy=f"put {name}.py into {schema.directory}, or install what it imports",
        ) from error
    finally:
        sys.path.remove(str(schema.directory))
    if not callable(found):
        raise ConfigError(
            f"schema {schema.name}: {key} {source!r}: {name} has no function {function!r}",
            remedy="name a function that takes a SQLAlchemy connection",
            path=Path(source),
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
