"""What is never compared: tables that an extension made (PostGIS's own), and the marks of guarded operations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from migkit.catalog import MARKS

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationContext

# what belongs to an extension, in the catalogue's own words: no name is guessed
_EXTENSIONS = {
    "postgresql": """
SELECT n.nspname, c.relname, pg_table_is_visible(c.oid)
FROM pg_depend d JOIN pg_class c ON c.oid = d.objid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e'
"""
}


def install(migration: MigrationContext) -> None:
    """Put this filter before env.py's own include_object, which is asked about everything else."""
    foreign = _foreign(migration)
    own = migration.opts.get("include_object")

    def include(thing: Any, name: str | None, kind: str, reflected: bool, compared: Any) -> bool:  # noqa: FBT001  # Alembic's own signature
        if kind == "table" and (name == MARKS or (thing.schema, name) in foreign):
            return False
        return own is None or bool(own(thing, name, kind, reflected, compared))

    migration.opts["include_object"] = include


def _foreign(migration: MigrationContext) -> frozenset[tuple[str | None, str]]:
    """Name them by schema, and by none where the search path finds them so: that is how a table is read then."""
    from sqlalchemy import text

    sql = _EXTENSIONS.get(migration.dialect.name)
    if sql is None or migration.bind is None:
        return frozenset()
    found = migration.bind.execute(text(sql)).all()
    return frozenset(
        key for schema, name, visible in found for key in ((schema, name), (None, name))[: 1 + bool(visible)]
    )
