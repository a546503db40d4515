"""Guarded operations for revisions: they compare shape, not name, render offline, and undo only what they did.

`from migkit import ops` registers them with Alembic as `op.NAME`; the functions here are the same, with their types.
Nothing but Alembic, SQLAlchemy and a driver is needed. docs/operations.md has the table of what each does.
"""

from __future__ import annotations

import migkit.ops.unseen  # noqa: F401  # registers with autogenerate
from migkit.ops.acts import NotGuarded, ShapeDiffers
from migkit.ops.keys import (
    create_check_constraint_if_missing,
    create_constraint_if_missing,
    create_foreign_key_if_missing,
    create_index_if_missing,
    create_unique_constraint_if_missing,
    drop_constraint_if_exists,
    drop_index_if_exists,
)
from migkit.ops.kinds import (
    add_enum_value_if_missing,
    create_enum_if_missing,
    create_extension_if_missing,
    delete_inserted,
    drop_enum_if_exists,
    drop_enum_value_if_exists,
    drop_extension_if_exists,
    insert_if_missing,
)
from migkit.ops.registration import GuardedOperation
from migkit.ops.tables import (
    add_column_if_missing,
    alter_column_to,
    create_table_if_missing,
    drop_column_if_exists,
    drop_table_if_exists,
    rename_column_if_exists,
    rename_table_if_exists,
)

__all__ = [
    "GuardedOperation",
    "NotGuarded",
    "ShapeDiffers",
    "add_column_if_missing",
    "add_enum_value_if_missing",
    "alter_column_to",
    "create_check_constraint_if_missing",
    "create_constraint_if_missing",
    "create_enum_if_missing",
    "create_extension_if_missing",
    "create_foreign_key_if_missing",
    "create_index_if_missing",
    "create_table_if_missing",
    "create_unique_constraint_if_missing",
    "delete_inserted",
    "drop_column_if_exists",
    "drop_constraint_if_exists",
    "drop_enum_if_exists",
    "drop_enum_value_if_exists",
    "drop_extension_if_exists",
    "drop_index_if_exists",
    "drop_table_if_exists",
    "insert_if_missing",
    "rename_column_if_exists",
    "rename_table_if_exists",
]
