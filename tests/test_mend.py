"""The verb mend, on SQLite: what it writes, what it leaves alone, and what it says."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from migkit import config
from migkit.errors import ConfigError, HistoryError
from migkit.footing import Unreachable
from migkit.mend import mend
from migkit.model import Project, Report, Schema
from migkit.render import renderer
from migkit.roundtrip import roundtrip
from tests.conftest import MakeSchema
from tests.mended import differing, mend_all

HISTORIES = Path(__file__).parent / "histories"
FIRST = """
def upgrade():
    op.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT NOT NULL DEFAULT 'x', more TEXT)")
    op.execute("CREATE INDEX by_more ON t (more)")
    op.execute("INSERT INTO t (id) VALUES (1)")

def downgrade():
    op.execute("DROP TABLE t")
"""
DROPS = '''
def upgrade():
    """Leave the name out."""
    op.execute("ALTER TABLE t DROP COLUMN name")


def downgrade():
    pass
'''
ROWS = """
def upgrade():
    op.execute("UPDATE t SET more = 'new'")

def downgrade():
    pass
"""
KEEPS_ROWS = """
def upgrade():
    op.execute("UPDATE t SET more = upper(coalesce(more, 'x'))")
    op.execute("CREATE TABLE u (id INTEGER PRIMARY KEY)")

def downgrade():
    op.execute("UPDATE t SET more = NULL")
"""
VIRTUAL = """
def upgrade():
    op.execute("CREATE TABLE u (id INTEGER PRIMARY KEY)")

def downgrade():
    op.execute("DROP TABLE u")
    op.execute("DROP TABLE t")
"""


def mended(schema: Schema, revision: str = "b2") -> Report:
    project = Project(schema.directory, schema.directory / "migkit.toml", {schema.name: schema})
    return mend(project, schema, revision)


def file_of(schema: Schema, revision: str = "b2") -> Path:
    return next(schema.directory.rglob(f"{revision}*.py"))


def verdict(schema: Schema, revision: str = "b2") -> str:
    project = Project(schema.directory, schema.directory / "migkit.toml", {schema.name: schema})
    return next(one.verdict.value for one in roundtrip(project, schema).revisions if one.revision == revision)


@pytest.mark.parametrize("style", ["sql", "ops"])
def test_an_empty_downgrade_is_written_and_then_restores(make_schema: MakeSchema, style: str) -> None:
    schema = make_schema({"a1": FIRST, "b2": DROPS}, style=style)
    file_of(schema).chmod(0o640)
    before = file_of(schema).read_text(encoding="utf-8")
    report = mended(schema)
    text = file_of(schema).read_text(encoding="utf-8")
    assert report.exit_code(fail_on=1) == 0  # type: ignore[arg-type]  # a note
    assert report.facts["mended"] is True
    assert report.facts["differed"] == ["column t.name is gone: was TEXT NOT NULL DEFAULT 'x'"]
    assert text.startswith(before.split("def downgrade")[0].rstrip()) or "import" in text
    assert '"""Leave the name out."""' in text
    assert verdict(schema) == "ok"
    assert file_of(schema).stat().st_mode & 0o777 == 0o640
    assert [each.name for each in file_of(schema).parent.iterdir() if each.name.endswith(".migkit")] == []


def test_a_downgrade_that_restores_is_left_as_it_is(make_schema: MakeSchema) -> None:
    schema = make_schema({"a1": FIRST})
    before = file_of(schema, "a1").read_bytes()
    report = mended(schema, "a1")
    assert (report.facts["mended"], report.findings, report.facts["next_steps"]) == (False, (), [])
    assert file_of(schema, "a1").read_bytes() == before
    assert "restores the catalogue as it is" in renderer("text").report(report)


def test_rows_are_told_to_be_beyond_a_catalogue(make_schema: MakeSchema) -> None:
    schema = make_schema({"a1": FIRST, "b2": ROWS})
    report = mended(schema)
    assert [(one.rule, one.object) for one in report.findings] == [("rows-alone", "t")]
    assert "The file is untouched" in renderer("text").report(report)


def test_a_downgrade_that_restores_rows_is_not_replaced_by_one_that_does_not(make_schema: MakeSchema) -> None:
    schema = make_schema({"a1": FIRST, "b2": KEEPS_ROWS})
    before = file_of(schema).read_bytes()
    report = mended(schema)
    assert [(one.rule, one.object) for one in report.findings] == [("rows-differ", "t")]
    assert report.facts["body"] == ['op.execute("""DROP TABLE u;""")']
    assert file_of(schema).read_bytes() == before


def test_a_downgrade_that_drops_too_much_is_mended(make_schema: MakeSchema) -> None:
    schema = make_schema({"a1": FIRST, "b2": VIRTUAL})
    assert mended(schema).facts["mended"] is True
    assert verdict(schema) == "ok"


def test_a_revision_that_does_nothing_is_refused(make_schema: MakeSchema) -> None:
    schema = make_schema({"a1": FIRST, "b2": "def upgrade():\n    pass\n\ndef downgrade():\n    pass\n"})
    with pytest.raises(ConfigError, match="changes neither the catalogue nor rows"):
        mended(schema)


@pytest.mark.parametrize(
    "declaration",
    ['irreversible = "it is gone"\n', "", "raise"],
    ids=["declared", "by its exception", "notimplemented"],
)
def test_what_is_declared_irreversible_stays_so(make_schema: MakeSchema, declaration: str) -> None:
    body = DROPS
    if declaration == "raise":
        body = body.replace("    pass", '    raise NotImplementedError("gone")')
    elif not declaration:
        body = body.replace(
            "    pass", '    from migkit import IrreversibleMigration\n    raise IrreversibleMigration("x")'
        )
    else:
        body = declaration + body
    schema = make_schema({"a1": FIRST, "b2": body})
    before = file_of(schema).read_bytes()
    assert [one.rule for one in mended(schema).findings] == ["irreversible"]
    assert file_of(schema).read_bytes() == before


def test_an_upgrade_that_fails_is_an_error_that_names_it(make_schema: MakeSchema) -> None:
    schema = make_schema({"a1": FIRST, "b2": DROPS.replace("DROP COLUMN name", "DROP COLUMN nowhere")})
    with pytest.raises(Unreachable, match="the place after b2 cannot be reached: upgrade of b2 failed"):
        mended(schema)
    with pytest.raises(HistoryError, match="c3 is not in the history"):
        mended(schema, "c3")


def test_every_fixable_downgrade_of_the_broken_history_is_mended_and_the_others_are_told(tmp_path: Path) -> None:
    shutil.copytree(HISTORIES, tmp_path / "histories")
    project = config.load(tmp_path / "histories")
    schema = project.schemas["broken-sqlite"]
    told = mend_all(project, schema, "sqlite", "auto", "sql")
    assert differing(project, schema, "sqlite", "auto", told) == {}
    kinds = {rule for _expected, rules in told.values() for rule in rules}
    assert {"mended", "rows-alone", "irreversible", "Unreachable", "reupgrade-fails", "reupgrade-differs"} <= kinds
    assert re.search(r"mended", str(told))
