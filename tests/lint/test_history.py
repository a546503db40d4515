"""What a file is in its history: merges that do something, drafts, files and SQL that cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from migkit.model import Severity
from migkit.reading import read
from tests.lint.histories import findings, ids, judged, only

A, B, C, D = "4f0c92d17ab3", "9be4470c1f25", "d27a30b8865e", "61f8c5e3ad90"


def merge(body: str) -> dict[str, str]:
    def revision(ident: str, parents: object) -> str:
        return f'"""add {ident}"""\nrevision = "{ident}"\ndown_revision = {parents!r}\n'

    files = {f"{A}.py": revision(A, None), f"{B}.py": revision(B, A), f"{C}.py": revision(C, A)}
    return {**files, f"{D}.py": f"from alembic import op\n{revision(D, (B, C))}{body}"}


@pytest.mark.parametrize(
    "body",
    [
        "def upgrade():\n    op.execute('UPDATE notes SET a = 1')\n",
        "def upgrade():\n    pass\ndef downgrade():\n    op.drop_table('notes')\n",
        "import os\ndef upgrade():\n    op.execute(os.environ['X'])\n",
    ],
)
def test_a_merge_that_does_anything(tmp_path: Path, body: str) -> None:
    assert [revision for revision, _line in only("merge-with-ddl", judged(tmp_path, merge(body)))] == [D]


@pytest.mark.parametrize(
    "body", ["def upgrade():\n    pass\n", "def upgrade():\n    op.execute(\"SET lock_timeout = '5s'\")\n"]
)
def test_a_merge_that_changes_nothing(tmp_path: Path, body: str) -> None:
    assert only("merge-with-ddl", judged(tmp_path, merge(body))) == []


@pytest.mark.parametrize(
    "text",
    [
        "from migkit import Unfinished\n\n\ndef upgrade():\n    raise Unfinished('fill in')\n",
        "import migkit\n\n\ndef upgrade():\n    raise migkit.Unfinished('fill in')\n",
        "from migkit.errors import Unfinished as X\n\n\ndef upgrade():\n    op.execute('SELECT 1')\n    raise X('x')\n",
    ],
)
def test_what_is_not_filled_in(tmp_path: Path, text: str) -> None:
    assert [revision for revision, _line in only("unfinished", judged(tmp_path, [text]))] == ids(1)


def test_a_revision_without_an_upgrade_is_not_finished(tmp_path: Path) -> None:
    """Seen: `def upgarde():`, of which nothing was said but that downgrade() drops what is not there."""
    (found,) = findings(tmp_path, ["def upgarde():\n    pass\n\n\ndef downgrade():\n    pass\n"])
    assert (found.rule, found.severity) == ("unfinished", Severity.error)
    assert found.message == "the revision has no upgrade(): alembic upgrade ends in an AttributeError there"
    assert found.source.startswith("revision = ")


@pytest.mark.parametrize(
    "text", ["from elsewhere import upgrade, downgrade\n", "from elsewhere import *\n", "upgrade = downgrade = print\n"]
)
def test_an_upgrade_may_come_from_elsewhere(tmp_path: Path, text: str) -> None:
    assert only("unfinished", judged(tmp_path, [text])) == []


def test_another_exception_of_that_name_is_none(tmp_path: Path) -> None:
    text = "class Unfinished(Exception):\n    pass\n\n\ndef upgrade():\n    raise Unfinished('x')\n"
    assert only("unfinished", judged(tmp_path, [text])) == []


@pytest.mark.parametrize(
    "source", ["def upgrade(:\n", "x = '\n", "# coding: nonsense\n", "a = 1\n\tb = 2\n", "<<<<<<< HEAD\n"]
)
def test_a_file_that_is_no_python(tmp_path: Path, source: str) -> None:
    (found,) = findings(tmp_path, {f"{A}_x.py": source})
    assert (found.rule, found.severity, found.path) == (
        "unreadable-file",
        Severity.error,
        str(tmp_path / "versions" / f"{A}_x.py"),
    )


@pytest.mark.parametrize(
    ("source", "place", "what"),
    [
        (b"# x\n\n\r\na = 'b\xff'\n", (4, 7), "byte 0xff is not utf-8 (invalid start byte)"),
        ("# x\n\n\na = 'é".encode() + b"\xe9 '\n", (4, 7), "byte 0xe9 is not utf-8 (invalid continuation byte)"),
        (b"# coding: ascii\n\n\r\n\xe9\n", (4, 1), "byte 0xe9 is not ascii (ordinal not in range(128))"),
        (b"# x\n\na = '\0'\n", (3, 6), "it is no Python: it holds a NUL byte"),
    ],
)
def test_a_byte_that_cannot_be_read_is_told_where_it_stands(
    tmp_path: Path, source: bytes, place: tuple[int, int], what: str
) -> None:
    problem = read(tmp_path / "x.py", source, "mysql").problem
    assert problem is not None
    assert (problem.span.line, problem.span.column) == place
    assert problem.message == what


def test_a_file_larger_than_lint_reads_is_a_warning(tmp_path: Path) -> None:
    source = f"revision = '{A}'\ndown_revision = None\nROWS = '''{'x' * 4_100_000}'''\n"
    (found,) = [one for one in findings(tmp_path, {f"{A}_x.py": source}) if one.rule == "unreadable-file"]
    assert found.severity is Severity.warning


def test_a_file_that_alembic_knows_by_its_name_is_a_revision(tmp_path: Path) -> None:
    assert only("unreadable-file", judged(tmp_path, {f"{A}.py": "down_revision = None\n"})) == []


def test_what_cannot_be_read_is_one_note_for_a_revision(tmp_path: Path) -> None:
    body = "import os\n\n\ndef upgrade():\n    op.execute(os.environ['A'])\n    op.execute(os.environ['B'])\n"
    (found,) = [one for one in findings(tmp_path, [body]) if one.rule == "unreadable-sql"]
    assert (found.severity, found.line) == (Severity.note, 21)
    assert "and 1 more" in found.message


@pytest.mark.parametrize(
    "sql",
    [
        "f\"UPDATE notes SET body = '{os.environ['A']}'\"",
        '"UPDATE notes SET body = \'%s\'" % os.environ["A"]',
        "\"COMMENT ON TABLE notes IS 'x'\"",
    ],
)
def test_a_value_that_is_not_known_keeps_no_rule_from_judging(tmp_path: Path, sql: str) -> None:
    body = f"import os\n\n\ndef upgrade():\n    op.execute({sql})\n"
    assert only("unreadable-sql", judged(tmp_path, [body])) == []
