"""Our reading and sqlglot's agree wherever sqlglot knows a statement: over the histories that the repository holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from migkit.lint.columntypes import same
from migkit.model.script import Reading
from migkit.product import Family
from tests.reading.told import sentences
from tests.reading.witness import ours, parsed, seen, texts, types

_ROOT = Path(__file__).parent.parent.parent
_FOLDERS = ("examples", "tests/histories", "tests/corpus", "tests/corpora")
# What no server knows: the histories hold it on purpose, or send it to SQL Server alone.
_UNKNOWN = ("DROP COLUM region", "IDENTITY_INSERT", "IF EXISTS (SELECT * FROM sys.", "DROPP")


def _family(file: Path) -> Family:
    said = f"{file} {file.read_text(encoding='utf-8', errors='replace') if 'corp' in str(file) else ''}".lower()
    if any(word in said for word in ("postgres", "omni", "zou")):
        return "postgresql"
    return "sqlite" if "sqlite" in said else "mysql"


_SENT = [
    pytest.param(_family(file), sql, id=f"{file.stem[:30]}-{number}")
    for folder in _FOLDERS
    for file in sorted((_ROOT / folder).rglob("*.py"))
    for number, sql in enumerate(texts(file))
]


def test_the_histories_are_there() -> None:
    assert len(_SENT) > 400


@pytest.mark.parametrize(("family", "sql"), _SENT)
def test_both_readers_see_the_same(family: Family, sql: str) -> None:
    for one in sentences(sql, family):
        piece = sql[one.start : one.end]
        if "{}" not in piece.replace("'{}'", "") and not any(word in piece for word in _UNKNOWN):
            assert one.reading in (Reading.whole, Reading.nothing), piece
        tree = parsed(piece, family)
        if tree is None or one.reading is not Reading.whole:
            continue
        mine = [ours(act) for act in one.acts]
        assert [act for act in seen(tree, family) if act not in mine] == [], piece
        found = types(tree, family) if family != "sqlite" else {}  # sqlglot gives SQLite's types by their affinity
        for act in one.acts:
            for column in (*act.columns, *([act.column] if act.column else ())):
                if column.type and column.name.lower() in found:
                    assert same(column.type, found[column.name.lower()], family), piece
