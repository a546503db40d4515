"""Where an operation stands: in which revision, in which direction, on a server or in a script."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, Literal

from migkit.values import dataclass

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationContext
    from sqlalchemy.engine import Dialect


@dataclass(frozen=True)
class Where:
    """`revision` and `direction` are "" outside a step: no marks are kept there."""

    revision: str
    direction: Literal["upgrade", "downgrade", ""]
    offline: bool
    dialect: Dialect


def where(context: MigrationContext) -> Where:
    """Say where the caller stands; `alembic upgrade --sql` runs the same steps."""
    step = _step(context)
    offline = bool(context.as_sql)
    if step is None:
        return Where("", "", offline, context.dialect)
    return Where(str(step.revision.revision), "upgrade" if step.is_upgrade else "downgrade", offline, context.dialect)


def _step(context: MigrationContext) -> Any:
    """Find Alembic's own RevisionStep: the local `step` of MigrationContext.run_migrations, a private fact.

    `tests/test_alembic_contract.py` holds it on the oldest and the newest supported release.
    """
    running = type(context).run_migrations.__code__
    frame = inspect.currentframe()
    while frame is not None:
        if frame.f_code is running and frame.f_locals.get("self") is context:
            step = frame.f_locals.get("step")
            return step if hasattr(step, "revision") and hasattr(step, "is_upgrade") else None
        frame = frame.f_back
    return None
