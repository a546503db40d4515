"""A file is put in the place of another whole, as that one was, and only if nobody edited it meanwhile."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from migkit.errors import ConfigError
from migkit.replacing import put
from tests.conftest import demand_root


def test_mode_and_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"one")
    path.chmod(0o640)
    put(path, b"two\r\n", was=b"one")
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"two\r\n", 0o640)
    assert list(tmp_path.iterdir()) == [path]


def test_what_was_edited_meanwhile_stays(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"edited")
    with pytest.raises(ConfigError, match="was edited meanwhile"):
        put(path, b"two", was=b"one")
    assert path.read_bytes() == b"edited"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("there", [False, True])
def test_root_leaves_it_to_its_owner(tmp_path: Path, there: bool) -> None:
    demand_root("can write as another user")
    path = tmp_path / "a.py"
    os.chown(tmp_path, 1234, 1234)
    if there:
        path.write_bytes(b"one")
        os.chown(path, 4321, 4321)
    put(path, b"two")
    assert path.stat().st_uid == (4321 if there else 1234)
