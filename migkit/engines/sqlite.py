"""SQLite: no server; Python's own library is the version."""

from __future__ import annotations

from migkit.model import Engine
from migkit.product import Columns

SQLITE = Engine(
    family="sqlite",
    version="",
    product="SQLite",
    dialect="sqlite",
    port=0,
    transactional_ddl=True,
    driver="sqlite",
    driver_14="sqlite",
    series=0,
    look=".schema {table}",
    columns=Columns(frees=False),
)
