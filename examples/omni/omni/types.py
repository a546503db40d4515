"""PostGIS columns without a dependency: the type's name and arguments are all that a migration needs."""

from __future__ import annotations

from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.types import UserDefinedType


class Geometry(UserDefinedType):
    """`geometry(Point, 4326)`; values are read and written as EWKB text."""

    cache_ok = True

    def __init__(self, kind: str = "Geometry", srid: int | str = 0) -> None:
        self.kind = kind
        self.srid = int(srid)

    def get_col_spec(self, **_options: object) -> str:
        return f"geometry({self.kind},{self.srid})"


ischema_names["geometry"] = Geometry  # so that autogenerate knows the type when it reads a table
