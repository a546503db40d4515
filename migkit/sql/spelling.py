"""How names of tables are spelt everywhere in lint: without quotes, in the case that the server makes of them."""

from __future__ import annotations

from migkit.product import Family

_DEFAULT = {"postgresql": "public", "sqlite": "main"}


def normal(name: str, family: Family, schema: str = "", *, quoted: bool = False) -> str:
    """Give a name as lint knows it: PostgreSQL folds what is not quoted, the default schema is left out."""
    if family == "postgresql" and not quoted:
        name, schema = name.lower(), schema.lower()
    return f"{schema}.{name}" if schema and schema != _DEFAULT.get(family) else name
