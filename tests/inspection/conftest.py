"""What the tests of lint's verb share: a project, and a cache of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.inspection.project import Place, made


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the kit's cache of this test, empty."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "migkit" / "lint"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """Give a project whose history is empty; the test stands in it."""
    root = tmp_path / "project"
    root.mkdir()
    monkeypatch.chdir(root)
    return made(root)
