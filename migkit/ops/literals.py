"""Values of rows as SQL literals: what products agree on; texts and bytes are written as each product does."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID


def literal(value: Any, binary: Callable[[bytes], str], text: Callable[[str], str]) -> str:
    """Write a value; what SQLAlchemy made (`sa.text("now()")`) is SQL as it stands. TypeError for anything else."""
    if value is None or isinstance(value, bool):
        return {None: "NULL", True: "TRUE", False: "FALSE"}[value]
    if isinstance(value, int | Decimal):
        return str(value) if Decimal(value).is_finite() else text(str(value))
    if isinstance(value, float):
        return repr(value) if math.isfinite(value) else text(str(value))
    if isinstance(value, bytes | bytearray | memoryview):
        return binary(bytes(value))
    written = _written(value)
    if written is not None:
        return text(written)
    if hasattr(value, "compile"):
        return str(value.compile(compile_kwargs={"literal_binds": True}))
    raise TypeError(f"a row cannot hold a {type(value).__name__}: write sa.text('…')")


def _written(value: Any) -> str | None:
    if isinstance(value, str):
        return value
    if isinstance(value, dt.datetime):
        return value.isoformat(" ")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else None
