"""Files are read in the dialect of each engine, those that two products of one kin read alike only once."""

from __future__ import annotations

from pathlib import Path

import pytest

from migkit.inspection import history as reading
from migkit.inspection.files import File
from migkit.inspection.history import alike, history, text
from migkit.inspection.readings import Readings
from migkit.reading import read

ROOT = Path(__file__).parents[2]
HISTORIES = (ROOT / "examples", ROOT / "tests" / "histories", ROOT / "tests" / "corpus")
FILES = sorted(path for folder in HISTORIES for path in folder.rglob("*.py") if b"down_revision" in path.read_bytes())
PLAIN = b'revision = "a1"\ndown_revision = None\n\n\ndef upgrade():\n    op.execute("DROP TABLE a")\n'
APART = PLAIN + b'    if op.get_bind().dialect.name == "mysql":\n        op.execute("DROP TABLE b")\n'


def test_what_is_thought_to_be_alike_is_read_alike() -> None:
    assert len(FILES) > 100
    same = [path for path in FILES if alike(path.read_bytes())]
    assert len(same) > len(FILES) / 3
    wrong = [
        path for path in same if read(path, path.read_bytes(), "mysql") != read(path, path.read_bytes(), "mariadb")
    ]
    assert wrong == []


@pytest.mark.parametrize(("source", "times"), [(PLAIN, 1), (APART, 2)])
def test_a_file_is_read_once_for_two_products_where_that_is_certain(
    source: bytes, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_in: list[str] = []

    def counted(path: Path, given: bytes, family: str) -> object:
        read_in.append(family)
        return read(path, given, family)  # type: ignore[arg-type]

    monkeypatch.setattr(reading, "read", counted)
    found = history([File(Path("a1.py"), source)], ["mysql", "mariadb", "mysql"], Readings(None, ""))
    assert len(read_in) == times
    assert [one.id for scripts in found.scripts.values() for one in scripts] == ["a1", "a1"]


def test_a_file_that_could_not_be_read_is_a_script_with_a_problem() -> None:
    found = history([File(Path("a1.py"), problem="Permission denied")], ["sqlite"], Readings(None, ""))
    (script,) = found.scripts["sqlite"]
    assert script.problem is not None
    assert script.problem.message == "Permission denied"


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("# é\n".encode(), "# é\n"),
        ("# coding: latin-1\n# é\n".encode("latin-1"), "# coding: latin-1\n# é\n"),
        (b"\xef\xbb\xbfx = 1\r\n", "x = 1\r\n"),
        (b"# coding: no-such-thing\n# \xe9\n", "# coding: no-such-thing\n# �\n"),
        (b"x = '\xe9'\n", "x = '�'\n"),
        (b"# coding: rot13\nx\n", "# coding: rot13\nx\n"),
        (b"", ""),
    ],
)
def test_the_text_of_a_file_is_had_whatever_its_encoding(source: bytes, told: str) -> None:
    assert text(source) == told
