"""Guarded operations as Alembic knows them: `op.NAME`, and functions of the same names with their types."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import update_wrapper
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec

from alembic import op
from alembic.operations import MigrateOperation, Operations

from migkit.ops.acts import Act
from migkit.ops.core import perform

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationContext

P = ParamSpec("P")
Build = Callable[..., Iterable[Act]]
BUILDS: dict[str, Build] = {}


class GuardedOperation(MigrateOperation):
    """A call of one guarded operation: autogenerate may yield it, and it is written as `op.NAME(…)`."""

    def __init__(self, name: str, args: tuple[Any, ...] = (), kw: Mapping[str, Any] | None = None) -> None:
        self.name = name
        self.args = args
        self.kw = dict(kw or {})

    def acts(self, context: MigrationContext) -> tuple[Act, ...]:
        """Give what is to be done, in the SQL of the context's dialect."""
        return tuple(BUILDS[self.name](context, *self.args, **self.kw))


@Operations.implementation_for(GuardedOperation)
def _invoked(operations: Operations, operation: GuardedOperation) -> None:
    context = operations.get_context()
    perform(context, operation.acts(context))


def guarded(build: Callable[Concatenate[MigrationContext, P], Iterable[Act]]) -> Callable[P, None]:
    """Register `op.NAME`, NAME being the function's, and give the function that invokes it on `alembic.op`."""
    name = build.__name__
    BUILDS[name] = build

    def invoke(*args: P.args, **kw: P.kwargs) -> None:
        op.invoke(GuardedOperation(name, args, kw))

    def invoked(cls, operations, *args, **kw):  # type: ignore[no-untyped-def]  # Alembic reads names, not types
        return operations.invoke(cls(name, args, kw))

    update_wrapper(invoke, build)
    invoked.__name__ = invoked.__qualname__ = name
    invoked.__doc__ = build.__doc__
    setattr(GuardedOperation, name, classmethod(invoked))
    Operations.register_operation(name)(GuardedOperation)
    return invoke
