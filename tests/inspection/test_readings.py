"""What is kept of a reading makes nothing but the nouns of a script, whatever stands in the file."""

from __future__ import annotations

import pickle
from contextlib import suppress
from pathlib import Path

import pytest

from migkit.inspection.files import File
from migkit.inspection.readings import Readings
from migkit.reading import read

SOURCE = b'revision = "a1"\ndown_revision = None\n\n\ndef upgrade():\n    op.execute("DROP TABLE a")\n'


def _short(text: str) -> bytes:
    return b"\x8c" + bytes([len(text)]) + text.encode()


def _calling(module: str, name: str, path: Path) -> bytes:
    """Give a pickle that calls what it names with a path."""
    made = _short("pathlib") + _short(type(path).__name__) + b"\x93" + _short(str(path)) + b"\x85R"
    return b"\x80\x04" + _short(module) + _short(name) + b"\x93" + made + b"\x85R."


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("migkit.model.script", "Path.unlink"),
        ("pathlib", "PosixPath.unlink"),
        ("migkit.model.script", "dataclass"),
        ("os", "remove"),
    ],
)
def test_a_damaged_file_calls_nothing(tmp_path: Path, module: str, name: str) -> None:
    sentinel = tmp_path / "sentinel"
    sentinel.touch()
    pickled = _calling(module, name, sentinel)
    (tmp_path / "main.readings").write_bytes(pickled)
    Readings(tmp_path, "main")
    assert sentinel.exists()
    with suppress(Exception):
        pickle.loads(pickled)
    assert sentinel.exists() is (name == "dataclass")  # it is a pickle that would have


def test_what_is_kept_is_what_was_read(tmp_path: Path) -> None:
    file = File(tmp_path / "a.py", SOURCE)
    kept = Readings(tmp_path, "main")
    kept.put(file, "mysql", read(file.path, file.source, "mysql"))
    kept.keep()
    assert Readings(tmp_path, "main").get(file, "mysql") == read(file.path, file.source, "mysql")
