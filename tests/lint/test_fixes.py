"""What each fix makes of a file: exact texts, and where it keeps its hands off."""

from __future__ import annotations

import ast
import re

import pytest

from migkit.inspection.encoded import read
from migkit.inspection.fixing import edited
from migkit.lint import Found
from migkit.lint.fixes import FIXERS, fix
from migkit.lint.fixes.place import Place
from migkit.model.script import Span

HEADER = "from alembic import op\nimport sqlalchemy as sa\n\n\ndef upgrade():\n"
DOWN = "\n\ndef downgrade():\n    pass\n"


def fixed(rule: str, body: str, at: str, rest: str = DOWN) -> str | None:
    """Fix a finding at the first `at` in upgrade()'s body; gives the body anew, and the whole must be Python still."""
    text = HEADER + body + rest
    offset = text.index(at)
    line = text.count("\n", 0, offset) + 1
    span = Span(line, offset - (text.rfind("\n", 0, offset) + 1) + 1)
    way = fix(rule, Found("", span, ""), Place(text))
    if way is None:
        return None
    made = edited(text, way.edits)
    ast.parse(made)
    return made.removesuffix(rest).partition("def upgrade():\n")[2] if rest in made else made


def said(body: str) -> list[str]:
    """Give the texts that a body passes to op.execute."""
    tree = ast.parse(HEADER + body)
    return [
        ast.literal_eval(node.args[0])
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "execute"
    ]


@pytest.mark.parametrize(
    ("sql", "wanted"),
    [
        ("ADD COLUMN c INT, ALGORITHM=INSTANT, LOCK=NONE", "ADD COLUMN c INT, ALGORITHM=INSTANT"),
        ("ADD COLUMN c INT, LOCK = shared, ALGORITHM = instant", "ADD COLUMN c INT, ALGORITHM = instant"),
        ("LOCK=EXCLUSIVE, ALGORITHM=INSTANT, ADD COLUMN c INT", "ALGORITHM=INSTANT, ADD COLUMN c INT"),
        (
            "ADD COLUMN c INT COMMENT 'no lock', ALGORITHM=INSTANT,LOCK NONE",
            "ADD COLUMN c INT COMMENT 'no lock', ALGORITHM=INSTANT",
        ),
    ],
)
def test_the_lock_beside_instant_goes(sql: str, wanted: str) -> None:
    body = f'    op.execute("ALTER TABLE t {sql}")\n'
    assert fixed("instant-with-lock", body, "ALTER") == f'    op.execute("ALTER TABLE t {wanted}")\n'
    assert fixed("instant-with-lock", body, "op.execute") == f'    op.execute("ALTER TABLE t {wanted}")\n'


@pytest.mark.parametrize(
    "body",
    [
        '    op.execute("ALTER TABLE t ADD COLUMN c INT, "\n        "ALGORITHM=INSTANT, "\n        "LOCK=NONE")\n',
        '    op.execute("""\n  ALTER TABLE t\n  ADD COLUMN c INT,\n  ALGORITHM=INSTANT,\n  LOCK=NONE\n    """)\n',
        '    op.execute("ALTER TABLE t ADD COLUMN c INT,\\n ALGORITHM=INSTANT,\\n LOCK=NONE")\n',
    ],
)
def test_the_lock_goes_from_texts_of_several_lines_and_parts(body: str) -> None:
    made = fixed("instant-with-lock", body, "ALTER")
    assert made is not None
    (sql,) = said(made)
    assert re.sub(r"\s+", " ", sql).strip() == "ALTER TABLE t ADD COLUMN c INT, ALGORITHM=INSTANT"


def test_only_the_guilty_statement_of_several_loses_its_lock() -> None:
    first, second = (
        "ALTER TABLE a ADD x INT, ALGORITHM=INPLACE, LOCK=NONE",
        "ALTER TABLE b ALGORITHM=INSTANT, LOCK=NONE",
    )
    body = f'    op.execute("{first}; {second}")\n'
    wanted = body.replace("INSTANT, LOCK=NONE", "INSTANT")
    assert fixed("instant-with-lock", body, "ALTER TABLE b") == wanted
    assert fixed("instant-with-lock", body, "ALTER TABLE a") is None


@pytest.mark.parametrize(
    ("literal", "wanted"),
    [
        ('"UPDATE t SET d = \'{\\"days\\":28}\'"', '"UPDATE t SET d = \'{\\"days\\"\\\\:28}\'"'),
        ("r\"UPDATE t SET d = 'a :b'\"", "r\"UPDATE t SET d = 'a \\:b'\""),
        ('"SET d = " "\' :x\'"', '"SET d = " "\' \\\\:x\'"'),
        ("\"SET d = 'é :x'::text, e = '\\\\:y'\"", "\"SET d = 'é \\\\:x'::text, e = '\\\\:y'\""),
        ("\"SET d = '\\n:x'\"", "\"SET d = '\\n\\\\:x'\""),
    ],
)
def test_a_colon_for_the_server_gets_a_backslash(literal: str, wanted: str) -> None:
    assert fixed("text-bind-colon", f"    op.execute({literal})\n", "op.execute") == f"    op.execute({wanted})\n"
    assert (
        fixed("text-bind-colon", f"    op.execute(sa.text({literal}))\n", "op.")
        == f"    op.execute(sa.text({wanted}))\n"
    )


