"""What is never compared: tables that an extension made (PostGIS's own), and the marks of guarded operations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from migkit.catalog import MARKS

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationContext

# what belongs to an extension, in the catalogue's own words: no name is guessed
_EXTENSIONS = {
    "postgresql": "SELECT n.nspname, c.relname FROM pg_depend d JOIN pg_class c ON c.oid = d.objid "
    "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE d.classid = 'pg_class'::regclass "
    "AND d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e'"
}


def install(migration: MigrationContext) -> None:
    """Put this filter before env.py's own include_object, which is asked about everything else."""
    foreign, default = _foreign(migration), migration.dialect.default_schema_name
    own = migration.opts.get("include_object")

    def include(thing: Any, name: str | None, kind: str, reflected: bool, compared: Any) -> bool:  # noqa: FBT001  # Alembic's own signature
        if kind == "table" and (name == MARKS or (thing.schema or default, name) in foreign):
            return False
        return own is None or bool(own(thing, name, kind, reflected, compared))

    migration.opts["include_object"] = include


def _foreign(migration: MigrationContext) -> frozenset[tuple[str, str]]:
    from sqlalchemy import text

    sql = _EXTENSIONS.get(migration.dialect.name)
    if sql is None or migration.bind is None:
        return frozenset()
    return frozenset((schema, name) for schema, name in migration.bind.execute(text(sql)))
