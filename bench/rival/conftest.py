"""pytest-alembic on the history and the empty databases that bench/sides.py names."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import create_engine

DATABASES = iter(os.environ["BENCH_URLS"].split())


@pytest.fixture
def url() -> str:
    """Give each test a database of its own."""
    return next(DATABASES)


@pytest.fixture
def alembic_config(url: str) -> dict[str, Any]:
    return {"file": os.environ["BENCH_INI"], "sqlalchemy.url": url.replace("%", "%%")}


@pytest.fixture
def alembic_engine(url: str) -> Iterator[Any]:
    """Give an engine with a pool, for an env.py that takes it."""
    engine = create_engine(url)
    yield engine
    engine.dispose()