def test_the_one_colon_that_was_found_is_escaped() -> None:
    body = "    op.execute(\"SET d = ' :a :b'\")\n"
    assert fixed("text-bind-colon", body, ":b") == "    op.execute(\"SET d = ' :a \\\\:b'\")\n"


@pytest.mark.parametrize(
    "body",
    [
        '    op.execute(sa.text("SET d = :d").bindparams(d=1))\n',
        '    op.get_bind().execute(sa.text("SET d = :d"), {"d": 1})\n',
    ],
)
def test_a_colon_that_may_be_a_parameter_stays(body: str) -> None:
    assert fixed("text-bind-colon", body, "op.") is None


INDEX = "    op.create_index('ix', 't', ['a'])\n"
SQL = "\n    CREATE INDEX ix\n    ON t (a)\n    "
APART = SQL.replace("ix", "CONCURRENTLY ix")
LONG = "            unique=True,\n            postgresql_concurrently=True,\n        )\n"
BLOCK = "    with op.get_context().autocommit_block():\n"


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (INDEX, f"{BLOCK}        op.create_index('ix', 't', ['a'], postgresql_concurrently=True)\n"),
        (
            "    op.drop_index(op.f('ix'), table_name='t')  # why\n",
            f"{BLOCK}        op.drop_index(op.f('ix'), table_name='t', postgresql_concurrently=True)  # why\n",
        ),
        (
            "    op.create_index(\n        'ix',\n        't',\n        ['a'],\n        unique=True,\n    )\n",
            f"{BLOCK}        op.create_index(\n            'ix',\n            't',\n            ['a'],\n{LONG}",
        ),
        (
            '    op.execute("CREATE UNIQUE INDEX ix ON t (a);")\n',
            f'{BLOCK}        op.execute("CREATE UNIQUE INDEX CONCURRENTLY ix ON t (a);")\n',
        ),
        (
            f'    """Told."""\n    op.execute(\n        """{SQL}"""\n    )\n',
            f'    """Told."""\n{BLOCK}        op.execute(\n            """{APART}"""\n        )\n',
        ),
        (
            '    op.execute("drop index if exists ix")\n',
            f'{BLOCK}        op.execute("drop index concurrently if exists ix")\n',
        ),
    ],
)
def test_an_index_alone_is_made_in_an_autocommit_block(body: str, wanted: str) -> None:
    made = fixed("pg-index-concurrently", body, "op.")
    assert made is not None
    assert made.replace("CONCURRENTLY", "concurrently") == wanted.replace("CONCURRENTLY", "concurrently")


@pytest.mark.parametrize(
    "body",
    [
        f"{INDEX}    op.add_column('t', sa.Column('b', sa.Integer))\n",
        f"    for name in NAMES:\n    {INDEX}",
        "    op.create_index('ix', 't', ['a'], **more)\n",
        "    op.create_index('ix', 't', ['a'], postgresql_concurrently=False)\n",
        '    op.execute("CREATE INDEX ix ON t (a); ANALYZE t")\n',
        "    op.create_index('ix', 't', ['a']); print()\n",
        "    op.get_bind().execute(sa.text('CREATE INDEX ix ON t (a)'))\n",
    ],
)
def test_an_index_that_is_not_alone_stays_in_the_transaction(body: str) -> None:
    assert fixed("pg-index-concurrently", body, "create_index" if "create_index" in body else "op.") is None


def test_guarded_indexes_are_told_to_be_made_apart() -> None:
    body = "    op.create_table_if_missing('u', SQL)\n    op.create_index_if_missing('ix', 't', ['a'])\n"
    assert fixed("pg-index-concurrently", body, "op.create_index") == body.replace(
        "['a'])", "['a'], concurrently=True)"
    )
    assert fixed("pg-index-concurrently", body + INDEX, "op.create_index_if") is None


def test_a_guarded_operation_opens_its_own_block() -> None:
    body = "    op.create_index_if_missing('ix', 't', ['a'], concurrently=True)\n"
    assert fixed("pg-concurrently-in-transaction", body, "op.") is None


def test_what_says_concurrently_gets_its_block() -> None:
    body = '    op.execute("CREATE INDEX CONCURRENTLY ix ON t (a)")\n'
    assert fixed("pg-concurrently-in-transaction", body, "CREATE") == f"{BLOCK}    {body}"


