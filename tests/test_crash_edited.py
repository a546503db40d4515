"""Upgrades that were edited, rehearsed across the edit on SQLite: what the earlier text leaves, and what it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from migkit.model import Schema
from tests.conftest import MakeSchema, demand_git
from tests.test_rehearse import git, tried

BODY = """
def upgrade():
    op.execute("CREATE TABLE one (a INTEGER)")
    op.execute("CREATE TABLE two (a INTEGER)")

def downgrade():
    pass
"""


@pytest.fixture
def schema(make_schema: MakeSchema) -> Schema:
    demand_git()
    return make_schema({"a1": BODY})


def test_a_text_that_does_the_same_is_no_edit(schema: Schema) -> None:
    commit(schema.directory)
    path = file(schema)
    path.write_text(path.read_text() + "    # nothing to take back\n")
    path.rename(path.with_name("a1_renamed.py"))
    assert edited(schema) == ([], [("retry-fails", 10)])


def test_what_was_done_before_the_text_raised_is_met(schema: Schema) -> None:
    path = file(schema)
    now = path.read_text()
    path.write_text(now.replace("def downgrade", "    raise ValueError\n\ndef downgrade"))
    commit(schema.directory)
    path.write_text(now)
    assert edited(schema) == ([1, 2], [("retry-fails", 10), ("edited-retry-fails", 10)])


def edited(schema: Schema) -> tuple[list[int], list[tuple[str, int | None]]]:
    """Give the cuts in the earlier text, and what was found."""
    report = tried(schema, "crash", since="HEAD")
    (one,) = report.facts["revisions"]
    return [cut["statement"] for cut in one["crash"] if cut["edited"]], [(f.rule, f.line) for f in report.findings]


def file(schema: Schema) -> Path:
    return next((schema.directory / "migrations" / "versions").glob("a1*"))


def commit(folder: Path) -> None:
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "-c", "user.name=t", "-c", "user.email=t@t", "commit", "-q", "-m", "first")
