"""The corpus on PostgreSQL, which takes as long as on all others: a file of its own can run beside theirs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.server import corpus  # before what it finds in tests/corpus
from tests.server.conftest import Serve

from histories import FAULT, HEALTHY  # isort: skip  # tests/corpus is no package

pytestmark = pytest.mark.server


@pytest.mark.parametrize("version", [FAULT, HEALTHY])
def test_every_fault_is_found_on_its_line_and_nothing_in_its_twin(version: str, serve: Serve, tmp_path: Path) -> None:
    assert corpus.wrongs(version, "postgresql:15", serve("postgresql:15"), tmp_path) == {}
