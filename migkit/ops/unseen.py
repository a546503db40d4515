"""Autogenerate does not see the table of marks: `alembic check` and `--autogenerate` would drop it."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from alembic import util
from alembic.autogenerate import comparators
from alembic.operations.ops import DropIndexOp, DropTableOp, ModifyTableOps, UpgradeOps

from migkit.catalog import MARKS

if TYPE_CHECKING:
    from alembic.autogenerate.api import AutogenContext


def without_marks(context: AutogenContext, upgrade: UpgradeOps, schemas: Collection[str | None]) -> None:
    """Take out what Alembic's own comparison, which runs before, has to say of it."""
    of_a_table = (DropTableOp, DropIndexOp, ModifyTableOps)
    upgrade.ops[:] = [one for one in upgrade.ops if not (isinstance(one, of_a_table) and one.table_name == MARKS)]


def _last() -> dict[str, Any]:
    """Say that it runs last: since 1.18 there are priorities, and what others register runs before Alembic's own."""
    priorities = getattr(util, "DispatchPriority", None)
    return {"priority": priorities.LAST} if priorities else {}


comparators.dispatch_for("schema", **_last())(without_marks)
