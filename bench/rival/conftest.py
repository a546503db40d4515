"""pytest-alembic on the history and the empty databases that bench/sides.py names."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import create_engine

DATABASES = iter(os.environ["BENCH_URLS"].split())


@pytest.fixture
def alembic_config() -> dict[str, Any]:
    return {"file": os.environ["BENCH_INI"]}


@pytest.fixture
def alembic_engine() -> Iterator[Any]:
    """Give each test a database of its own, and one pooled connection, which is the quickest way it has."""
    engine = create_engine(next(DATABASES))
    yield engine
    engine.dispose()
