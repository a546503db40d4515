"""What a new revision would make is refused where the history has made it: without a server, and without Alembic."""

from __future__ import annotations

from pathlib import Path

import pytest

from migkit.errors import ConfigError
from migkit.inspection import already
from migkit.inspection.already import refuse_what_is_there
from migkit.model import Column, Constraint, Create, Drop, Index, Schema, Table
from migkit.model.changes import Change
from tests.lint.histories import schema, written

CALLS = """
def upgrade():
    op.execute(
        "CREATE TABLE calls (id INT PRIMARY KEY, status VARCHAR(9), KEY ix_status (status), "
        "CONSTRAINT ck_id CHECK (id > 0))"
    )


def downgrade():
    op.execute("DROP TABLE calls")
"""
GONE = """
def upgrade():
    op.execute("ALTER TABLE calls DROP COLUMN status")


def downgrade():
    op.execute("ALTER TABLE calls ADD COLUMN status VARCHAR(9), ADD KEY ix_status (status)")
"""
HIDDEN = """
def upgrade():
    op.execute(open("calls status").read())


def downgrade():
    raise NotImplementedError
"""


def history(folder: Path, *bodies: str) -> Schema:
    """Write a history with its ini."""
    written(folder, bodies)
    (folder / "alembic.ini").write_text("[alembic]\nscript_location = .\n")
    return schema(folder, "mysql:9.7")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (Create(Table("calls")), "the table calls is there already"),
        (Create(Column("calls", "Status", "INT")), "calls has a column status already: VARCHAR(9)"),
        (Create(Index("calls", "ix_status", ("id",))), "calls has an index ix_status already"),
        (Create(Constraint("calls", "ck_id", "CHECK (id > 1)")), "calls has a constraint ck_id already"),
    ],
)
def test_what_a_revision_made_is_refused_with_its_id(tmp_path: Path, change: Change, told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        refuse_what_is_there(history(tmp_path, CALLS), [change])
    assert caught.value.message.startswith(f"{told} (revision ")
    assert caught.value.remedy


@pytest.mark.parametrize(
    "change",
    [
        Create(Table("call")),
        Create(Column("calls", "note", "INT")),
        Create(Column("other", "status", "INT")),
        Create(Index("calls", "", ("status",))),
        Drop(Column("calls", "status")),
    ],
)
def test_what_is_new_passes(tmp_path: Path, change: Change) -> None:
    refuse_what_is_there(history(tmp_path, CALLS), [change])


@pytest.mark.parametrize("later", [GONE, HIDDEN])
def test_what_went_and_what_may_have_gone_passes(tmp_path: Path, later: str) -> None:
    refuse_what_is_there(history(tmp_path, CALLS, later), [Create(Column("calls", "status", "INT"))])


def test_two_heads_are_somebody_elses_to_tell(tmp_path: Path) -> None:
    made = history(tmp_path, CALLS)
    other = 'from alembic import op\nrevision = "b"\ndown_revision = None\n\n\ndef upgrade():\n    pass\n'
    (tmp_path / "versions" / "b.py").write_text(other)
    refuse_what_is_there(made, [Create(Table("calls"))])


def test_a_history_that_names_it_nowhere_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(already, "state_at_head", lambda *_: pytest.fail("it was read"))
    refuse_what_is_there(history(tmp_path, CALLS), [Create(Table("owners")), Create(Column("calls", "note", "INT"))])
