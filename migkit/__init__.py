"""A kit for teams that keep database schemas as Alembic histories.

What a script may import is named here; everything else may move.
"""

from migkit.errors import (
    ConfigError,
    HistoryError,
    IrreversibleMigration,
    MigkitError,
    ServerError,
    StepFailed,
    TargetError,
    Unfinished,
)

__all__ = [
    "ConfigError",
    "HistoryError",
    "IrreversibleMigration",
    "MigkitError",
    "ServerError",
    "StepFailed",
    "TargetError",
    "Unfinished",
]
