"""Bodies in new revisions: by Alembic's template, or put in where a team's template does not take them."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from migkit.alembic_io.generate import generate
from migkit.alembic_io.history import History, load
from migkit.body import Body, body, unfinished
from migkit.engines import MYSQL, SQLITE
from migkit.errors import ConfigError
from migkit.model import Change, Column, Create, Drop, Other, Table
from tests.conftest import MakeSchema
from tests.test_roundtrip import rules, trip, verdicts

HEAD = """from alembic import op
import sqlalchemy as sa
${imports if imports else ""}

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
"""
USUAL = """

def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
"""
PLAIN = "\n\ndef upgrade():\n    pass\n\n\ndef downgrade():\n    pass\n"
TABLE = Table("calls", (Column("calls", "id", "INTEGER PRIMARY KEY"), Column("calls", "note", "TEXT DEFAULT ':x'")))
TRIGGER = "CREATE TRIGGER touch AFTER UPDATE ON calls\nBEGIN\n  SELECT ':a';\nEND"
CHANGES: tuple[Change, ...] = (Create(TABLE), Create(Other("trigger", "touch", (TRIGGER,))))
UP, DOWN = body(CHANGES, SQLITE, "sql"), body((Drop(TABLE),), SQLITE, "sql")


@pytest.fixture
def history(make_schema: MakeSchema) -> History:
    schema = make_schema()
    return load(schema, empty=True)


def template(history: History, text: str) -> None:
    (history.schema.directory / "migrations" / "script.py.mako").write_text(text, encoding="utf-8")


def functions(path: Path) -> dict[str, list[str]]:
    tree = ast.parse(path.read_bytes())
    return {node.name: [meant(one) for one in node.body] for node in tree.body if isinstance(node, ast.FunctionDef)}


def wanted(new: Body) -> list[str]:
    return [meant(one) for one in ast.parse(new.text("")).body]


def meant(node: ast.stmt) -> str:
    """Give a statement's source; how deep the SQL in it is indented means nothing."""
    return " ".join(ast.unparse(node).replace("\\n", " ").replace("\\t", " ").split())


@pytest.mark.parametrize(
    "text",
    [
        HEAD + USUAL,
        HEAD + PLAIN,
        HEAD + USUAL.replace("    $", "\t$"),
        HEAD + PLAIN.replace("    ", "\t"),
        HEAD,
        HEAD.replace('${imports if imports else ""}', "").replace("from alembic import op\n", "") + PLAIN,
        HEAD + USUAL.replace("    ${", "  ${"),
    ],
    ids=["usual", "plain", "tabs", "plain with tabs", "no functions", "no imports", "two blanks"],
)
def test_a_template_takes_bodies_or_has_them_put_in(history: History, text: str) -> None:
    template(history, text)
    path = generate(history, "calls_create_table", UP, DOWN).path
    assert functions(path) == {"upgrade": wanted(UP), "downgrade": wanted(DOWN)}
    again = load(history.schema)
    assert verdicts(trip(again.schema)) == {again.revisions[0].id: "ok"}


def test_what_a_team_says_before_the_body_stays(history: History) -> None:
    template(history, HEAD + USUAL.replace("    ${", '    op.execute("SELECT 1")\n    ${'))
    path = generate(history, "calls_create_table", UP, DOWN).path
    assert functions(path)["upgrade"] == ["op.execute('SELECT 1')", *wanted(UP)]


def test_imports_stand_where_the_template_has_them(history: History) -> None:
    template(history, HEAD + USUAL)
    new = body((Create(Column("calls", "a", "int")),), MYSQL, "ops")
    text = generate(history, "calls_add_column_a", new, None).path.read_text(encoding="utf-8")
    assert "import sqlalchemy as sa\nimport migkit.ops  # noqa: F401\n\nrevision" in text
    assert text.count("migkit.ops") == 1
    assert text.endswith("def downgrade() -> None:\n    pass\n")


@pytest.mark.parametrize("text", [HEAD + USUAL, HEAD + PLAIN], ids=["usual", "plain"])
def test_hooks_see_the_finished_file(history: History, text: str) -> None:
    """And only once; the ini's own hooks stay as they are for the next revision."""
    template(history, text)
    ini = history.schema.ini
    program = "import sys; p = sys.argv[1]; t = open(p).read(); open(p, 'a').write('# ' + str('TEXT' in t) + chr(10))"
    (history.schema.directory / "hook.py").write_text(program, encoding="utf-8")
    with ini.open("a", encoding="utf-8") as file:
        file.write(f"[post_write_hooks]\nhooks = own\nown.type = exec\nown.executable = {sys.executable}\n")
        file.write("own.options = hook.py REVISION_SCRIPT_FILENAME\n")
    loaded = load(history.schema, empty=True)
    assert generate(loaded, "calls_create_table", UP, DOWN).path.read_text(encoding="utf-8").endswith("\n# True\n")
    assert generate(loaded, "calls_drop_table", DOWN, UP).path.read_text(encoding="utf-8").endswith("\n# True\n")
    assert generate(loaded, "nothing").path.read_text(encoding="utf-8").endswith("\n# False\n")


def test_without_bodies_the_template_is_as_alembic_fills_it(history: History) -> None:
    template(history, HEAD + USUAL)
    assert functions(generate(history, "nothing").path) == {"upgrade": ["pass"], "downgrade": ["pass"]}


def test_a_template_that_gives_no_python_leaves_no_file(history: History) -> None:
    template(history, HEAD + USUAL.replace("def upgrade()", "def upgrade("))
    with pytest.raises(ConfigError, match="could not be written"):
        generate(history, "calls_create_table", UP, DOWN)
    assert list((history.schema.directory / "migrations" / "versions").glob("*.py")) == []


def test_an_unfinished_revision_fails_its_round_trip_with_what_is_to_be_filled_in(history: History) -> None:
    template(history, HEAD + USUAL)
    hole = body((Create(Column("calls", "status")),), SQLITE, "sql")
    generate(history, "calls_create_table", UP, DOWN)
    made = generate(history, "calls_add_column_status", hole, unfinished("write what undoes it"))
    report = trip(history.schema)
    assert verdicts(report)[made.id] == "upgrade-fails"
    assert ("upgrade-fails", made.id) in rules(report)
    [found] = [one for one in report.findings if one.revision == made.id]
    assert "fill in the type of calls.status" in found.message


def test_an_unfinished_downgrade_is_no_declaration(history: History) -> None:
    template(history, HEAD + USUAL)
    made = generate(history, "calls_create_table", UP, unfinished("write what undoes it"))
    report = trip(history.schema)
    assert verdicts(report)[made.id] == "downgrade-fails"
    assert "write what undoes it" in report.findings[0].message
