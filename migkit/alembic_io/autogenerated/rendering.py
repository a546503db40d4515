"""How types are written: enums whose type is made apart, geometry, and the modules that a revision must import."""

from __future__ import annotations

import copy
import sys
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from alembic.autogenerate.api import AutogenContext
    from alembic.runtime.migration import MigrationContext

Rendered = str | Literal[False]


def install(migration: MigrationContext) -> None:
    """Put this rendering behind env.py's own render_item, which is asked first."""
    own = migration.opts.get("render_item")

    def render(kind: str, thing: Any, context: AutogenContext) -> Rendered:
        found: Rendered = own(kind, thing, context) if own else False
        return _type(thing, context) if found is False and kind == "type" else found

    migration.opts["render_item"] = render


def is_enum(kind: Any, dialect: str) -> bool:
    """Whether a type is an enum type of its own in the database."""
    from sqlalchemy import Enum

    return dialect == "postgresql" and isinstance(kind, Enum) and bool(kind.native_enum)


def _type(kind: Any, context: AutogenContext) -> Rendered:
    if getattr(kind, "_variant_mapping", None):
        return False
    if is_enum(kind, context.dialect.name):
        return _enum(kind, context)
    return _geometry(kind, context) or _imported(kind, context)


def _enum(kind: Any, context: AutogenContext) -> str:
    """Write an enum whose type an operation of its own makes: `sa.Enum` ignores create_type before SQLAlchemy 2.1."""
    context.imports.add("from sqlalchemy.dialects import postgresql")
    schema = f", schema={str(kind.schema)!r}" if kind.schema else ""
    labels = "".join(f"{str(label)!r}, " for label in kind.enums)
    return f"postgresql.ENUM({labels}name={str(kind.name)!r}{schema}, create_type=False)"


def _geometry(kind: Any, context: AutogenContext) -> Rendered:
    """Write a type of GeoAlchemy2's by its own helper, where models use it; its index is an operation of its own."""
    if "geoalchemy2" not in sys.modules:
        return False
    from geoalchemy2 import Geography, Geometry, Raster, alembic_helpers

    if not isinstance(kind, (Geometry, Geography, Raster)):
        return False
    plain = copy.copy(kind)
    plain.spatial_index = False
    plain._spatial_index_reflected = None  # as its own Alembic writer does
    return alembic_helpers.render_item("type", plain, context)  # type: ignore[no-any-return, no-untyped-call]  # it has no types


def _imported(kind: Any, context: AutogenContext) -> Rendered:
    """Import the module of a type of the application's: Alembic writes its name, and leaves the import out."""
    module = type(kind).__module__
    if context.opts.get("user_module_prefix") is None and module.partition(".")[0] not in ("sqlalchemy", "alembic"):
        context.imports.add(f"import {module}")
    return False
