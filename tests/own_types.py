"""A type of an application's own, for tests of autogenerate."""

from __future__ import annotations

from sqlalchemy.types import UserDefinedType


class Money(UserDefinedType):  # type: ignore[type-arg]  # SQLAlchemy 1.4 has no parameters
    """`numeric(12, 2)`."""

    cache_ok = True

    def get_col_spec(self, **_options: object) -> str:
        return "numeric(12, 2)"
