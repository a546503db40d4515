"""A revision that the main branch has: which edits change what databases run, and which do not."""

from __future__ import annotations

from pathlib import Path

import pytest

from migkit.lint import Facts
from tests.lint.histories import findings

A = "4f0c92d17ab3"
NAME = f"{A}_create_notes.py"
TEXT = f'''"""create notes"""
from typing import Union

from alembic import op
import sqlalchemy as sa

revision: Union[str, None] = "{A}"
down_revision = None
SIZE = 10
KEPT = 5


def named(word):
    return word + "_ix"


def kept():
    return KEPT


def upgrade():
    op.execute("""
        CREATE TABLE notes (
            id INT, -- the id
            size INT
        )
    """)
    op.execute("INSERT INTO notes VALUES (1, 'a  b')")
    op.create_index(named("notes"), "notes", ["size"])
    op.create_table("tags", sa.Column("name", sa.String(SIZE)))


def downgrade():
    kept()
    op.drop_table("tags")
    op.drop_table("notes")
'''


def told(tmp_path: Path, old: str, new: str) -> list[tuple[str, int | None]]:
    assert old in TEXT
    facts = Facts({(tmp_path / "versions" / NAME): TEXT}, "origin/main")
    found = findings(tmp_path, {NAME: TEXT.replace(old, new)}, facts=facts)
    return [(one.severity.name, one.line) for one in found if one.rule == "changed-after-release"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"""create notes"""', '"""create the notes"""\n# more'),
        ("def upgrade():", 'def upgrade() -> None:\n    """Make it."""'),
        ("from typing import Union\n\n", ""),
        ("revision: Union[str, None] =", "revision ="),
        ("from alembic import op\nimport sqlalchemy as sa", "import sqlalchemy as sa\nfrom alembic import op"),
        ("def named(word):", "def named(word: str) -> str:"),
        ("            id INT, -- the id\n            size INT\n", "id INT, size INT\n"),
        ('"notes", ["size"])', '\n        "notes",\n        ["size"],\n    )'),
        ("            id INT, -- the id", "            id INT, -- what it is known by"),
    ],
)
def test_layout_comments_and_annotations_are_no_change(tmp_path: Path, old: str, new: str) -> None:
    assert told(tmp_path, old, new) == []


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("size INT", "size BIGINT", 22),
        ("'a  b'", "'a b'", 28),
        ("SIZE = 10", "SIZE = 12", 9),
        ('word + "_ix"', '"ix_" + word', 14),
        ("down_revision = None", "down_revision = 'x'", 8),
        ('    op.create_table("tags", sa.Column("name", sa.String(SIZE)))\n', "", 21),
        ("SIZE = 10", "SIZE = 10\nprint(SIZE)", 10),
        ('["size"]', '["size", "id"]', 29),
    ],
)
def test_what_the_upgrade_runs_is_a_change(tmp_path: Path, old: str, new: str, line: int) -> None:
    assert told(tmp_path, old, new) == [("error", line)]


@pytest.mark.parametrize(("old", "new"), [('drop_table("tags")', 'drop_index("tags")'), ("KEPT = 5", "KEPT = 6")])
def test_what_the_downgrade_alone_runs_is_a_note(tmp_path: Path, old: str, new: str) -> None:
    assert [severity for severity, _line in told(tmp_path, old, new)] == ["note"]


def test_a_text_that_was_no_python_is_passed_over(tmp_path: Path) -> None:
    facts = Facts({(tmp_path / "versions" / NAME): "<<<<<<<\n"}, "origin/main")
    assert "changed-after-release" not in {one.rule for one in findings(tmp_path, {NAME: TEXT}, facts=facts)}