@pytest.mark.parametrize(
    ("call", "twin"),
    [
        (
            "op.create_table('t', sa.Column('a', sa.Integer), schema='s')",
            "op.create_table_if_missing('t', sa.Column('a', sa.Integer), schema='s')",
        ),
        ("op.drop_table('t', if_exists=True)", "op.drop_table_if_exists('t')"),
        (
            "op.add_column('t', sa.Column('a', sa.Integer()), if_not_exists=True)",
            "op.add_column_if_missing('t', sa.Column('a', sa.Integer()))",
        ),
        ("op.drop_column('t', column_name='a')", "op.drop_column_if_exists('t', name='a')"),
        (
            "op.create_index(op.f('ix'), 't', ['a'], unique=False)",
            "op.create_index_if_missing(op.f('ix'), 't', ['a'], unique=False)",
        ),
        ("op.drop_index(op.f('ix'), table_name='t')", "op.drop_index_if_exists(op.f('ix'), table='t')"),
        ("op.create_unique_constraint('u', 't', ['a'])", "op.create_unique_constraint_if_missing('u', 't', ['a'])"),
        ("op.create_check_constraint('c', 't', 'a > 0')", "op.create_check_constraint_if_missing('c', 't', 'a > 0')"),
        (
            "op.create_foreign_key('f', source_table='t', referent_table='u', local_cols=A, remote_cols=B)",
            "op.create_foreign_key_if_missing('f', source='t', referent='u', local_cols=A, remote_cols=B)",
        ),
        ("op.drop_constraint('u', 't', type_='unique')", "op.drop_constraint_if_exists('u', 't', type_='unique')"),
    ],
)
def test_an_operation_becomes_its_guarded_twin(call: str, twin: str) -> None:
    made = fixed("unguarded-ddl", f"    {call}\n", "op.")
    assert made == f"    {twin}\n"


def test_a_revision_is_guarded_both_ways_and_imports_what_it_needs_once() -> None:
    text = f"{HEADER}{INDEX}    op.drop_table('u')\n\n\ndef downgrade():\n    op.drop_index('ix', 't')\n"
    way = fix("unguarded-ddl", Found("", Span(6, 5), ""), Place(text))
    assert way is not None
    made = edited(text, way.edits)
    assert made == (
        "from alembic import op\nimport sqlalchemy as sa\nimport migkit.ops  # noqa: F401\n\n\ndef upgrade():\n"
        "    op.create_index_if_missing('ix', 't', ['a'])\n    op.drop_table_if_exists('u')\n\n\n"
        "def downgrade():\n    op.drop_index_if_exists('ix', 't')\n"
    )
    again = made.replace("op.drop_table_if_exists('u')", "op.drop_table('u')")
    way = fix("unguarded-ddl", Found("", Span(8, 5), ""), Place(again))
    assert way is not None
    assert edited(again, way.edits) == made


@pytest.mark.parametrize(
    "call",
    [
        "op.execute('DROP TABLE t')",
        "op.alter_column('t', 'a', nullable=False)",
        "op.rename_table('t', 'u')",
        "op.create_table('t', *columns)",
        "op.create_table('t', sa.Column('a', sa.Enum('x', name='e')))",
        "op.add_column('t', column)",
        "op.add_column('t', sa.Column('a', sa.Integer, unique=True))",
        "op.add_column('t', sa.Column('a', sa.Integer, sa.ForeignKey('u.id')))",
        "op.create_index(None, 't', ['a'])",
        "op.create_unique_constraint(constraint_name=None, table_name='t', columns=['a'])",
        "op.drop_index('ix')",
        "op.drop_column('t', 'a', mssql_drop_check=True)",
        "op.create_index('ix', 't', ['a'], **more)",
        "op.get_bind().execute(sa.text('DROP TABLE t'))",
    ],
)
def test_what_has_no_sure_twin_leaves_the_whole_revision_alone(call: str) -> None:
    assert fixed("unguarded-ddl", f"    {call}\n", "op.") is None
    assert fixed("unguarded-ddl", f"{INDEX}    {call}\n", "op.") is None
    assert fixed("unguarded-ddl", INDEX, "op.", f"\n\ndef downgrade():\n    {call}\n") is None


def test_a_rename_beside_other_statements_is_not_guarded() -> None:
    assert fixed("unguarded-ddl", f"    op.rename_table_if_exists('t', 'u')\n{INDEX}", "op.") is None


def test_a_rule_s_own_fix_wins_and_a_rule_without_one_has_none() -> None:
    assert fix("drop-column", Found("", Span(6), ""), Place(HEADER + INDEX)) is None
    assert set(FIXERS) >= {"instant-with-lock", "text-bind-colon", "pg-index-concurrently", "unguarded-ddl"}
    assert fix("unguarded-ddl", Found("", Span(6), ""), None) is None


@pytest.mark.parametrize(
    "source",
    [
        b"a = 1\r\nb = 2\r\n",
        "\ufeffa = 'é'\n".encode(),
        "# -*- coding: latin-1 -*-\na = 'é'\n".encode("latin-1"),
    ],
)
def test_a_file_is_written_as_it_was_encoded(source: bytes) -> None:
    found = read(source)
    assert found is not None
    assert "\r" not in found.text
    assert found.bytes(found.text) == source


@pytest.mark.parametrize("source", [b"a = 1\r\nb = 2\n", b"a = '\xff'\n", b"# coding: klingon\n"])
def test_a_file_that_could_not_be_written_as_it_was_is_left_alone(source: bytes) -> None:
    assert read(source) is None
